/**
 * A file of desired state (`PLIMSOLL_CONFIG`), for those who keep their configuration in a repository: brought about at the start and again
 * whenever the file changes. It goes through the same verbs as the API, so that the same checks hold and each change is an audit entry. What
 * the file does not name stays as it is; what is in force already writes nothing. A sign-off cannot come from a file: that takes a person.
 */
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { getAccessPolicy, PolicyName, PolicyText, saveAccessPolicy } from '#access'
import {
  ApprovalPolicyDocument,
  changeEndpoint,
  createPolicy as createApprovalPolicy,
  createEndpoint,
  getApprovalPolicy,
  getEndpoint,
  NewEndpoint,
  pointEndpoint,
} from '#governance'
import {
  createMonitor,
  getRetention,
  listMonitors,
  listPrices,
  NewMonitor,
  Price,
  Retention,
  setPrice,
  setRetention,
  updateMonitor,
} from '#monitoring'
import { sha256 } from '#platform/canonical'
import { type Ctx, everyone, type Platform, permissions, permit, systemContext } from '#platform/context'
import { defineErrors, type FieldIssue, PlimsollError } from '#platform/errors'
import { etagOf, type Route, route } from '#platform/http'
import { changeConnection, createConnection, getConnection, NewConnection, openConnection } from '#registry'
import { createPolicy as createSafeguardPolicy, getPolicy as getSafeguardPolicy, NewPolicy } from '#safeguards'

export const desiredStateErrors = defineErrors({
  configuration_invalid: { status: 400, message: 'The configuration file {file} is not valid: {reason}' },
})

const can = permissions('configuration', { read: everyone })

const Desired = z.strictObject({
  connections: z.array(NewConnection).default([]),
  prices: z.array(Price).default([]),
  retention: Retention.optional(),
  safeguards: z.array(NewPolicy).default([]),
  approval_policies: z.array(ApprovalPolicyDocument).default([]),
  access_policies: z.array(z.strictObject({ name: PolicyName, ...PolicyText.shape })).default([]),
  endpoints: z.array(NewEndpoint).default([]),
  monitors: z.array(NewMonitor).default([]),
})
type Desired = z.infer<typeof Desired>

const Outcome = z.enum(['created', 'changed', 'unchanged', 'failed'])
type Outcome = z.infer<typeof Outcome>

const Item = z.object({ kind: z.string(), name: z.string(), outcome: Outcome, problem: z.string().nullable() }).meta({ id: 'ConfigurationEntry' })
type Item = z.infer<typeof Item>

export const ConfigurationStatus = z
  .object({
    /** null when the server was started without one. */
    file: z.string().nullable(),
    digest: z.string().nullable(),
    applied_at: z.iso.datetime().nullable(),
    /** Why the file as it is now is not what is in force: it could not be read. */
    problem: z.string().nullable(),
    entries: z.array(Item),
  })
  .meta({ id: 'ConfigurationStatus' })
export type ConfigurationStatus = z.infer<typeof ConfigurationStatus>

export const NO_CONFIGURATION: ConfigurationStatus = { file: null, digest: null, applied_at: null, problem: null, entries: [] }

export const configurationRoutes = (status: () => ConfigurationStatus): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/configuration',
    summary: 'What the configuration file brought about',
    description: 'The file that PLIMSOLL_CONFIG names, when it was last applied in this process, and what became of each thing that it names.',
    permission: can.read,
    response: ConfigurationStatus,
    run: async ({ ctx }) => {
      permit(ctx, can.read)
      return status()
    },
  }),
]

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** `credentials: { env: NAME }` and `{ file: PATH }`, so that the file itself holds no secret. */
const withSecrets = (raw: unknown, issues: FieldIssue[]): unknown => {
  if (!isFields(raw) || !Array.isArray(raw.connections)) return raw
  const connections = raw.connections.map((connection: unknown, at) => {
    if (!isFields(connection) || !isFields(connection.credentials)) return connection
    const { env, file, ...others } = connection.credentials
    const path = `connections.${at}.credentials`
    if (Object.keys(others).length > 0 || (typeof env === 'string') === (typeof file === 'string'))
      issues.push({ path, message: 'a text, { env: NAME } or { file: PATH }' })
    else if (typeof env === 'string') {
      if (process.env[env]) return { ...connection, credentials: process.env[env] }
      issues.push({ path, message: `the environment variable ${env} is not set` })
    } else {
      try {
        return { ...connection, credentials: readFileSync(String(file), 'utf8').trim() }
      } catch {
        issues.push({ path, message: `the file ${String(file)} cannot be read` })
      }
    }
    return { ...connection, credentials: null }
  })
  return { ...raw, connections }
}

const NAMED = ['connections', 'safeguards', 'approval_policies', 'access_policies', 'endpoints', 'monitors'] as const

/** @throws configuration_invalid with every fault and its place in the file. JSON is YAML. */
export const parseDesired = (text: string, file: string): Desired => {
  const fail = (issues: readonly FieldIssue[]): never => {
    throw desiredStateErrors.configuration_invalid({ file, reason: issues.map(({ path, message }) => `${path}: ${message}`).join('; ') }, { issues })
  }
  let raw: unknown
  try {
    // 100 aliases at most by default: a file cannot blow up in memory.
    raw = parseYaml(text) ?? {}
  } catch (error) {
    return fail([{ path: 'file', message: error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'not YAML' }])
  }
  const issues: FieldIssue[] = []
  const parsed = Desired.safeParse(withSecrets(raw, issues))
  if (!parsed.success) issues.push(...parsed.error.issues.map(({ path, message }) => ({ path: path.join('.') || 'file', message })))
  if (issues.length > 0 || !parsed.success) return fail(issues)
  for (const kind of NAMED) {
    const names = parsed.data[kind].map(({ name }) => name)
    const twice = names.findIndex((name, at) => names.indexOf(name) !== at)
    if (twice >= 0) return fail([{ path: `${kind}.${twice}.name`, message: `${names[twice]} stands in the file twice` }])
  }
  return parsed.data
}

const existing = async <T>(found: Promise<T>): Promise<T | undefined> => {
  try {
    return await found
  } catch (error) {
    if (error instanceof PlimsollError && error.code === 'not_found') return undefined
    throw error
  }
}

const holds = (actual: object, wanted: object): boolean =>
  Object.entries(wanted).every(([key, value]) => isDeepStrictEqual((actual as Record<string, unknown>)[key], value))

const bringConnection = async (ctx: Ctx, wanted: NewConnection): Promise<Outcome> => {
  const before = await existing(getConnection(ctx, wanted.name))
  if (before === undefined) {
    await createConnection(ctx, wanted)
    return 'created'
  }
  const { name, provider, base_url, credentials, ...rest } = wanted
  if (!holds(before, { provider, base_url }))
    throw desiredStateErrors.configuration_invalid({ file: name, reason: 'provider and base_url of a connection never change: give it another name' })
  const { credentials: known } = await openConnection(ctx, name)
  if (holds(before, rest) && known === credentials) return 'unchanged'
  await changeConnection(ctx, name, etagOf(before.revision), known === credentials ? rest : { ...rest, credentials })
  return 'changed'
}

const bringEndpoint = async (ctx: Ctx, wanted: NewEndpoint): Promise<Outcome> => {
  const { name, targets, ...edit } = wanted
  const before = await existing(getEndpoint(ctx, name))
  if (before === undefined) {
    await createEndpoint(ctx, wanted)
    return 'created'
  }
  const isPointed =
    targets.length === 0 ||
    isDeepStrictEqual(
      before.targets.map(({ release, weight }) => ({ release, weight })),
      targets,
    )
  if (holds(before, edit) && isPointed) return 'unchanged'
  const edited = holds(before, edit) ? before : await changeEndpoint(ctx, name, etagOf(before.revision), edit)
  if (!isPointed) await pointEndpoint(ctx, name, etagOf(edited.revision), { targets, reason: 'the configuration file' })
  return 'changed'
}

const bringMonitor = async (ctx: Ctx, wanted: NewMonitor): Promise<Outcome> => {
  const before = await findMonitor(ctx, wanted.name)
  if (before === undefined) {
    await createMonitor(ctx, wanted)
    return 'created'
  }
  if (holds(before, wanted)) return 'unchanged'
  await updateMonitor(ctx, { id: before.id, ifMatch: etagOf(before.version), monitor: wanted })
  return 'changed'
}

const findMonitor = async (ctx: Ctx, name: string) => {
  let cursor: string | undefined
  do {
    const page = await listMonitors(ctx, { limit: 200, cursor })
    const found = page.items.find((monitor) => monitor.name === name)
    if (found !== undefined) return found
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
  return undefined
}

const bringAccessPolicy = async (ctx: Ctx, { name, ...text }: z.infer<typeof PolicyText> & { name: string }): Promise<Outcome> => {
  const before = await existing(getAccessPolicy(ctx, name))
  if (before !== undefined && holds(before, text)) return 'unchanged'
  await saveAccessPolicy(ctx, name, text, before === undefined ? undefined : etagOf(before.version))
  return before === undefined ? 'created' : 'changed'
}

const bringSafeguards = async (ctx: Ctx, wanted: NewPolicy): Promise<Outcome> => {
  const before = await existing(getSafeguardPolicy(ctx, wanted.name))
  if (before !== undefined && isDeepStrictEqual(before.document, wanted.document)) return 'unchanged'
  await createSafeguardPolicy(ctx, wanted)
  return before === undefined ? 'created' : 'changed'
}

const bringApprovalPolicy = async (ctx: Ctx, wanted: ApprovalPolicyDocument): Promise<Outcome> => {
  const before = await existing(getApprovalPolicy(ctx, wanted.name))
  const after = await createApprovalPolicy(ctx, wanted)
  return before === undefined ? 'created' : after.id === before.id ? 'unchanged' : 'changed'
}

const bringPrice = async (ctx: Ctx, wanted: Price): Promise<Outcome> => {
  const before = (await listPrices(ctx)).find(
    ({ connection, upstream_model }) => connection === wanted.connection && upstream_model === wanted.upstream_model,
  )
  if (before !== undefined && holds(before, wanted)) return 'unchanged'
  await setPrice(ctx, wanted)
  return before === undefined ? 'created' : 'changed'
}

const bringRetention = async (ctx: Ctx, wanted: Retention): Promise<Outcome> => {
  const { version, policy } = await getRetention(ctx)
  if (version > 0 && isDeepStrictEqual(policy, wanted)) return 'unchanged'
  await setRetention(ctx, { ifMatch: etagOf(version), policy: wanted })
  return version === 0 ? 'created' : 'changed'
}

/** One thing after the other, in the order in which they need each other; one that fails does not stop the rest. */
export const bringAbout = async (ctx: Ctx, desired: Desired): Promise<Item[]> => {
  const items: Item[] = []
  const bring = async <T>(kind: string, wanted: readonly T[], nameOf: (one: T) => string, how: (ctx: Ctx, one: T) => Promise<Outcome>) => {
    for (const one of wanted) items.push({ kind, name: nameOf(one), ...(await attempt(() => how(ctx, one))) })
  }
  const name = (one: { name: string }): string => one.name
  await bring('connection', desired.connections, name, bringConnection)
  await bring('price', desired.prices, (price) => `${price.connection}/${price.upstream_model}`, bringPrice)
  await bring('retention', desired.retention === undefined ? [] : [desired.retention], () => ctx.project, bringRetention)
  await bring('safeguard-policy', desired.safeguards, name, bringSafeguards)
  await bring('approval-policy', desired.approval_policies, name, bringApprovalPolicy)
  await bring('access-policy', desired.access_policies, name, bringAccessPolicy)
  await bring('endpoint', desired.endpoints, name, bringEndpoint)
  await bring('monitor', desired.monitors, name, bringMonitor)
  return items
}

const RACES = new Set(['conflict', 'precondition_failed', 'connection_exists', 'endpoint_exists', 'monitor_exists', 'policy_unchanged'])

const attempt = async (work: () => Promise<Outcome>): Promise<{ outcome: Outcome; problem: string | null }> => {
  for (let times = 1; ; times++) {
    try {
      return { outcome: await work(), problem: null }
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error
      // Another process of this installation read the same file at the same moment: look again at what is there now.
      if (RACES.has(error.code) && times < 5) continue
      const details = error.issues.map(({ path, message }) => `${path}: ${message}`).join('; ')
      return { outcome: 'failed', problem: details === '' ? error.message : `${error.message} ${details}` }
    }
  }
}

export interface DesiredState {
  readonly status: () => ConfigurationStatus
  /** Resolves when the file as it stands now was applied, or could not be. */
  readonly refresh: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** @throws configuration_invalid at the start; later a file that cannot be read changes nothing, and the status says why. */
export const followDesiredState = async (platform: Platform, file: string, everyMs = 1_000): Promise<DesiredState> => {
  const ctx = systemContext(platform, 'configuration')
  let status: ConfigurationStatus = { ...NO_CONFIGURATION, file }

  const apply = async (): Promise<void> => {
    const text = readText(file)
    const digest = sha256(text)
    if (digest === status.digest && status.problem === null && status.entries.every(({ outcome }) => outcome !== 'failed')) return
    const entries = await bringAbout(ctx, parseDesired(text, file))
    status = { file, digest, applied_at: new Date(platform.clock.now()).toISOString(), problem: null, entries }
    for (const { kind, name, outcome, problem } of entries)
      if (outcome === 'failed') platform.log.error({ kind, name, problem }, 'the configuration file asks for what cannot be')
  }

  await apply()
  let last: Promise<void> = Promise.resolve()
  const refresh = (): Promise<void> => {
    last = last.then(apply).catch((error: unknown) => {
      status = { ...status, problem: error instanceof Error ? error.message : String(error) }
      platform.log.error({ err: error }, 'the configuration file could not be applied; what was in force stays')
    })
    return last
  }
  // Looks at the file by its name: a link that is swapped, as container platforms do, is seen too.
  watchFile(file, { interval: everyMs, persistent: false }, () => void refresh())
  // What failed may be possible later: a release that waits for its sign-offs.
  const again = setInterval(() => void refresh(), 30 * everyMs).unref()
  return {
    status: () => status,
    refresh,
    stop: async () => {
      unwatchFile(file)
      clearInterval(again)
      await last
    },
  }
}

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw desiredStateErrors.configuration_invalid({ file, reason: 'it cannot be read' })
  }
}
