import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOf } from '#platform/canonical'
import { PlimsollError } from '#platform/errors'
import { type ApprovalEvent, type ApprovalState, ApprovalStatus, fold, isInForce, reduce, type Speaker } from './approval.ts'
import { compileGate, resolveEndpoint } from './hot.ts'
import { ApprovalPolicyDocument } from './policy.ts'
import { type ReleaseDocument, releaseDigest } from './release.ts'

const policy = ApprovalPolicyDocument.parse({
  name: 'p',
  risks: ['low'],
  stages: [
    { name: 'risk', quorum: [{ capacity: 'risk', approvals: 2 }], deadline_hours: 24, escalate_to: { role: 'administrator' } },
    {
      name: 'all',
      quorum: [
        { capacity: 'legal', approvals: 1, people: ['legal1'] },
        { capacity: 'risk', approvals: 1 },
      ],
      deadline_hours: 24,
      escalate_to: { role: 'administrator' },
    },
  ],
  waivers: { capacity: 'chief', max_days: 10 },
  expires_after_days: 30,
})

const document: ReleaseDocument = {
  model: { name: 'm', version: 1, manifest_digest: digestOf('m'), connection: 'c', upstream_model: 'u', parameters: {} },
  system_prompt: null,
  safeguards: null,
  card: { id: 'card_1', version: 1, digest: digestOf('card') },
  report: { id: 'rep_1', digest: digestOf('report') },
}
const release = releaseDigest(document)

/** Everyone there is, and what they truly may: the oracle's own table, which the reducer never sees. */
const PEOPLE: Record<string, { roles: string[]; capacities: string[]; mayCount: boolean }> = {
  requester: { roles: ['approver'], capacities: ['risk', 'legal'], mayCount: false },
  author: { roles: ['approver'], capacities: ['risk'], mayCount: false },
  lawgiver: { roles: ['approver'], capacities: ['risk', 'legal'], mayCount: false },
  risk1: { roles: ['approver'], capacities: ['risk'], mayCount: true },
  risk2: { roles: ['approver'], capacities: ['risk'], mayCount: true },
  risk3: { roles: ['approver'], capacities: ['risk', 'legal'], mayCount: true },
  legal1: { roles: ['approver'], capacities: ['legal', 'risk'], mayCount: true },
  legal2: { roles: ['approver'], capacities: ['legal'], mayCount: true },
  chief: { roles: ['approver'], capacities: ['chief'], mayCount: true },
  retired: { roles: [], capacities: ['risk'], mayCount: false },
}

const START = Date.parse('2026-06-01T00:00:00.000Z')
const HOUR = 3_600_000
const iso = (ms: number): string => new Date(ms).toISOString()
const speaker = (id: string): Speaker => ({ kind: 'person', id, name: id, roles: PEOPLE[id]?.roles ?? [], capacities: PEOPLE[id]?.capacities ?? [] })

const created: ApprovalEvent = {
  kind: 'created',
  at: iso(START),
  by: speaker('requester'),
  release,
  policy_digest: digestOf(policy),
  policy,
  policy_author: 'lawgiver',
  authors: ['author'],
}

const ABLE = Object.keys(PEOPLE).filter((id) => PEOPLE[id]?.mayCount)
const who = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ABLE) }, { weight: 1, arbitrary: fc.constantFrom(...Object.keys(PEOPLE)) })
const anyCapacity = fc.constantFrom('risk', 'risk', 'legal', 'chief')

/** A step sees the state, so that many of them are plausible: `drift` 0 speaks at the stage under review, anything else beside it. */
type Step = (at: string, state: ApprovalState) => ApprovalEvent
const drift = fc.constantFrom(0, 0, 0, 0, 1, -1)
const wild = fc.record({ by: who, drift, capacity: anyCapacity })
const apt = fc.constantFrom(...ABLE.flatMap((by) => (PEOPLE[by]?.capacities ?? []).map((capacity) => ({ by, drift: 0, capacity }))))
const said = fc.oneof({ weight: 2, arbitrary: apt }, { weight: 1, arbitrary: wild })
const at = (state: ApprovalState, off: number): number => Math.max(0, state.stage + off)
const speak = (by: string, off: number, capacity: string, state: ApprovalState) => ({
  by: speaker(by),
  sign_off: `sgn_${by}`,
  stage: at(state, off),
  capacity,
})
const simple = (...events: ((now: string) => ApprovalEvent)[]): fc.Arbitrary<Step> => fc.constantFrom<Step>(...events)

const signs = said.map(
  ({ by, drift: off, capacity }): Step =>
    (now, state) => ({ kind: 'signed', at: now, ...speak(by, off, capacity, state), conditions: [], open_threads: 0 }),
)
const submits = fc.boolean().map(
  (passed): Step =>
    (now) => ({ kind: 'submitted', at: now, by: speaker('requester'), checks: [{ id: 'x', passed, detail: '' }] }),
)
const waives = fc.record({ by: fc.oneof(fc.constant('chief'), who), hours: fc.constantFrom(0, 2, 48, 500) }).map(
  ({ by, hours }): Step =>
    (now) => ({
      kind: 'waived',
      at: now,
      by: speaker(by),
      sign_off: 'w',
      check: 'x',
      reason: 'r',
      control: 'c',
      expires_at: iso(Date.parse(now) + hours * HOUR),
    }),
)
const objects = fc.record({ kind: fc.constantFrom('refused', 'changes_requested', 'changes_requested'), word: said }).map(
  ({ kind, word }): Step =>
    (now, state) => ({ kind, at: now, ...speak(word.by, word.drift, word.capacity, state), reason: 'r' }),
)
const lapses = who.map(
  (id): Step =>
    (now) => ({ kind: 'lapsed', at: now, people: [id] }),
)
const timers = simple(
  (now) => ({ kind: 'warned', at: now, stage: 0 }),
  (now) => ({ kind: 'escalated', at: now, stage: 0, to: 'x' }),
  (now) => ({ kind: 'expired', at: now }),
)
const ends = simple(
  (now) => ({ kind: 'withdrawn', at: now, by: speaker('requester'), reason: '' }),
  (now) => ({ kind: 'revoked', at: now, by: speaker('risk1'), reason: '' }),
  (now) => ({ kind: 'superseded', at: now, approval: 'apr_2' }),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 80, arbitrary: signs },
  { weight: 3, arbitrary: submits },
  { weight: 4, arbitrary: waives },
  { weight: 2, arbitrary: objects },
  { weight: 2, arbitrary: lapses },
  { weight: 2, arbitrary: timers },
  { weight: 1, arbitrary: ends },
)

/** The state after every step that was allowed; what was refused was refused with a code of the catalogue. */
const walk = (steps: readonly { make: Step; hours: number }[]): { state: ApprovalState; log: ApprovalEvent[]; nowMs: number } => {
  let nowMs = START
  let state = reduce(undefined, created)
  const log: ApprovalEvent[] = [created]
  for (const { make, hours } of steps) {
    nowMs += hours * HOUR
    const event = make(iso(nowMs), state)
    try {
      state = reduce(state, event)
      log.push(event)
    } catch (error) {
      expect(error).toBeInstanceOf(PlimsollError)
    }
  }
  return { state, log, nowMs }
}

const servedAt = (state: ApprovalState, nowMs: number): boolean => {
  const approval = isInForce(state, nowMs) ? { id: 'apr_1', expires_at: state.expires_at ?? '', conditions: [] } : null
  const tags = { criticality: null, domain: null, compliance: null, cost_centre: null }
  const endpoint = { id: 'end_1', name: 'e', visibility: 'project', tags, targets: [{ release, weight: 1 }] } as const
  return resolveEndpoint(compileGate({ releases: [{ digest: release, document, suspended: false, approval }], endpoints: [endpoint] }), 'e', nowMs, 0)
    .allowed
}

/** In plain words, from the log alone: since the last submission, enough different people who may count said yes, and nobody ended it. */
const mayServe = (log: readonly ApprovalEvent[], nowMs: number): boolean => {
  const since = log.slice(log.findLastIndex(({ kind }) => kind === 'submitted'))
  const [submitted] = since
  if (submitted?.kind !== 'submitted') return false
  if (since.some(({ kind }) => ['refused', 'changes_requested', 'withdrawn', 'revoked', 'expired', 'superseded'].includes(kind))) return false
  const waivers = since.flatMap((event) => (event.kind === 'waived' ? [event] : []))
  if (submitted.checks.some(({ passed }) => !passed) && !waivers.some(({ by }) => by.id === 'chief')) return false
  const gone = (id: string, index: number): boolean => since.slice(index).some((event) => event.kind === 'lapsed' && event.people.includes(id))
  const yes = since.flatMap((event, index) => (event.kind === 'signed' && !gone(event.by.id, index) ? [event] : []))
  const counts = (stage: number, capacity: string): number =>
    new Set(
      yes
        .filter((event) => event.stage === stage && event.capacity === capacity)
        .map(({ by }) => by.id)
        .filter((id) => PEOPLE[id]?.mayCount === true && PEOPLE[id].capacities.includes(capacity)),
    ).size
  const isDistinct = new Set([...yes, ...waivers].map(({ by }) => by.id)).size === yes.length + waivers.length
  const last = Date.parse(yes.at(-1)?.at ?? '')
  const ends = Math.min(last + 30 * 24 * HOUR, ...waivers.map(({ expires_at }) => Date.parse(expires_at)))
  const named = yes.some((event) => event.stage === 1 && event.capacity === 'legal' && event.by.id === 'legal1')
  return isDistinct && counts(0, 'risk') >= 2 && counts(1, 'risk') >= 1 && named && nowMs < ends
}

describe('no sequence of events', () => {
  it('makes an unapproved digest servable, and an approved one stays so until something ends it', () => {
    let served = 0
    const first = { make: ((now) => ({ kind: 'submitted', at: now, by: speaker('requester'), checks: [] })) satisfies Step, hours: 0 }
    const steps = fc.array(fc.record({ make: step, hours: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 30) }), { minLength: 15, maxLength: 50, size: 'max' })
    fc.assert(
      fc.property(steps, fc.constantFrom(0, 0, 1, 47, 800), (some, wait) => {
        const { state, log, nowMs } = walk([first, ...some])
        const later = nowMs + wait * HOUR
        const isServed = servedAt(state, later)
        expect(isServed).toBe(mayServe(log, later))
        expect(servedAt(fold(log), later)).toBe(isServed)
        if (isServed) served += 1
      }),
      { numRuns: 1000 },
    )
    // The property would hold for a gate that serves nothing.
    expect(served).toBeGreaterThan(50)
  })
})

describe('a request', () => {
  const now = iso(START)
  const events: Record<ApprovalEvent['kind'], ApprovalEvent> = {
    created,
    submitted: { kind: 'submitted', at: now, by: speaker('requester'), checks: [] },
    waived: { kind: 'waived', at: now, by: speaker('chief'), sign_off: 'w', check: 'x', reason: '', control: '', expires_at: iso(START + HOUR) },
    signed: { kind: 'signed', at: now, by: speaker('risk1'), sign_off: 's', stage: 0, capacity: 'risk', conditions: [], open_threads: 0 },
    lapsed: { kind: 'lapsed', at: now, people: ['risk1'] },
    refused: { kind: 'refused', at: now, by: speaker('risk1'), sign_off: 's', stage: 0, capacity: 'risk', reason: '' },
    changes_requested: { kind: 'changes_requested', at: now, by: speaker('risk1'), sign_off: 's', stage: 0, capacity: 'risk', reason: '' },
    withdrawn: { kind: 'withdrawn', at: now, by: speaker('requester'), reason: '' },
    warned: { kind: 'warned', at: now, stage: 0 },
    escalated: { kind: 'escalated', at: now, stage: 0, to: '' },
    expired: { kind: 'expired', at: now },
    revoked: { kind: 'revoked', at: now, by: speaker('risk1'), reason: '' },
    superseded: { kind: 'superseded', at: now, approval: 'apr_2' },
  }
  /** The published table: what may happen where. Everything else is `approval_transition`. */
  const allowed: Record<ApprovalStatus, readonly ApprovalEvent['kind'][]> = {
    draft: ['submitted', 'withdrawn'],
    submitted: ['submitted', 'waived', 'withdrawn'],
    in_review: ['signed', 'lapsed', 'refused', 'changes_requested', 'withdrawn', 'warned', 'escalated'],
    changes_requested: ['submitted', 'withdrawn'],
    approved: ['expired', 'revoked', 'superseded'],
    approved_with_conditions: ['expired', 'revoked', 'superseded'],
    refused: [],
    withdrawn: [],
    expired: [],
    revoked: [],
    superseded: [],
  }

  it.each(ApprovalStatus.options)('that is %s lets happen what the table says, and nothing else', (status) => {
    const checks = [{ id: 'x', passed: status !== 'submitted', detail: '' }]
    const state: ApprovalState = { ...reduce(undefined, created), status, checks, expires_at: now, stage_started_at: now, due_at: now }
    for (const [kind, event] of Object.entries(events)) {
      const next = (): ApprovalState => reduce(state, event)
      if ((allowed[status] as readonly string[]).includes(kind)) expect(next, kind).not.toThrow()
      else expect(next, kind).toThrow(expect.objectContaining({ code: 'approval_transition' }))
    }
  })

  it('cannot be read without having been made', () => {
    expect(() => fold([])).toThrow(expect.objectContaining({ code: 'approval_transition' }))
    expect(() => reduce(undefined, events.signed)).toThrow(expect.objectContaining({ code: 'approval_transition' }))
  })

  it('asks exactly the people whom a quorum names', () => {
    const steps = [events.submitted, ...['risk1', 'risk2'].map((by) => ({ ...events.signed, by: speaker(by) }) as ApprovalEvent)]
    const state = fold([created, ...steps])
    const legal = (by: string): ApprovalEvent => ({ ...events.signed, by: speaker(by), stage: 1, capacity: 'legal' }) as ApprovalEvent
    expect(() => reduce(state, legal('legal2'))).toThrow(expect.objectContaining({ code: 'capacity_not_needed' }))
    expect(reduce(state, legal('legal1')).sign_offs).toHaveLength(3)
  })

  it('needs its waivers again in the next round', () => {
    const failing: ApprovalEvent = { ...events.submitted, checks: [{ id: 'x', passed: false, detail: '' }] } as ApprovalEvent
    const state = fold([created, failing, events.waived, events.changes_requested, failing])
    expect(state).toMatchObject({ status: 'submitted', round: 2, waivers: [] })
    expect(() => reduce(state, events.signed)).toThrow(expect.objectContaining({ code: 'approval_transition' }))
  })
})
