import { digestOf } from '#platform/canonical'
import { APPROVED_STATUSES, type ApprovalState } from './approval.ts'
import type { ApprovalRow, SignOffRow } from './approval-store.ts'
import { type SignOffStatement, type VerifyingKey, verifySignOff } from './statement.ts'

export interface ApprovalMaterial {
  readonly project: string
  readonly approval: Pick<ApprovalRow, 'id' | 'release_digest' | 'policy_digest'>
  readonly state: ApprovalState
  readonly signOffs: readonly Pick<SignOffRow, 'id' | 'envelope'>[]
  readonly keys: readonly VerifyingKey[]
}

/** The part of a statement that its event must repeat. */
type Said = Pick<SignOffStatement['predicate'], 'decision' | 'stage' | 'capacity' | 'conditions' | 'waiver'> & { person: string }

const saidBy = (state: ApprovalState): { signOff: string; said: Said }[] => [
  ...state.sign_offs.map(({ sign_off, person, stage, capacity, conditions }) => ({
    signOff: sign_off,
    said: {
      decision: conditions.length > 0 ? ('approve_with_conditions' as const) : ('approve' as const),
      stage,
      capacity,
      conditions: [...conditions],
      waiver: null,
      person,
    },
  })),
  ...state.waivers.map(({ sign_off, person, check, control, expires_at }) => ({
    signOff: sign_off,
    said: {
      decision: 'waive' as const,
      stage: null,
      capacity: state.policy.waivers?.capacity ?? '',
      conditions: [],
      waiver: { check, control, expires_at },
      person,
    },
  })),
]

/**
 * Why an approval does not stand, or null. Pure, so that the gate asks it each time the table is loaded and an auditor asks it offline:
 * each word that counted carries a signature of its own person over this release, this policy, this round and this decision. Who can
 * write to the database can remove an approval that way, but not make one.
 */
export const approvalFault = ({ project, approval, state, signOffs, keys }: ApprovalMaterial): string | null => {
  if (!(APPROVED_STATUSES as readonly string[]).includes(state.status)) return `the request is ${state.status}`
  if (state.release !== approval.release_digest) return 'the request is about another release'
  if (state.policy_digest !== approval.policy_digest || digestOf(state.policy) !== state.policy_digest) return 'the policy was changed'
  for (const { signOff, said } of saidBy(state)) {
    const envelope = signOffs.find(({ id }) => id === signOff)?.envelope
    const key = keys.find(({ id }) => id === envelope?.signatures[0].keyid)
    if (envelope === undefined || key === undefined) return `${signOff}: the signature or its key is missing`
    const verified = verifySignOff(envelope, key)
    if (!verified.ok) return `${signOff}: ${verified.why}`
    const { subject, predicate } = verified.statement
    const { decision, stage, capacity, conditions, waiver, person } = predicate
    const isAboutThis =
      `sha256:${subject[0].digest.sha256}` === state.release &&
      predicate.project === project &&
      predicate.approval === approval.id &&
      predicate.round === state.round &&
      predicate.policy === state.policy_digest
    const saysThis = digestOf({ decision, stage, capacity, conditions, waiver, person: person.id }) === digestOf(said)
    if (!isAboutThis || !saysThis) return `${signOff}: the statement says something else`
  }
  return null
}
