import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { RE2JS } from 're2js'

/** What a schema may cost its writer and whoever is checked by it. */
const MAX_SCHEMA_CHARACTERS = 65_536
const MAX_SCHEMA_DEPTH = 32
/** `uniqueItems` compares every pair of objects: 1,000 items are half a million comparisons. */
const MAX_UNIQUE_ITEMS = 1_000
/** Longer JSON is refused unread, deeper JSON too: validation recurses. */
const MAX_CHARACTERS = 1_000_000
const MAX_DEPTH = 64

const FORMATS = ['date', 'time', 'date-time', 'duration', 'uri', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'] as const

/** Patterns run by RE2, since the text is whatever a model or a caller wrote. Ajv tells patterns apart by `toString`, engines by `code`. */
const linearRegExp = Object.assign(
  (pattern: string): { test: (text: string) => boolean; toString: () => string } => {
    const compiled = RE2JS.compile(pattern)
    return { test: (text) => compiled.matcher(text).find(), toString: () => pattern }
  },
  { code: 're2' },
)

const newAjv = (): Ajv2020 => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false, strictRequired: false, code: { regExp: linearRegExp } })
  // The package's types say that its default export is a module; what arrives is the function, as its own documentation uses it.
  const add = addFormats as unknown as (to: Ajv2020, options: { mode: 'fast'; formats: readonly string[] }) => void
  add(ajv, { mode: 'fast', formats: FORMATS })
  return ajv
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

const childrenOf = (value: unknown): readonly unknown[] => (typeof value === 'object' && value !== null ? Object.values(value) : [])

const isDeeperThan = (value: unknown, most: number): boolean => {
  let level = childrenOf(value)
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > most) return true
    level = level.flatMap(childrenOf)
  }
  return false
}

/** Every object in it, itself first. */
const objectsIn = (value: unknown): readonly Readonly<Record<string, unknown>>[] => [
  ...(isObject(value) ? [value] : []),
  ...childrenOf(value).flatMap(objectsIn),
]

const LOCAL = /^#\/(?:\$defs|definitions)\/([^/]+)$/

/** Names of definitions that this part of a schema refers to; null for a reference to anything else. */
const referencesOf = (value: unknown): readonly string[] | null => {
  const names: string[] = []
  for (const { $ref } of objectsIn(value)) {
    if ($ref === undefined) continue
    const name = typeof $ref === 'string' ? LOCAL.exec($ref)?.[1] : undefined
    if (name === undefined) return null
    names.push(name)
  }
  return names
}

/** Recursion with alternatives takes time that grows with the power of the depth. */
const isRecursive = (definitions: Readonly<Record<string, unknown>>): boolean => {
  const reaches = (name: string, seen: readonly string[]): boolean =>
    seen.includes(name) || (referencesOf(definitions[name]) ?? []).some((next) => reaches(next, [...seen, name]))
  return Object.keys(definitions).some((name) => reaches(name, []))
}

const definitionsOf = (schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...(isObject(schema.definitions) ? schema.definitions : {}),
  ...(isObject(schema.$defs) ? schema.$defs : {}),
})

/** Why this schema of a policy is refused, for its author; null when it is fine. */
export const schemaProblem = (schema: Readonly<Record<string, unknown>>): string | null => {
  const text = JSON.stringify(schema)
  if (text.length > MAX_SCHEMA_CHARACTERS) return `longer than ${MAX_SCHEMA_CHARACTERS} characters`
  if (isDeeperThan(schema, MAX_SCHEMA_DEPTH)) return `more than ${MAX_SCHEMA_DEPTH} deep`
  for (const part of objectsIn(schema)) {
    if ('$dynamicRef' in part || '$recursiveRef' in part || '$id' in part) return '$id and dynamic references are not supported'
    if (part.uniqueItems === true && !(typeof part.maxItems === 'number' && part.maxItems <= MAX_UNIQUE_ITEMS))
      return `uniqueItems needs maxItems of at most ${MAX_UNIQUE_ITEMS}`
  }
  if (referencesOf(schema) === null) return 'references are of the form #/$defs/name'
  if (isRecursive(definitionsOf(schema))) return 'recursive schemas are not supported'
  try {
    newAjv().compile(schema)
    return null
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 500) : String(error)
  }
}

/** What is wrong with a text that should be such JSON: not JSON at all, or not this shape (and where); null when it is right. */
export type JsonProblem = { readonly kind: 'json-invalid' | 'json-mismatch'; readonly path: string; readonly message: string }
export type CheckJson = (text: string) => JsonProblem | null

export const compileSchema = (schema: Readonly<Record<string, unknown>>): CheckJson => {
  const validate: ValidateFunction = newAjv().compile(schema)
  return (text) => {
    if (text.length > MAX_CHARACTERS) return { kind: 'json-invalid', path: '', message: `longer than ${MAX_CHARACTERS} characters` }
    const parsed = parseJson(text)
    if ('problem' in parsed) return { kind: 'json-invalid', path: '', message: parsed.problem }
    if (validate(parsed.value)) return null
    const [error] = validate.errors ?? []
    return { kind: 'json-mismatch', path: error?.instancePath ?? '', message: error?.message ?? 'does not fit the schema' }
  }
}

const parseJson = (text: string): { readonly value: unknown } | { readonly problem: string } => {
  if (nestingOf(text) > MAX_DEPTH) return { problem: `more than ${MAX_DEPTH} deep` }
  try {
    const value: unknown = JSON.parse(text)
    return { value }
  } catch {
    return { problem: 'not JSON' }
  }
}

/** Brackets inside strings do not count. Looked at before parsing, which would build what is refused. */
const nestingOf = (text: string): number => {
  let depth = 0
  let deepest = 0
  let isInString = false
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (isInString) {
      if (unit === 0x5c) at++
      else if (unit === 0x22) isInString = false
    } else if (unit === 0x22) isInString = true
    else if (unit === 0x7b || unit === 0x5b) deepest = Math.max(deepest, ++depth)
    else if (unit === 0x7d || unit === 0x5d) depth--
  }
  return deepest
}
