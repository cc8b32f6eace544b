import { resolve } from 'node:path'
import colors from 'picocolors'
import { readConfig } from '#platform/config'
import { PlimsollError } from '#platform/errors'
import { startServer } from '../main.ts'
import { exitCodes } from './connection.ts'
import { CliError } from './errors.ts'

/** What the command line must be told where the address or the folder is not the usual one. */
const flagsOf = ({ url, dataFolder }: { url: string; dataFolder: string }): string =>
  [
    url === 'http://127.0.0.1:7400' ? '' : ` --url ${url}`,
    resolve(dataFolder) === resolve('.plimsoll') || process.env.PLIMSOLL_DATA !== undefined ? '' : ` --data ${dataFolder}`,
  ].join('')

/** Starts the server and prints the one block that a newcomer needs. Ends on SIGINT or SIGTERM, after what was accepted is safe. */
export const serve = async (flags: Record<string, string | boolean>): Promise<void> => {
  const startedAt = performance.timeOrigin
  const config = readConfig(flags, process.env)
  const running = await startServer(config).catch((error: unknown) => {
    if (error instanceof PlimsollError) throw new CliError(error.message, exitCodes.failed)
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new CliError(`The port is in use: ${(error as Error).message}. Choose another with --port.`, exitCodes.failed)
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED' && config.databaseUrl !== undefined)
      throw new CliError(`No PostgreSQL answers (${(error as Error).message}): see --database-url (PLIMSOLL_DATABASE_URL).`, exitCodes.unreachable)
    throw error
  })
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      running.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error)
          process.exit(1)
        },
      )
    })
  }
  const prepared = JSON.parse(process.env.PLIMSOLL_START_PREPARED ?? '{}') as { installMs?: number; buildMs?: number }
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
  const parts = [
    prepared.installMs ? `install ${seconds(prepared.installMs)}` : '',
    prepared.buildMs ? `console ${seconds(prepared.buildMs)}` : '',
    `server ${seconds(Date.now() - startedAt)}`,
  ].filter(Boolean)
  const line = (name: string, text: string): string => `  ${colors.dim(name.padEnd(9))} ${text}`
  console.log(
    [
      '',
      `${colors.bold('⦵ Plimsoll')} is ready (${parts.join(', ')})`,
      '',
      line('console', colors.cyan(running.url)),
      ...(running.firstSignIn === null
        ? []
        : [
            line('sign in', `${colors.cyan(running.firstSignIn.url)}`),
            line('', `the first administrator's link; works once, until ${running.firstSignIn.expiresAt}`),
          ]),
      line('gateway', `${running.url}/v1   (OpenAI clients: base_url; key from the console or \`npx plimsoll keys create\`)`),
      line('API', `${running.url}/api/docs`),
      ...(running.newAdminKey === null
        ? []
        : [line('admin key', `${running.newAdminKey}   (for automation; shown once, kept in ${running.dataFolder}/keys/admin.key)`)]),
      line('store', running.storeText),
      '',
      `  Next: ${colors.bold(`npx plimsoll tour${flagsOf(running)}`)} walks one model through the whole product.`,
      '',
    ].join('\n'),
  )
}
