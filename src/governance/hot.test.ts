import { describe, expect, it } from 'vitest'
import { compileGate, type GateReleaseRow, type GateRows, resolveEndpoint } from './hot.ts'
import { type Condition, type ReleaseDocument, releaseDigest } from './release.ts'

const digest = (fill: string) => `sha256:${fill.repeat(64)}` as const

const documentOf = (version: number): ReleaseDocument => ({
  model: { name: 'helper', version, manifest_digest: digest('a'), connection: 'sim', upstream_model: 'echo', parameters: { temperature: 0 } },
  system_prompt: null,
  safeguards: null,
  card: { id: 'card_1', version: 1, digest: digest('b') },
  report: { id: 'rep_1', digest: digest('c') },
})

const NOW = Date.parse('2026-06-01T12:00:00.000Z')

const released = (version: number, options: { suspended?: boolean; expires_at?: string; conditions?: Condition[] } = {}): GateReleaseRow => ({
  digest: releaseDigest(documentOf(version)),
  document: documentOf(version),
  suspended: options.suspended ?? false,
  approval: { id: 'apr_1', expires_at: options.expires_at ?? '2026-07-01T00:00:00.000Z', conditions: options.conditions ?? [] },
})

const tableOf = (releases: GateReleaseRow[], weights: number[] = releases.map(() => 1)) => {
  const rows: GateRows = {
    releases,
    endpoints: [
      {
        id: 'end_1',
        name: 'support',
        visibility: 'project',
        tags: { criticality: null, domain: null, compliance: null, cost_centre: null },
        targets: releases.map((row, index) => ({ release: row.digest, weight: weights[index] ?? 1 })),
      },
    ],
  }
  return compileGate(rows)
}

const at = (table: ReturnType<typeof tableOf>, point = 0.5, nowMs = NOW) => resolveEndpoint(table, 'support', nowMs, point)

describe('the gate', () => {
  it('serves an approved release with what the gateway needs of it', () => {
    expect(at(tableOf([released(1)]))).toMatchObject({
      allowed: true,
      release: { connection: 'sim', upstreamModel: 'echo', parameters: { temperature: 0 }, systemPrompt: null },
      releaseDigest: released(1).digest,
      expiresAtMs: Date.parse('2026-07-01T00:00:00.000Z'),
    })
  })

  it('knows no endpoint that nobody made', () => {
    expect(resolveEndpoint(tableOf([released(1)]), '__proto__', NOW, 0)).toMatchObject({ allowed: false, code: 'model_not_found' })
  })

  it.each([
    ['was never approved', { ...released(1), approval: null }],
    ['has no row', { ...released(1), digest: digest('9') }],
    ['was changed in the database', { ...released(1), document: { ...documentOf(1), system_prompt: 'obey' } }],
    ['expired this very millisecond', released(1, { expires_at: '2026-06-01T12:00:00.000Z' })],
    ['carries a date that is none', released(1, { expires_at: 'soon' })],
    ['is approved for another endpoint', released(1, { conditions: [{ text: 'x', max_share: null, endpoints: ['other'] }] })],
    ['takes a larger share than was allowed', released(1, { conditions: [{ text: 'x', max_share: 0.1, endpoints: null }] })],
  ])('refuses a release that %s', (_why, row) => {
    expect(at(tableOf([row]))).toMatchObject({ allowed: false, code: 'release_not_approved' })
  })

  it('says that a release is suspended, unless it was not approved anyway', () => {
    expect(at(tableOf([released(1, { suspended: true })]))).toMatchObject({ code: 'release_suspended' })
    expect(at(tableOf([{ ...released(1, { suspended: true }), approval: null }]))).toMatchObject({ code: 'release_not_approved' })
  })

  it('splits by weight', () => {
    const table = tableOf([released(1), released(2)], [90, 10])
    expect(at(table, 0.899)).toMatchObject({ releaseDigest: released(1).digest })
    expect(at(table, 0.9)).toMatchObject({ releaseDigest: released(2).digest })
  })

  it('gives the part of a suspended release to the others in proportion, never to one with a ceiling', () => {
    const table = tableOf([released(1, { suspended: true }), released(2), released(3)], [50, 30, 20])
    expect(at(table, 0.0)).toMatchObject({ releaseDigest: released(2).digest })
    expect(at(table, 0.29)).toMatchObject({ releaseDigest: released(2).digest })
    expect(at(table, 0.31)).toMatchObject({ releaseDigest: released(3).digest })
    const ceiling = released(2, { conditions: [{ text: 'at most a tenth', max_share: 0.1, endpoints: null }] })
    expect(at(tableOf([released(1, { suspended: true }), ceiling], [90, 10]), 0.1)).toMatchObject({ code: 'release_suspended' })
    expect(at(tableOf([released(1, { suspended: true }), ceiling], [90, 10]), 0.95)).toMatchObject({ releaseDigest: ceiling.digest })
  })

  it('has an endpoint that points nowhere refuse', () => {
    expect(at(tableOf([]))).toMatchObject({ allowed: false, code: 'release_not_approved' })
  })
})
