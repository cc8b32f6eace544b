import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { type Connection, call, exitCodes } from './connection.ts'
import { CliError } from './errors.ts'

/** Objects of a file of JSON lines, - for standard input, with the number of the line. */
export async function* linesOf(file: string): AsyncGenerator<{ readonly at: number; readonly value: Readonly<Record<string, unknown>> }> {
  if (file !== '-' && !existsSync(file)) throw new CliError(`There is no file ${file}.`, exitCodes.usage)
  for await (const [at, line] of numberedLines(file === '-' ? process.stdin : createReadStream(file))) {
    const value = jsonOf(line)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CliError(`Line ${at} is no JSON object.`, exitCodes.usage)
    yield { at, value: { ...value } }
  }
}

/** Undefined for what is no JSON: the caller names the line. */
export const jsonOf = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** By \n alone: node:readline also breaks at U+2028, which may stand inside a JSON string. */
export async function* numberedLines(input: NodeJS.ReadableStream): AsyncGenerator<readonly [number, string]> {
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

/** A file with a policy document, or the newest version of the policy of this name on the server. */
export const policyDocument = async (connection: Connection, policy: string): Promise<unknown> => {
  if (existsSync(policy)) return JSON.parse(readFileSync(policy, 'utf8'))
  return (await call<{ document: unknown }>(connection, 'GET', `/api/v1/safeguards/${encodeURIComponent(policy)}`)).body.document
}
