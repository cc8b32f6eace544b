/** Signing in as a person: the administrator key is nobody and never signs off, so people need a session on the command line too. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { type Connection, call, exitCodes } from './connection.ts'
import { CliError } from './errors.ts'
import { printAnswer } from './print.ts'
import { keepSession, sessionAt } from './sessions.ts'

interface Person {
  readonly name: string
  readonly email: string
  readonly roles: readonly string[]
  readonly capacities: readonly string[]
}

/** From the terminal without an echo, from `PLIMSOLL_PASSWORD`, or the first line of standard input; never from a flag, which others could read. */
const readPassword = async (): Promise<string> => {
  if (process.env.PLIMSOLL_PASSWORD !== undefined) return process.env.PLIMSOLL_PASSWORD
  if (process.stdin.isTTY !== true) return readFileSync(0, 'utf8').split('\n')[0] ?? ''
  const { isCancel, password } = await import('@clack/prompts')
  const typed = await password({ message: 'Password' })
  if (isCancel(typed)) throw new CliError('Not signed in.', exitCodes.failed)
  return typed
}

const tokenIn = (link: string): string => /#token=(.+)$/.exec(link)?.[1] ?? link

export const addLoginCommands = (program: Command): void => {
  program
    .command('login')
    .description('sign in as a person; the commands that follow act as that person')
    .option('--email <address>', 'who you are')
    .option('--link <url>', 'a one-time link, to choose a password first (the first administrator names --email too)')
    .option('--name <name>', 'your name, where the link is the first administrator’s')
    .action(async ({ email, link, name }: { email?: string; link?: string; name?: string }) => {
      const connection = program.opts<Connection>()
      if (email === undefined && link === undefined) throw new CliError('Who? Pass --email, or --link with a one-time link.', exitCodes.usage)
      const password = await readPassword()
      const who = { ...(email === undefined ? {} : { email }), password }
      const [path, body] =
        link === undefined
          ? ['/api/v1/session', who]
          : ['/api/v1/session/accept', { ...who, ...(name === undefined ? {} : { name }), token: tokenIn(link) }]
      const answer = await call<{ person: Person }>({ ...connection, key: '' }, 'POST', path, body)
      const token = /plimsoll_session=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1]
      if (token === undefined) throw new CliError('The server gave no session.', exitCodes.failed)
      keepSession(connection.url, decodeURIComponent(token))
      const { roles, capacities, ...person } = answer.body.person
      if (connection.json === true || connection.pick !== undefined) printAnswer(answer.body.person, connection)
      else console.log(`Signed in as ${person.name} (${[...roles, ...capacities].join(', ')}).`)
      if (connection.key !== undefined)
        console.error('A key is given too (--key or PLIMSOLL_ADMIN_KEY): it comes first, so commands act with it until it is gone.')
    })
  program
    .command('logout')
    .description('end that session')
    .action(async () => {
      const connection = program.opts<Connection>()
      const token = sessionAt(connection.url)
      if (token === undefined) throw new CliError(`Nobody is signed in at ${connection.url}.`, exitCodes.usage)
      keepSession(connection.url, undefined)
      await call({ ...connection, key: token }, 'DELETE', '/api/v1/session')
      console.log('Signed out.')
    })
}
