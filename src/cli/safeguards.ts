import { existsSync, readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { type Connection, call, exitCodes } from './connection.ts'
import { CliError } from './errors.ts'

/** `safeguards score` needs no server, unless the policy is named: it runs the product's own detectors, on lines of JSON. */
export const addSafeguardCommands = (program: Command): void => {
  const safeguards = program.command('safeguards').description('safeguard policies and detectors')
  safeguards
    .command('score <detector>')
    .description('score texts: lines {"text": …, "role"?: "user"|"tool"|"document"} in, the same with score, verdict, spans and micros out')
    .addOption(new Option('--policy <policy>', 'a file with a policy document, or the name of a policy on the server'))
    .action(async (detector: string, { policy }: { policy?: string }) => {
      const { createScorer, SafeguardPolicy, SCORABLE, TextToScore } = await import('#safeguards')
      const known = SCORABLE.find((name) => name === detector)
      if (!known) throw new CliError(`There is no detector ${detector}. There are: ${SCORABLE.join(', ')}.`, exitCodes.usage)
      if (known === 'policy' && policy === undefined) throw new CliError('To score a policy, name it with --policy.', exitCodes.usage)
      const document = policy === undefined ? undefined : SafeguardPolicy.parse(await policyDocument(program.opts<Connection>(), policy))
      const score = createScorer(known, document)
      for await (const [at, line] of numberedLines(process.stdin)) {
        const parsed = TextToScore.safeParse(jsonOf(line))
        if (!parsed.success) throw new CliError(`Line ${at} is not an object with a text.`, exitCodes.usage)
        const before = process.cpuUsage()
        const scored = score(parsed.data)
        const { user, system } = process.cpuUsage(before)
        process.stdout.write(`${JSON.stringify({ ...parsed.data, ...scored, micros: user + system })}\n`)
      }
    })
}

const policyDocument = async (connection: Connection, policy: string): Promise<unknown> => {
  if (existsSync(policy)) return JSON.parse(readFileSync(policy, 'utf8'))
  return (await call<{ document: unknown }>(connection, 'GET', `/api/v1/safeguards/${encodeURIComponent(policy)}`)).body.document
}

const jsonOf = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    // The caller names the line.
    return undefined
  }
}

/** By \n alone: node:readline also breaks at U+2028, which may stand inside a JSON string. */
async function* numberedLines(input: NodeJS.ReadableStream): AsyncGenerator<readonly [number, string]> {
  let rest = ''
  let at = 0
  for await (const chunk of input.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      at++
      if (line.trim() !== '') yield [at, line]
    }
  }
  if (rest.trim() !== '') yield [at + 1, rest]
}
