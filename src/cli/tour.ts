/** Walks the voyage against a running server and says at each step what it does and which call that is. Safe to run twice. */
import colors from 'picocolors'
import { type Connection, call } from './connection.ts'
import { TourApi } from './tour-api.ts'
import { addresses, steps, type TourState } from './tour-steps.ts'

interface Done {
  readonly step: string
  readonly says: string
  readonly calls: readonly string[]
  readonly result: string
  readonly ms: number
}

export const tour = async (connection: Connection, pauseMs: number): Promise<void> => {
  const asJson = connection.json === true
  const say = (text: string): void => {
    if (!asJson) console.log(text)
  }
  // The first call tells whether there is a server and whether we may: before anything is printed.
  await call(connection, 'GET', '/api/v1/connections?limit=1')
  say(
    `\n${colors.bold('⦵ One model through the whole product')}  ${colors.dim(`${connection.url}, ${steps.length} steps; the answers of the built-in provider are simulated`)}\n`,
  )
  const api = new TourApi(connection, (progress) => {
    if (!asJson && process.stdout.isTTY === true) process.stdout.write(`\r     ${colors.dim(progress)}\u001b[K`)
  })
  const state: TourState = {}
  const done: Done[] = []
  for (const [index, step] of steps.entries()) {
    const startedAt = performance.now()
    api.begin()
    const result = await step.run(api, state).catch((error: unknown) => {
      if (!asJson) console.error(`${process.stdout.isTTY === true ? '\r\u001b[K' : ''}  ${colors.red('✗')} ${step.name}: ${step.says}`)
      throw error
    })
    const ms = Math.round(performance.now() - startedAt)
    done.push({ step: step.name, says: step.says, calls: api.calls, result, ms })
    if (!asJson && process.stdout.isTTY === true) process.stdout.write('\r\u001b[K')
    say(`${colors.dim(`${index + 1}`.padStart(3))}  ${colors.bold(step.name)}  ${step.says}`)
    for (const one of api.calls) say(`     ${colors.cyan(one)}`)
    say(`     ${colors.green('✓')} ${result} ${colors.dim(`${(ms / 1000).toFixed(1)} s`)}\n`)
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  const open = addresses(connection.url, state)
  if (asJson) return console.log(JSON.stringify({ ok: true, steps: done, open }, null, 2))
  say(`${colors.bold('Open')} ${colors.dim('(sign in with the link that `npm start` printed)')}`)
  for (const { what, url } of open) say(`  ${what.padEnd(28)} ${colors.cyan(url)}`)
  const { developer, risk, responder } = state.people ?? {}
  const people = [developer, risk, responder].filter((person) => person !== undefined)
  say(`\n${colors.bold('Look at it as')} ${colors.dim('(a one-time link; add the path that it prints to the address)')}`)
  for (const { name, id } of people) say(`  ${name.padEnd(28)} ${colors.cyan(`npx plimsoll principals sign-in-link ${id} --pick path`)}`)
  say('')
}
