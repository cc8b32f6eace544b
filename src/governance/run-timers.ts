import { write } from '#audit'
import { isoAt } from '#platform/clock'
import { type Ctx, type Platform, permit, systemContext } from '#platform/context'
import { PlimsollError, platformErrors } from '#platform/errors'
import { advance } from './advance.ts'
import type { ApprovalEvent, ApprovalState } from './approval.ts'
import { findDue } from './approval-store.ts'
import { can } from './permissions.ts'
import { escalationName } from './policy.ts'

type TimerEvent = Extract<ApprovalEvent, { kind: 'warned' | 'escalated' | 'expired' }>

/** What time has to say: half of the deadline warns, the deadline escalates, the expiry ends. It never approves. */
const timerEvent = (state: ApprovalState, at: string): TimerEvent => {
  const stage = state.policy.stages[state.stage]
  if (state.status !== 'in_review' || stage === undefined) return { kind: 'expired', at }
  const isOverdue = state.due_at !== null && at >= state.due_at
  return isOverdue ? { kind: 'escalated', at, stage: state.stage, to: escalationName(stage.escalate_to) } : { kind: 'warned', at, stage: state.stage }
}

const TOPICS = {
  warned: 'governance.deadline-warned',
  escalated: 'governance.approval-escalated',
  expired: 'governance.approval-expired',
} as const

const ACTIONS = { warned: 'governance.warn', escalated: 'governance.escalate', expired: 'governance.expire' } as const

const runTimer = (ctx: Ctx, id: string): Promise<void> =>
  write(ctx, async (tx) => {
    const { row, before, after } = await advance(tx, id, (state, current) => {
      // Somebody was first: what was due is due no more.
      if (current.next_timer_at === null || current.next_timer_at > tx.nowAt) throw platformErrors.conflict()
      return timerEvent(state, tx.nowAt)
    })
    const event = timerEvent(before, tx.nowAt)
    const to = event.kind === 'escalated' ? event.to : null
    const facts = { approval: id, release: row.release_digest, stage: after.stage, awaiting: row.awaiting, due_at: after.due_at, to }
    tx.record({ action: ACTIONS[event.kind], subject: { kind: 'approval', id }, details: facts })
    tx.publish(TOPICS[event.kind], facts)
  })

/** Deadlines and expiries that are due, in every project. Safe to run twice and in several processes at once. Returns how many it handled. */
export const runTimers = async (platform: Platform): Promise<number> => {
  const due = await findDue(platform.store, isoAt(platform.clock.now()), 500)
  let handled = 0
  for (const { project, id } of due) {
    const ctx = systemContext(platform, 'governance.timers', project)
    permit(ctx, can['run-timers'])
    try {
      await runTimer(ctx, id)
      handled += 1
    } catch (error) {
      // One request that cannot be read must not hold up the deadlines of all others.
      if (!(error instanceof PlimsollError && error.code === 'conflict')) platform.log.error({ err: error, project, approval: id }, 'a timer failed')
    }
  }
  return handled
}
