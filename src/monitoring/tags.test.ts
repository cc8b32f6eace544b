import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePrices, costMicros, priceOf } from './cost.ts'
import { mergeTags, NO_TAGS, parseTags, Tags, tagsFromMetadata } from './tags.ts'

describe('the tags header', () => {
  it('is read with spaces around its parts', () => {
    expect(parseTags(' domain = billing , criticality=high')).toEqual({ ok: true, tags: { ...NO_TAGS, domain: 'billing', criticality: 'high' } })
    expect(parseTags(undefined)).toEqual({ ok: true, tags: NO_TAGS })
    expect(parseTags('  ')).toEqual({ ok: true, tags: NO_TAGS })
  })

  it.each([
    ['criticality=urgent', 'x-plimsoll-tags.criticality'],
    ['domain=', 'x-plimsoll-tags.domain'],
    ['domain=a,domain=b', 'x-plimsoll-tags.domain'],
    ['domain=Ümlaut', 'x-plimsoll-tags.domain'],
    [`cost_centre=${'x'.repeat(65)}`, 'x-plimsoll-tags.cost_centre'],
    ['team=a', 'x-plimsoll-tags'],
    ['__proto__=a', 'x-plimsoll-tags'],
    ['domain', 'x-plimsoll-tags'],
    ['domain=a,', 'x-plimsoll-tags'],
    ['x'.repeat(2000), 'x-plimsoll-tags'],
  ])('%j is refused with the path %s', (header, path) => {
    expect(parseTags(header)).toMatchObject({ ok: false, path })
  })

  it('gives what the schema accepts, or a refusal, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('=', ',', ' ', 'd', 'domain', 'criticality', 'high') })), (text) => {
        const parsed = parseTags(text)
        expect(parsed.ok ? Tags.safeParse(parsed.tags).success : parsed.path.startsWith('x-plimsoll-tags')).toBe(true)
      }),
    )
  })
})

describe('tags in the body', () => {
  it('are picked from metadata, whose other keys stay the client’s own', () => {
    expect(tagsFromMetadata({ domain: 'billing', user: 'u1' })).toEqual({ ok: true, tags: { ...NO_TAGS, domain: 'billing' } })
    for (const other of [undefined, null, 7, 'domain', ['domain']]) expect(tagsFromMetadata(other)).toEqual({ ok: true, tags: NO_TAGS })
    expect(tagsFromMetadata({ domain: 7 })).toMatchObject({ ok: false, path: 'metadata.domain' })
  })

  it('give way to the header', () => {
    expect(mergeTags({ ...NO_TAGS, domain: 'a' }, { ...NO_TAGS, domain: 'b', compliance: 'gdpr' })).toEqual({
      ...NO_TAGS,
      domain: 'a',
      compliance: 'gdpr',
    })
  })
})

describe('the cost of a call', () => {
  const price = { connection: 'c', upstream_model: 'm', input_micros_per_million: 150_000, output_micros_per_million: 600_000 }
  it('is rounded to the nearest micro-unit', () => {
    expect(costMicros(price, 1000, 500)).toBe(150 + 300)
    expect(costMicros(price, 3, 0)).toBe(0)
    expect(costMicros(price, 4, 0)).toBe(1)
    expect(costMicros(price, 0, 0)).toBe(0)
  })

  it('is unknown, not nothing, without a price', () => {
    const table = compilePrices([price])
    expect(costMicros(priceOf(table, 'c', 'm'), 1_000_000, 0)).toBe(150_000)
    expect(costMicros(priceOf(table, 'c', 'other'), 1_000_000, 0)).toBeNull()
  })
})
