import { type Tx, write } from '#audit'
import type { Evidence } from '#documentation'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { lockApproval } from './approval-store.ts'
import { governanceErrors } from './errors.ts'
import { can } from './permissions.ts'
import { loadApproval } from './read-approvals.ts'
import { Digest } from './release.ts'
import { findRelease } from './release-store.ts'
import { NewComment, NewThread, type Thread } from './thread.ts'
import * as store from './thread-store.ts'

export const listThreads = async (ctx: Ctx, approval: string): Promise<{ items: Thread[] }> => {
  permit(ctx, can.read)
  await loadApproval(ctx, approval)
  const threads = await store.listThreads(ctx.read, approval)
  const comments = await store.listComments(
    ctx.read,
    threads.map(({ id }) => id),
  )
  return {
    items: threads.map(({ report, row_id, approval_id, ...thread }) => ({
      ...thread,
      approval: approval_id,
      anchor: report === null || row_id === null ? null : { report: Digest.parse(report), row: row_id },
      comments: comments
        .filter(({ thread_id }) => thread_id === thread.id)
        .map(({ id, text, created_at, created_by, author }) => ({ id, text, at: created_at, by: created_by, author })),
    })),
  }
}

const getThread = async (ctx: Ctx, approval: string, id: string): Promise<Thread> => {
  const found = (await listThreads(ctx, approval)).items.find((thread) => thread.id === id)
  if (found === undefined) throw platformErrors.not_found({ kind: 'thread', id })
  return found
}

/** The report of the release, when it has such a row. */
const anchorOf = async (ctx: Ctx, release: string, row: string | null, evidence: Evidence): Promise<{ report: string; row: string } | null> => {
  if (row === null) return null
  const report = (await findRelease(ctx.read, release))?.document.report
  const found = report === undefined ? undefined : (await evidence.report(ctx, report.digest)).rows.some(({ id }) => id === row)
  if (report === undefined || found !== true) {
    throw platformErrors.invalid_request({}, { issues: [{ path: 'row', message: 'the evaluation report of this release has no such row' }] })
  }
  return { report: report.digest, row }
}

const addComment = async (ctx: Ctx, tx: Tx, thread: string, text: string): Promise<void> => {
  const { id: created_by, name: author } = actorRef(ctx.actor)
  await store.insertComment(tx, { id: newId('cmt', tx.nowMs), thread_id: thread, text, created_at: tx.nowAt, created_by, author })
}

export const openThread = async (ctx: Ctx, { approval, ...input }: { approval: string; row?: unknown; text?: unknown }, evidence: Evidence) => {
  permit(ctx, can['open-thread'])
  const { row, text } = parse(NewThread, input)
  const { row: request } = await loadApproval(ctx, approval)
  const anchor = await anchorOf(ctx, request.release_digest, row, evidence)
  const id = await write(ctx, async (tx) => {
    // The same lock as a sign-off takes: the last one cannot slip past a discussion that opens at that moment.
    await lockApproval(tx, approval)
    const threadId = newId('thr', tx.nowMs)
    await store.insertThread(tx, {
      id: threadId,
      approval_id: approval,
      report: anchor?.report ?? null,
      row_id: anchor?.row ?? null,
      created_at: tx.nowAt,
      created_by: actorRef(ctx.actor).id,
      resolved_at: null,
      resolved_by: null,
    })
    await addComment(ctx, tx, threadId, text)
    tx.record({ action: can['open-thread'].action, subject: { kind: 'thread', id: threadId }, details: { approval, row: anchor?.row ?? null } })
    tx.publish('governance.thread-opened', { approval, thread: threadId })
    return threadId
  })
  return getThread(ctx, approval, id)
}

/** A comment on a resolved discussion opens it again. */
export const commentThread = async (
  ctx: Ctx,
  { approval, thread, ...input }: { approval: string; thread: string; text?: unknown },
): Promise<Thread> => {
  permit(ctx, can['comment-thread'])
  const { text } = parse(NewComment, input)
  const before = await getThread(ctx, approval, thread)
  await write(ctx, async (tx) => {
    await lockApproval(tx, approval)
    await addComment(ctx, tx, thread, text)
    await store.reopenThreadRow(tx, thread)
    tx.record({
      action: can['comment-thread'].action,
      subject: { kind: 'thread', id: thread },
      details: { approval, reopened: before.resolved_at !== null },
    })
  })
  return getThread(ctx, approval, thread)
}

export const resolveThread = async (ctx: Ctx, { approval, thread }: { approval: string; thread: string }): Promise<Thread> => {
  permit(ctx, can['resolve-thread'])
  const { state } = await loadApproval(ctx, approval)
  const before = await getThread(ctx, approval, thread)
  const by = actorRef(ctx.actor).id
  const isApprover = ctx.actor.kind === 'person' && ctx.actor.roles.includes('approver') && by !== state.requester
  if (before.created_by !== by && !isApprover) throw governanceErrors.thread_not_yours()
  await write(ctx, async (tx) => {
    if (!(await store.resolveThreadRow(tx, thread, tx.nowAt, by))) throw governanceErrors.thread_resolved()
    tx.record({ action: can['resolve-thread'].action, subject: { kind: 'thread', id: thread }, details: { approval } })
  })
  return getThread(ctx, approval, thread)
}
