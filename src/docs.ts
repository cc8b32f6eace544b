/** Pages that are made from the declarations, so that they cannot say anything else. */
import { type Setting, settings } from '#platform/config'
import { permissionTable, Role } from '#platform/context'
import { errorCatalogue } from '#platform/errors'
import { openApiDocument, type Route } from '#platform/http'
import { composeRoutes } from './compose.ts'
import { VERSION } from './version.ts'

const openApiPage = (routes: readonly Route[], version: string): string => `${JSON.stringify(openApiDocument(routes, version), null, 1)}\n`

const errorsPage = (): string => {
  const rows = errorCatalogue().map(
    ({ code, status, message }) => `| <a id="${code}"></a>\`${code}\` | ${status} | ${message.replaceAll('|', '\\|')} |`,
  )
  return `# Errors\n\nMade from the code. The control API answers RFC 9457 problem details with \`code\`, and the offending fields in \`errors\`; the inference surface puts\nthe same code into the shape that each client parses.\n\n| code | status | says |\n|---|---|---|\n${rows.join('\n')}\n`
}

const permissionsPage = (routes: readonly Route[]): string => {
  const roles = Role.options
  const byAction = new Map<string, string[]>()
  for (const route of routes) {
    if (typeof route.permission === 'string') continue
    byAction.set(route.permission.action, [...(byAction.get(route.permission.action) ?? []), `${route.method} ${route.path}`])
  }
  const rows = permissionTable().map(
    ({ action, roles: may }) =>
      `| \`${action}\` | ${roles.map((role) => (may.includes(role) ? '●' : '')).join(' | ')} | ${(byAction.get(action) ?? []).map((path) => `\`${path}\``).join('<br>')} |`,
  )
  const open = routes
    .filter((route) => typeof route.permission === 'string')
    .map((route) => `| \`${route.method} ${route.path}\` | ${String(route.permission)} |`)
  return `# Who may do what\n\nMade from the code; a test asks every route in every role and compares. Approvers also need the capacity that a stage of the approval policy names,\nand an administrator's role never stands in for a sign-off.\n\n| action | ${roles.join(' | ')} | routes |\n|---|${roles.map(() => ':-:').join('|')}|---|\n${rows.join('\n')}\n\n## Routes without an action\n\n| route | who |\n|---|---|\n${open.join('\n')}\n`
}

const configurationPage = (): string => {
  const rows = Object.values<Setting>(settings).map(
    (one) =>
      `| \`--${one.flag}\`${one.value === null ? '' : ` ${one.value}`} | \`${one.env}\` | ${one.default === undefined ? '' : `\`${one.default}\``} | ${one.help} |`,
  )
  return `# Configuration\n\nMade from the code. A flag wins over its environment variable, that over the default. \`DATABASE_URL\` is read where \`PLIMSOLL_DATABASE_URL\` is not set.\n\n| flag | environment | default | what |\n|---|---|---|---|\n${rows.join('\n')}\n`
}

/** File name under docs/ -> text. Held fresh by test/docs.test.ts. */
export const generatedDocs = (): Readonly<Record<string, string>> => {
  const routes = composeRoutes()
  return {
    'openapi.json': openApiPage(routes, VERSION),
    'errors.md': errorsPage(),
    'permissions.md': permissionsPage(routes),
    'configuration.md': configurationPage(),
  }
}
