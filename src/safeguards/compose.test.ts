import { describe, expect, test } from 'vitest'
import { digestOf } from '#platform/canonical'
import { compilePolicy, policyFor } from './compile.ts'
import { composePolicies, FLOOR_ONLY } from './compose.ts'
import { inspectText } from './inspect.ts'
import { FloorDocument, SafeguardPolicy } from './model.ts'
import { createStreamFilter } from './stream.ts'

const emailFloor = FloorDocument.parse({ output: [{ detector: 'pii', action: 'mask', options: { kinds: ['email'] } }] })
const words = (action: string, ...list: string[]) => ({ detector: 'words', action, options: { words: list } })
const compiledOf = (document: SafeguardPolicy, nowMs = () => 0) => compilePolicy(document, 'sha256:test', { nowMs })!
const outputOf = (document: SafeguardPolicy, text: string) => inspectText(compiledOf(document), 'output', text).text

describe('a floor under a policy', () => {
  const project = SafeguardPolicy.parse({
    output: [words('allow', 'help@example.org', 'tide'), words('mask', 'tide', 'harbour')],
  })

  test('is not weakened by an exception of the project, which holds among its own rules', () => {
    expect(outputOf(composePolicies(emailFloor, project), 'tide, harbour: help@example.org')).toBe('tide, [WORD]: [EMAIL]')
    expect(outputOf(project, 'tide, harbour: help@example.org')).toBe('tide, [WORD]: help@example.org')
  })

  test('has exceptions of its own, which exempt nothing from the project', () => {
    const floor = FloorDocument.parse({ output: [...emailFloor.output, words('allow', 'help@example.org')] })
    expect(outputOf(composePolicies(floor, FLOOR_ONLY), 'help@example.org, me@example.org')).toBe('help@example.org, [EMAIL]')
    const strict = SafeguardPolicy.parse({ output: [words('block', 'help@example.org')] })
    expect(inspectText(compiledOf(composePolicies(floor, strict)), 'output', 'help@example.org').verdict).toBe('block')
  })

  test('that is set later comes on top of the one that was approved, and never takes from it', () => {
    const approved = composePolicies(emailFloor, project)
    expect(digestOf(composePolicies(emailFloor, approved))).toBe(digestOf(approved))
    const looser = FloorDocument.parse({ output: [words('flag', 'x')], uninspected: 'block' })
    const later = composePolicies(looser, approved)
    expect(later.floor?.output.map(({ detector }) => detector)).toEqual(['words', 'pii'])
    expect(later.floor?.uninspected).toBe('block')
    expect(composePolicies(FloorDocument.parse({}), approved)).toEqual(approved)
  })

  test('that asks for nothing changes no digest', () => {
    expect(composePolicies(FloorDocument.parse({}), project)).toBe(project)
  })
})

describe('an exception with an expiry', () => {
  const expiring = SafeguardPolicy.parse({
    output: [
      { detector: 'pii', action: 'mask' },
      { ...words('allow', 'help@example.org'), expires_at: '2026-06-01T00:00:00.000Z' },
    ],
  })
  const expiryMs = Date.parse('2026-06-01T00:00:00.000Z')

  test('exempts until then and not a millisecond longer', () => {
    let nowMs = expiryMs - 1
    const compiled = compiledOf(expiring, () => nowMs)
    expect(inspectText(compiled, 'output', 'help@example.org').text).toBe('help@example.org')
    nowMs = expiryMs
    expect(inspectText(compiled, 'output', 'help@example.org').text).toBe('[EMAIL]')
    const filter = createStreamFilter(compiled, 'output')
    expect([filter.push('help@exam'), filter.push('ple.org'), filter.end()].map(({ emit }) => emit).join('')).toBe('[EMAIL]')
  })

  test('is the only rule that can have one', () => {
    const parsed = SafeguardPolicy.safeParse({ output: [{ ...words('block', 'x'), expires_at: '2026-06-01T00:00:00Z' }] })
    expect(parsed.error?.issues).toMatchObject([{ path: ['output', 0, 'expires_at'], message: 'only exceptions (allow) expire' }])
  })
})

describe('overrides by tag', () => {
  const document = SafeguardPolicy.parse({
    output: [words('mask', 'harbour')],
    overrides: [
      { tags: { criticality: 'high' }, output: [words('block', 'storm')] },
      { tags: { domain: 'red-team' }, effect: 'replace', output: [words('flag', 'harbour')] },
      { tags: { domain: 'red-team', criticality: 'low' }, effect: 'replace' },
    ],
  })
  const compiled = compiledOf(composePolicies(emailFloor, document))
  const answer = (tags: object, trusted: object, text: string) => {
    const { verdict, text: out } = inspectText(policyFor(compiled, tags, trusted), 'output', text)
    return [verdict, out]
  }

  test('add rules for calls that carry the tags, whoever gave them', () => {
    expect(answer({}, {}, 'storm in the harbour')).toEqual(['mask', 'storm in the [WORD]'])
    expect(answer({ criticality: 'high' }, {}, 'storm in the harbour')).toEqual(['block', ''])
    expect(answer({ criticality: 'low' }, {}, 'storm in the harbour')).toEqual(['mask', 'storm in the [WORD]'])
  })

  test('replace rules only by tags of the operator, the last that fits, and never the floor', () => {
    const text = 'harbour me@example.org'
    expect(answer({ domain: 'red-team' }, {}, text)).toEqual(['mask', '[WORD] [EMAIL]'])
    expect(answer({ domain: 'red-team' }, { domain: 'red-team' }, text)).toEqual(['mask', 'harbour [EMAIL]'])
    const both = { domain: 'red-team', criticality: 'low' }
    expect(answer(both, both, text)).toEqual(['mask', 'harbour [EMAIL]'])
    expect(answer({ criticality: 'high' }, { domain: 'red-team' }, 'harbour storm')).toEqual(['block', 'harbour '])
  })

  test('that any caller can ask for hold no exceptions', () => {
    const weak = { overrides: [{ tags: { domain: 'x' }, output: [words('flag', 'a'), words('allow', 'harbour')] }] }
    expect(SafeguardPolicy.safeParse(weak).error?.issues).toMatchObject([{ path: ['overrides', 0, 'output', 1, 'action'] }])
    expect(SafeguardPolicy.safeParse({ overrides: [{ ...weak.overrides[0], effect: 'replace' }] }).success).toBe(true)
  })

  test('are the same compiled rules for the same tags', () => {
    expect(policyFor(compiled, { criticality: 'high' }, {})).toBe(policyFor(compiled, { criticality: 'high', domain: 'x' }, {}))
  })
})
