/**
 * An approval request is the fold of its events. Nothing else says what it is: rows and pages are derived from here, and the gateway's
 * table folds the same events again.
 *
 *   draft -> submitted -> in_review(stage) -> approved | approved_with_conditions -> expired | revoked | superseded
 *              |   ^          |     |
 *              |   |          |     +-> refused
 *              |   +- changes_requested
 *              +---------------------> withdrawn (from any open state)
 */
import { z } from 'zod'
import { governanceErrors } from './errors.ts'
import { ApprovalPolicyDocument, Capacity } from './policy.ts'
import { Condition, Digest } from './release.ts'

export const ApprovalStatus = z.enum([
  'draft',
  'submitted',
  'in_review',
  'changes_requested',
  'approved',
  'approved_with_conditions',
  'refused',
  'withdrawn',
  'expired',
  'revoked',
  'superseded',
])
export type ApprovalStatus = z.infer<typeof ApprovalStatus>

export const OPEN_STATUSES = ['draft', 'submitted', 'in_review', 'changes_requested'] as const satisfies readonly ApprovalStatus[]
export const APPROVED_STATUSES = ['approved', 'approved_with_conditions'] as const satisfies readonly ApprovalStatus[]

/** A rule of the policy against the evidence. `detail` says what was found. */
export const Check = z.object({ id: z.string(), passed: z.boolean(), detail: z.string() }).meta({ id: 'ApprovalCheck' })
export type Check = z.infer<typeof Check>

const By = z.object({ kind: z.enum(['person', 'key', 'system']), id: z.string(), name: z.string() })
/** Someone who speaks on a request, with what they were at that moment. */
const Speaker = z.object({ kind: z.literal('person'), id: z.string(), name: z.string(), roles: z.array(z.string()), capacities: z.array(z.string()) })
export type Speaker = z.infer<typeof Speaker>

const at = z.iso.datetime()
const spoken = { at, by: Speaker, sign_off: z.string(), stage: z.int().min(0), capacity: Capacity }

export const ApprovalEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('created'),
    at,
    by: By,
    release: Digest,
    policy_digest: Digest,
    policy: ApprovalPolicyDocument,
    policy_author: z.string(),
    /** Everyone who wrote a part of the release. */
    authors: z.array(z.string()),
  }),
  z.object({ kind: z.literal('submitted'), at, by: By, checks: z.array(Check) }),
  z.object({
    kind: z.literal('waived'),
    at,
    by: Speaker,
    sign_off: z.string(),
    check: z.string(),
    reason: z.string(),
    control: z.string(),
    expires_at: at,
  }),
  z.object({
    kind: z.literal('signed'),
    ...spoken,
    conditions: z.array(Condition),
    open_threads: z.int().min(0),
  }),
  /** Signers who may not sign any more (left, disabled, lost the role or the capacity) stop counting while the review is open. */
  z.object({ kind: z.literal('lapsed'), at, people: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('refused'), ...spoken, reason: z.string() }),
  z.object({ kind: z.literal('changes_requested'), ...spoken, reason: z.string() }),
  z.object({ kind: z.literal('withdrawn'), at, by: By, reason: z.string() }),
  z.object({ kind: z.literal('warned'), at, stage: z.int().min(0) }),
  z.object({ kind: z.literal('escalated'), at, stage: z.int().min(0), to: z.string() }),
  z.object({ kind: z.literal('expired'), at }),
  z.object({ kind: z.literal('revoked'), at, by: By, reason: z.string() }),
  z.object({ kind: z.literal('superseded'), at, approval: z.string() }),
])
export type ApprovalEvent = z.infer<typeof ApprovalEvent>
type EventOf<K extends ApprovalEvent['kind']> = Extract<ApprovalEvent, { kind: K }>

export interface Counted {
  readonly sign_off: string
  readonly person: string
  readonly name: string
  readonly stage: number
  readonly capacity: string
  readonly conditions: readonly Condition[]
  readonly at: string
}

export interface Waived {
  readonly sign_off: string
  readonly check: string
  readonly person: string
  readonly name: string
  readonly reason: string
  readonly control: string
  readonly expires_at: string
}

export interface ApprovalState {
  readonly status: ApprovalStatus
  readonly release: string
  readonly policy: ApprovalPolicyDocument
  readonly policy_digest: string
  readonly policy_author: string
  readonly requester: string
  readonly authors: readonly string[]
  /** Counts submissions; a sign-off of an earlier round says nothing about this one. */
  readonly round: number
  readonly checks: readonly Check[]
  readonly waivers: readonly Waived[]
  /** The first stage whose quorum is not met. */
  readonly stage: number
  readonly stage_started_at: string | null
  readonly due_at: string | null
  readonly warned: boolean
  readonly escalated: boolean
  readonly sign_offs: readonly Counted[]
  /** Why it was refused, sent back, withdrawn or revoked, as the last of them said. */
  readonly reason: string | null
  readonly decided_at: string | null
  readonly expires_at: string | null
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const later = (iso: string, ms: number): string => new Date(Date.parse(iso) + ms).toISOString()

/** What is still asked for at a stage, capacity by capacity. */
export const neededAt = (
  state: Pick<ApprovalState, 'policy' | 'sign_offs'>,
  stage: number,
): { capacity: string; approvals: number; given: number }[] =>
  (state.policy.stages[stage]?.quorum ?? []).map(({ capacity, approvals }) => ({
    capacity,
    approvals,
    given: state.sign_offs.filter((one) => one.stage === stage && one.capacity === capacity).length,
  }))

const firstUnmet = (state: Pick<ApprovalState, 'policy' | 'sign_offs'>): number => {
  const index = state.policy.stages.findIndex((_stage, stage) => neededAt(state, stage).some(({ approvals, given }) => given < approvals))
  return index < 0 ? state.policy.stages.length : index
}

export const failedChecks = ({ checks, waivers }: Pick<ApprovalState, 'checks' | 'waivers'>): readonly Check[] =>
  checks.filter(({ id, passed }) => !passed && !waivers.some(({ check }) => check === id))

const PAST: Readonly<Record<ApprovalEvent['kind'], readonly ApprovalStatus[]>> = {
  created: [],
  submitted: ['draft', 'changes_requested', 'submitted'],
  waived: ['submitted'],
  signed: ['in_review'],
  lapsed: ['in_review'],
  refused: ['in_review'],
  changes_requested: ['in_review'],
  withdrawn: OPEN_STATUSES,
  warned: ['in_review'],
  escalated: ['in_review'],
  expired: APPROVED_STATUSES,
  revoked: APPROVED_STATUSES,
  superseded: APPROVED_STATUSES,
}

/** Who may have no say about this release, whatever they would say. */
const requireSeparation = (state: ApprovalState, { id }: Speaker): void => {
  const why =
    id === state.requester
      ? 'asked for this approval'
      : state.authors.includes(id)
        ? 'wrote a part of this release'
        : id === state.policy_author && !state.policy.separation.policy_author_may_sign
          ? 'wrote the approval policy'
          : undefined
  if (why !== undefined) throw governanceErrors.separation_of_duties({ why })
}

const requireFirstWord = ({ sign_offs, waivers }: ApprovalState, { id }: Speaker): void => {
  if ([...sign_offs, ...waivers].some(({ person }) => person === id)) throw governanceErrors.already_signed()
}

const requireCapacity = ({ roles, capacities }: Speaker, capacity: string): void => {
  if (!roles.includes('approver') || !capacities.includes(capacity)) throw governanceErrors.capacity_not_held({ capacity })
}

/** The stage under review asks for this capacity, and for this person where it names people. */
const requireVoice = (state: ApprovalState, event: EventOf<'signed' | 'refused' | 'changes_requested'>): void => {
  requireSeparation(state, event.by)
  requireCapacity(event.by, event.capacity)
  const stage = state.policy.stages[state.stage]
  const quorum = stage?.quorum.find(({ capacity }) => capacity === event.capacity)
  const isAsked = event.stage === state.stage && quorum !== undefined && (quorum.people?.includes(event.by.id) ?? true)
  if (!isAsked) throw governanceErrors.capacity_not_needed({ stage: stage?.name ?? '', capacity: event.capacity })
}

const openStage = (state: ApprovalState, stage: number, now: string): ApprovalState => ({
  ...state,
  status: 'in_review',
  stage,
  stage_started_at: now,
  due_at: later(now, (state.policy.stages[stage]?.deadline_hours ?? 0) * HOUR_MS),
  warned: false,
  escalated: false,
})

/** The review begins when no failed check is left without a waiver. */
const openReview = (state: ApprovalState, now: string): ApprovalState => (failedChecks(state).length === 0 ? openStage(state, 0, now) : state)

const approve = (state: ApprovalState, now: string): ApprovalState => {
  const ends = [later(now, state.policy.expires_after_days * DAY_MS), ...state.waivers.map(({ expires_at }) => expires_at)].sort()
  const hasConditions = state.sign_offs.some(({ conditions }) => conditions.length > 0)
  return {
    ...state,
    status: hasConditions ? 'approved_with_conditions' : 'approved',
    stage: state.policy.stages.length,
    stage_started_at: null,
    due_at: null,
    decided_at: now,
    expires_at: ends[0] ?? now,
  }
}

/** The review goes on at the first stage without its quorum; that may be an earlier one, when somebody stopped counting. */
const proceed = (state: ApprovalState, now: string): ApprovalState => {
  const unmet = firstUnmet(state)
  if (unmet === state.policy.stages.length) return approve(state, now)
  return unmet === state.stage ? state : openStage(state, unmet, now)
}

const sign = (state: ApprovalState, event: EventOf<'signed'>): ApprovalState => {
  requireVoice(state, event)
  requireFirstWord(state, event.by)
  const { sign_off, by, stage, capacity, conditions, at } = event
  const needed = neededAt(state, stage).find((one) => one.capacity === capacity)
  if (needed === undefined || needed.given >= needed.approvals)
    throw governanceErrors.capacity_not_needed({ stage: state.policy.stages[stage]?.name ?? '', capacity })
  if (state.policy.checks.threads_resolved && event.open_threads > 0) throw governanceErrors.threads_open({ count: event.open_threads })
  return proceed({ ...state, sign_offs: [...state.sign_offs, { sign_off, person: by.id, name: by.name, stage, capacity, conditions, at }] }, at)
}

const waive = (state: ApprovalState, event: EventOf<'waived'>): ApprovalState => {
  requireSeparation(state, event.by)
  requireFirstWord(state, event.by)
  const { waivers } = state.policy
  const latest = waivers === null ? '' : later(event.at, waivers.max_days * DAY_MS)
  if (waivers === null || event.expires_at > latest || event.expires_at <= event.at) throw governanceErrors.waiver_not_allowed()
  requireCapacity(event.by, waivers.capacity)
  if (!failedChecks(state).some(({ id }) => id === event.check)) throw governanceErrors.check_not_failed({ check: event.check })
  const { sign_off, check, by, reason, control, expires_at } = event
  return openReview(
    { ...state, waivers: [...state.waivers, { sign_off, check, person: by.id, name: by.name, reason, control, expires_at }] },
    event.at,
  )
}

const create = (event: EventOf<'created'>): ApprovalState => ({
  status: 'draft',
  release: event.release,
  policy: event.policy,
  policy_digest: event.policy_digest,
  policy_author: event.policy_author,
  requester: event.by.id,
  authors: event.authors,
  round: 0,
  checks: [],
  waivers: [],
  stage: 0,
  stage_started_at: null,
  due_at: null,
  warned: false,
  escalated: false,
  sign_offs: [],
  reason: null,
  decided_at: null,
  expires_at: null,
})

/** The next state, or a typed refusal: an event that the state does not allow throws `approval_transition` or says which rule bars it. */
export const reduce = (state: ApprovalState | undefined, event: ApprovalEvent): ApprovalState => {
  if (event.kind === 'created' && state === undefined) return create(event)
  if (state === undefined || !PAST[event.kind].includes(state.status)) {
    throw governanceErrors.approval_transition({ status: state?.status ?? 'not there', event: event.kind.replaceAll('_', ' ') })
  }
  const closed = { stage_started_at: null, due_at: null }
  switch (event.kind) {
    case 'created':
      return state // unreachable: no state allows it
    case 'submitted': {
      const fresh = { ...state, ...closed, status: 'submitted' as const, round: state.round + 1, stage: 0, sign_offs: [], waivers: [], reason: null }
      return openReview({ ...fresh, checks: event.checks }, event.at)
    }
    case 'waived':
      return waive(state, event)
    case 'signed':
      return sign(state, event)
    case 'lapsed':
      return proceed({ ...state, sign_offs: state.sign_offs.filter(({ person }) => !event.people.includes(person)) }, event.at)
    case 'refused':
      requireVoice(state, event)
      return { ...state, ...closed, status: 'refused', reason: event.reason, decided_at: event.at }
    case 'changes_requested':
      requireVoice(state, event)
      return { ...state, ...closed, status: 'changes_requested', reason: event.reason }
    case 'withdrawn':
      return { ...state, ...closed, status: 'withdrawn', reason: event.reason, decided_at: event.at }
    case 'warned':
      return { ...state, warned: true }
    case 'escalated':
      return { ...state, warned: true, escalated: true }
    case 'expired':
      if (state.expires_at === null || event.at < state.expires_at)
        throw governanceErrors.approval_transition({ status: 'in force', event: 'expired' })
      return { ...state, status: 'expired' }
    case 'revoked':
      return { ...state, status: 'revoked', reason: event.reason }
    case 'superseded':
      return { ...state, status: 'superseded' }
  }
}

export const fold = (events: readonly ApprovalEvent[]): ApprovalState => {
  const state = events.reduce<ApprovalState | undefined>(reduce, undefined)
  if (state === undefined) throw governanceErrors.approval_transition({ status: 'not there', event: 'read' })
  return state
}

export const isInForce = (state: ApprovalState, nowMs: number): boolean =>
  (APPROVED_STATUSES as readonly string[]).includes(state.status) && state.expires_at !== null && nowMs < Date.parse(state.expires_at)

/** When time alone next changes something: half of the deadline, the deadline, the expiry. */
export const nextTimerAt = ({ status, stage_started_at, due_at, warned, escalated, expires_at }: ApprovalState): string | null => {
  if (status === 'in_review' && due_at !== null && stage_started_at !== null && !escalated) {
    return warned ? due_at : later(stage_started_at, (Date.parse(due_at) - Date.parse(stage_started_at)) / 2)
  }
  return (APPROVED_STATUSES as readonly string[]).includes(status) ? expires_at : null
}
