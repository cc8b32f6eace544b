import type { Tx } from '#audit'
import { platformErrors } from '#platform/errors'
import { type ApprovalEvent, type ApprovalState, fold, neededAt, nextTimerAt, reduce } from './approval.ts'
import { type ApprovalRow, insertEvents, listEvents, lockApproval, updateApproval } from './approval-store.ts'
import { escalationName } from './policy.ts'

const escalatedTo = ({ status, escalated, policy, stage }: ApprovalState): string | null => {
  const to = policy.stages[stage]?.escalate_to
  return status === 'in_review' && escalated && to !== undefined ? escalationName(to) : null
}

/** What lists and timers look for, from the state. */
export const columnsOf = (
  state: ApprovalState,
): Pick<ApprovalRow, 'status' | 'awaiting' | 'escalated_to' | 'decided_at' | 'expires_at' | 'next_timer_at'> => ({
  status: state.status,
  awaiting:
    state.status === 'in_review'
      ? neededAt(state, state.stage)
          .filter(({ given, approvals }) => given < approvals)
          .map(({ capacity }) => capacity)
      : [],
  escalated_to: escalatedTo(state),
  decided_at: state.decided_at,
  expires_at: state.expires_at,
  next_timer_at: nextTimerAt(state),
})

export interface Advanced {
  readonly row: ApprovalRow
  readonly before: ApprovalState
  readonly after: ApprovalState
}

/** Locks the request, folds it, lets the next event happen to it, and keeps both. Two who speak at once speak one after the other. */
export const advance = async (
  tx: Tx,
  id: string,
  next: (state: ApprovalState, row: ApprovalRow) => ApprovalEvent | Promise<ApprovalEvent>,
): Promise<Advanced> => {
  const row = await lockApproval(tx, id)
  if (row === undefined) throw platformErrors.not_found({ kind: 'approval request', id })
  const before = fold(await listEvents(tx, id))
  const event = await next(before, row)
  const after = reduce(before, event)
  await insertEvents(tx, id, row.events, [event])
  await updateApproval(tx, id, { ...columnsOf(after), events: row.events + 1, updated_at: tx.nowAt })
  return { row, before, after }
}
