import { describe, expect, test } from 'vitest'
import { compileSchema, schemaProblem } from './json-document.ts'

describe('a JSON schema of a policy', () => {
  test.each([
    ['a type that there is not', { type: 'strin' }, /type/],
    ['an unknown keyword', { typ: 'string' }, /unknown keyword/],
    ['a pattern with lookahead', { type: 'string', pattern: '(?=a)b' }, /./],
    ['a reference to elsewhere', { $ref: 'https://example.org/schema.json' }, /\$defs/],
    ['a reference to nothing', { $ref: '#/$defs/none' }, /./],
    ['recursion', { $ref: '#/$defs/a', $defs: { a: { anyOf: [{ $ref: '#/$defs/b' }] }, b: { items: { $ref: '#/$defs/a' } } } }, /recursive/],
    ['unbounded uniqueItems', { type: 'array', uniqueItems: true }, /maxItems/],
    ['more than 64 kB', { enum: ['x'.repeat(70_000)] }, /longer/],
  ])('is refused for %s', (_, schema, message) => {
    expect(schemaProblem(schema)).toMatch(message)
  })

  test('says where an answer does not fit it, and tells it from text that is no JSON', () => {
    const check = compileSchema({
      type: 'object',
      properties: { when: { type: 'string', format: 'date' }, amounts: { type: 'array', items: { $ref: '#/$defs/amount' } } },
      required: ['when'],
      additionalProperties: false,
      $defs: { amount: { type: 'number', minimum: 0 } },
    })
    expect(check('{"when": "2026-05-01", "amounts": [1, 2.5]}')).toBeNull()
    expect(check('{"when": "tomorrow"}')).toMatchObject({ kind: 'json-mismatch', path: '/when' })
    expect(check('{"when": "2026-05-01", "amounts": [1, -2]}')).toMatchObject({ kind: 'json-mismatch', path: '/amounts/1' })
    expect(check('{"when": "2026-05-01"')).toMatchObject({ kind: 'json-invalid' })
  })

  test('is checked in linear time where a pattern would backtrack for ever', () => {
    const check = compileSchema({ type: 'string', pattern: '^(a+)+$' })
    const startedMs = performance.now()
    expect(check(`"${'a'.repeat(50_000)}!"`)).toMatchObject({ kind: 'json-mismatch' })
    expect(performance.now() - startedMs).toBeLessThan(2_000)
  })
})
