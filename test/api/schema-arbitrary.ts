/** Values for a JSON Schema as our OpenAPI document uses it: mostly fitting, sometimes hostile in one place. */
import fc from 'fast-check'

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly prefixItems?: readonly Schema[]
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
}

const HOSTILE: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  2 ** 53 + 2,
  '',
  ' ',
  '\u0000',
  '\ud800',
  'x'.repeat(20_000),
  '../../etc/passwd',
  "'; drop table x; --",
  '{{7*7}}',
  '\u202etxt.exe',
  [],
  {},
  [[[[[]]]]],
  { constructor: { prototype: { polluted: true } } },
  { $ref: '#' },
  '2026-02-30T00:00:00Z',
  'NaN',
]

const hostile = fc.constantFrom(...HOSTILE)

const text = (schema: Schema): fc.Arbitrary<unknown> => {
  if (schema.format === 'date-time')
    return fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }).map((date) => date.toISOString())
  if (schema.format === 'email') return fc.emailAddress()
  if (schema.format === 'uri') return fc.webUrl()
  if (schema.pattern !== undefined) {
    try {
      return fc.stringMatching(new RegExp(schema.pattern, 'u'), { size: 'small' })
    } catch {
      return fc.string({ maxLength: 20 })
    }
  }
  return fc.string({
    minLength: schema.minLength ?? 0,
    maxLength: Math.max(schema.minLength ?? 0, Math.min(schema.maxLength ?? 24, 24)),
    unit: 'grapheme',
  })
}

export const arbitraryOf = (schema: Schema, resolve: (ref: string) => Schema, depth = 0): fc.Arbitrary<unknown> => {
  const fitting = fittingValue(schema, resolve, depth)
  return depth === 0 ? fitting : fc.oneof({ arbitrary: fitting, weight: 14 }, { arbitrary: hostile, weight: 1 })
}

const fittingValue = (schema: Schema, resolve: (ref: string) => Schema, depth: number): fc.Arbitrary<unknown> => {
  if (schema.$ref !== undefined) return depth > 6 ? fc.constant(null) : fittingValue(resolve(schema.$ref), resolve, depth + 1)
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => fittingValue(choice, resolve, depth + 1)))
  if (schema.allOf !== undefined)
    return fc.tuple(...schema.allOf.map((part) => fittingValue(part, resolve, depth + 1))).map((parts) => Object.assign({}, ...(parts as object[])))
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'object': {
      const own = Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, property]) => [name, arbitraryOf(property, resolve, depth + 1)]),
      )
      const record = fc.record(own, { requiredKeys: [...(schema.required ?? [])].filter((name) => name in own) })
      if (typeof schema.additionalProperties !== 'object' || depth > 6) return record
      const more = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), arbitraryOf(schema.additionalProperties, resolve, depth + 1), {
        maxKeys: 3,
      })
      return fc.tuple(record, more).map(([first, second]) => ({ ...second, ...first }))
    }
    case 'array':
      return depth > 6
        ? fc.constant([])
        : fc.array(arbitraryOf(schema.items ?? {}, resolve, depth + 1), {
            minLength: schema.minItems ?? 0,
            maxLength: Math.min(schema.maxItems ?? 3, 3) + (schema.minItems ?? 0),
          })
    case 'string':
      return text(schema)
    case 'integer':
      return fc.integer({ min: Math.max(schema.minimum ?? -1000, -2_147_483_648), max: Math.min(schema.maximum ?? 100_000, 2_147_483_647) })
    case 'number':
      return fc.double({ min: schema.minimum ?? schema.exclusiveMinimum ?? -1e6, max: schema.maximum ?? schema.exclusiveMaximum ?? 1e6, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}
