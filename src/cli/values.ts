/** What a person types for a field, as the JSON that the field's schema wants. JSON itself is always taken; so is `@file`. */
import { readFileSync } from 'node:fs'
import { exitCodes } from './connection.ts'
import { CliError } from './errors.ts'
import { type OpenApi, resolve, type Schema } from './openapi.ts'

const typesOf = (schema: Schema): readonly string[] =>
  (schema.anyOf ?? [schema]).flatMap(({ type }) => (typeof type === 'string' ? [type] : (type ?? []))).filter((type) => type !== 'null')

/** A thing named by name and version is written `name` or `name@3`. */
const isReference = ({ properties = {} }: Schema): boolean =>
  properties.name !== undefined && Object.keys(properties).every((name) => name === 'name' || name === 'version')

export const placeholderOf = (document: OpenApi, given: Schema): string => {
  const schema = resolve(document, given)
  const types = typesOf(schema)
  if (types.includes('array')) return typesOf(resolve(document, schema.items)).includes('object') ? 'key=value,…' : 'item,…'
  if (types.includes('object')) return isReference(schema) ? 'name@version' : 'key=value,…'
  if (types.includes('boolean')) return 'true|false'
  return types.includes('string') ? 'text' : 'number'
}

/** The words after a flag in the help: what it is, its choices or keys. */
export const explain = (document: OpenApi, given: Schema): string => {
  const schema = resolve(document, given)
  const inner = typesOf(schema).includes('array') ? resolve(document, schema.items) : schema
  const keys = isReference(inner) ? [] : Object.keys(inner.properties ?? {})
  const choices = inner.enum === undefined ? '' : `${inner === schema ? 'one' : 'any'} of ${inner.enum.filter((one) => one !== null).join(', ')}`
  return [given.description ?? schema.description ?? '', choices, keys.length === 0 ? '' : `keys: ${keys.join(', ')}`].filter(Boolean).join('; ')
}

export const readBytes = (file: string): Buffer => {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, exitCodes.usage)
  }
}

export const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readBytes(file).toString())
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, exitCodes.usage)
  }
}

/** Text that is not JSON goes as it is: the server says what is wrong with it, and where. */
const orText = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const objectOf = (document: OpenApi, schema: Schema, text: string): unknown => {
  if (!text.includes('=')) {
    const [, name, version] = /^(.+?)(?:@(\d+))?$/.exec(text) ?? []
    return isReference(schema) && name !== undefined ? { name, ...(version === undefined ? {} : { version: Number(version) }) } : orText(text)
  }
  const other = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {}
  // A comma that is followed by no `key=` belongs to the value before it.
  const pairs = text.split(/,(?=[\w.-]+=)/).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const)
  const made: Record<string, unknown> = {}
  for (const [key, value] of pairs) {
    const isInner = schema.properties !== undefined && schema.properties[key] === undefined && key.includes('.')
    const [head, rest] = isInner ? [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)] : [key, undefined]
    const inner = schema.properties?.[head] ?? other
    const before = made[head]
    made[head] =
      rest === undefined
        ? typedValue(document, inner, value)
        : { ...(typeof before === 'object' ? before : {}), ...(typedValue(document, inner, `${rest}=${value}`) as object) }
  }
  return made
}

export const typedValue = (document: OpenApi, given: Schema, typed: string): unknown => {
  const schema = resolve(document, given)
  const types = typesOf(schema)
  const text = /^@./.test(typed) ? readBytes(typed.slice(1)).toString() : typed
  if (text === 'null' && JSON.stringify(given).includes('"null"')) return null
  // Where text is one choice of several: what looks like JSON is JSON.
  if (types.includes('string') && types.length > 1) return /^(-?\d+(\.\d+)?|true|false|[[{].*)$/s.test(text) ? orText(text) : text
  if (types.includes('array')) {
    if (text.trimStart().startsWith('[')) return orText(text)
    const items = resolve(document, schema.items)
    return typesOf(items).includes('object')
      ? [typedValue(document, items, text)]
      : text.split(',').map((item) => typedValue(document, items, item.trim()))
  }
  if (types.includes('object')) return text.trimStart().startsWith('{') ? orText(text) : objectOf(document, schema, text)
  return types.includes('string') ? text : orText(text)
}
