import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { CliError } from './errors.ts'
import type { OpenApi } from './openapi.ts'
import { explain, placeholderOf, readJson, typedValue } from './values.ts'

const reference = { type: 'object', properties: { name: { type: 'string' }, version: { type: 'integer' } } } as const
const document: OpenApi = { paths: {}, components: { schemas: { Reference: reference } } }
const target = { type: 'object', properties: { release: { type: 'string' }, weight: { type: 'number' } } } as const
const optional = { anyOf: [{ $ref: '#/components/schemas/Reference' }, { type: 'null' }] } as const
const nested = {
  type: 'object',
  properties: { name: { type: 'string' }, code: { type: 'object', properties: { repository: { type: 'string' }, commit: { type: 'string' } } } },
} as const
const cell = { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'array', items: { type: 'string' } }, { type: 'null' }] } as const
const tags = { type: 'object', additionalProperties: { type: 'string' } } as const

it.each([
  ['text stays text, also when it looks like a number', { type: 'string' }, '007', '007'],
  ['a number', { type: 'integer' }, '3', 3],
  ['what is no number goes as it is, and the server says so', { type: 'integer' }, 'three', 'three'],
  ['a number or an alias', { type: ['integer', 'string'] }, 'candidate', 'candidate'],
  ['a number or an alias, as a number', { anyOf: [{ type: 'integer' }, { type: 'string' }] }, '3', 3],
  ['a flag', { type: 'boolean' }, 'false', false],
  ['null where null may be', { type: ['string', 'null'] }, 'null', null],
  ['the word null where it may not', { type: 'string' }, 'null', 'null'],
  ['several by commas', { type: 'array', items: { type: 'string' } }, 'invoke, stream', ['invoke', 'stream']],
  ['several as JSON', { type: 'array', items: { type: 'string' } }, '["a,b"]', ['a,b']],
  ['a thing by its name', { $ref: '#/components/schemas/Reference' }, 'assistant-basics', { name: 'assistant-basics' }],
  ['a thing by name and version, behind "or null"', optional, 'default@2', { name: 'default', version: 2 }],
  ['keys and values', tags, 'domain=support,cost_centre=c-42', { domain: 'support', cost_centre: 'c-42' }],
  ['a value with a comma and an equals sign', tags, 'domain=a, b,x=1=2', { domain: 'a, b', x: '1=2' }],
  ['keys with types', { type: 'array', items: target }, 'release=sha256:ab,weight=0.5', [{ release: 'sha256:ab', weight: 0.5 }]],
  [
    'a key inside a key',
    nested,
    'code.repository=https://git.example/x,code.commit=4f2c,name=n',
    { code: { repository: 'https://git.example/x', commit: '4f2c' }, name: 'n' },
  ],
  ['a cell of a data set, which may be many things', cell, '2', 2],
  ['a cell of a data set that is text', cell, 'two, or three', 'two, or three'],
  ['an object as JSON', tags, '{"a":"b"}', { a: 'b' }],
] as const)('%s', (_what, schema, typed, value) => {
  expect(typedValue(document, schema, typed)).toEqual(value)
})

it('reads a value from a file, and says which one it could not read', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'plimsoll-values-')), 'prompt.txt')
  writeFileSync(file, 'You answer.\n')
  expect(typedValue(document, { type: 'string' }, `@${file}`)).toBe('You answer.\n')
  expect(typedValue(document, { type: 'string' }, '@')).toBe('@')
  expect(() => typedValue(document, { type: 'string' }, '@/nowhere/x')).toThrow('/nowhere/x cannot be read')
  expect(() => readJson(file)).toThrow(CliError)
})

it('says in the help what may be typed', () => {
  expect(placeholderOf(document, optional)).toBe('name@version')
  expect(placeholderOf(document, { type: 'array', items: target })).toBe('key=value,…')
  expect(explain(document, { type: 'array', items: target })).toBe('keys: release, weight')
  expect(explain(document, { type: 'string', enum: ['above', 'below'] })).toBe('one of above, below')
})
