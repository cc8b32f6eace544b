/**
 * One command per operation of the API, made from the published OpenAPI document, so that the command line can do
 * whatever the API can: `plimsoll models create --name x`, `plimsoll models versions list my-model --json`.
 */
import type { Command } from 'commander'
import { type Connection, call, jsonOr, refusal, send } from './connection.ts'
import { type OpenApi, type Operation, openApi, resolve, type Schema, successOf } from './openapi.ts'
import { printAnswer } from './print.ts'
import { explain, placeholderOf, readBytes, readJson, typedValue } from './values.ts'
import { aboutNoun, wordsOf } from './words.ts'

type Given = Readonly<Record<string, string | readonly string[] | undefined>>

const kebab = (name: string): string => name.replaceAll('_', '-')
const camel = (name: string): string => name.replace(/[-_](\w)/g, (_all, letter: string) => letter.toUpperCase())
const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

export const addApiCommands = (program: Command, document = openApi()): void => {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) addOperation(program, document, path, method, operation)
  }
}

const commandAt = (program: Command, words: readonly string[]): Command => {
  let at = program
  for (const word of words) {
    const known = at.commands.find((command) => command.name() === word)
    const about = at === program ? aboutNoun(word) : undefined
    at = known ?? at.command(word).description(about?.text ?? `${word.replaceAll('-', ' ')} of one of the ${at.name().replaceAll('-', ' ')}`)
    if (about !== undefined) at.helpGroup(about.group)
    at.helpCommand(false)
  }
  return at
}

interface Call {
  readonly program: Command
  readonly document: OpenApi
  readonly path: string
  readonly method: string
  readonly operation: Operation
  readonly fields: readonly (readonly [string, Schema])[]
}

const addOperation = (program: Command, document: OpenApi, path: string, method: string, operation: Operation): void => {
  const words = wordsOf(document, path, method, operation)
  const command = commandAt(program, words).description(operation.summary)
  const parameters = (kind: string) => operation.parameters.filter((parameter) => parameter.in === kind)
  for (const { name, schema } of parameters('path')) command.argument(`<${name}>`, schema.description ?? '')
  for (const { name, schema } of parameters('query'))
    command.option(`--${kebab(name)} <${placeholderOf(document, schema)}>`, explain(document, schema), collect)
  const content = operation.requestBody?.content
  const body = resolve(document, content?.['application/json']?.schema)
  const isRequired = (name: string): boolean => body.required?.includes(name) ?? false
  const fields = Object.entries(body.properties ?? {})
  for (const [name, schema] of fields.toSorted(([a], [b]) => Number(isRequired(b)) - Number(isRequired(a)))) {
    const text = [explain(document, schema), isRequired(name) ? '(required)' : ''].filter(Boolean).join(' ')
    command.option(`--${kebab(name)} <${placeholderOf(document, schema)}>`, text, collect)
  }
  if (content?.['application/json'] !== undefined) command.option('--from <file>', 'the body as JSON, - for standard input; flags replace its fields')
  if (content?.['application/octet-stream'] !== undefined) command.requiredOption('--file <file>', 'the bytes to send')
  if (operation.responses['428'] !== undefined || operation.responses['412'] !== undefined)
    command.option('--if-match <version>', 'the version that you edited; * takes whatever is current')
  command.action((...given: unknown[]) =>
    perform({ program, document, path, method, operation, fields }, given.slice(0, parameters('path').length).map(String), command.opts<Given>()),
  )
}

/** What was typed for a field; a flag that is given again adds to a list, and otherwise the last one counts. */
const valueOfField = (document: OpenApi, schema: Schema, typed: string | readonly string[]): unknown => {
  const values = [typed].flat().map((text) => typedValue(document, schema, text))
  return values.every(Array.isArray) ? values.flat() : values.at(-1)
}

const bodyOf = ({ document, operation, fields }: Call, given: Given): unknown => {
  const content = operation.requestBody?.content
  if (content?.['application/octet-stream'] !== undefined) return readBytes(String(given.file))
  if (content?.['application/json'] === undefined) return undefined
  const typed = fields.flatMap(([name, schema]) => {
    const value = given[camel(name)]
    return value === undefined ? [] : [[name, valueOfField(document, schema, value)]]
  })
  return { ...(given.from === undefined ? {} : (readJson(String(given.from)) as object)), ...Object.fromEntries(typed) }
}

const urlOf = ({ path, operation }: Call, parameters: readonly string[], given: Given): string => {
  const rest = [...parameters]
  const target = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(rest.shift() ?? ''))
  const query = new URLSearchParams()
  for (const { name } of operation.parameters.filter((parameter) => parameter.in === 'query'))
    for (const value of [given[camel(name)] ?? []].flat()) query.append(name, value)
  return query.size === 0 ? target : `${target}?${query}`
}

const perform = async (one: Call, parameters: readonly string[], given: Given): Promise<void> => {
  const connection = one.program.opts<Connection>()
  const url = urlOf(one, parameters, given)
  const payload = bodyOf(one, given)
  const version = given.ifMatch === undefined ? undefined : String(given.ifMatch)
  const headers = version === undefined ? {} : { 'if-match': version === '*' || version.startsWith('"') ? version : `"${version}"` }
  const success = successOf(one.operation)
  if (success?.content !== undefined && success.content['application/json'] === undefined) return stream(connection, one.method, url)
  const { body } = await call(connection, one.method.toUpperCase(), url, payload, headers)
  printAnswer(body, connection)
}

const stream = async (connection: Connection, method: string, url: string): Promise<void> => {
  const response = await send(connection, method.toUpperCase(), url)
  if (!response.ok || response.body === null) throw refusal(response.status, jsonOr(await response.text()))
  for await (const chunk of response.body) process.stdout.write(chunk)
}
