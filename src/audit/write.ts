import { canonicalJson } from '#platform/canonical'
import { isoAt } from '#platform/clock'
import { actorRef, type Ctx } from '#platform/context'
import { insertMessages } from '#platform/outbox'
import type { Executor } from '#platform/store'
import { appendLeaf, leafHash, rootOf } from './merkle.ts'
import { AuditEntry, type NewEntry, originOf } from './model.ts'
import { checkpointText, signNote } from './note.ts'
import { insertCheckpoints, insertEntries, lockHead, saveHead } from './store.ts'

/** One write transaction: queries through `db`, and what must not be missing beside them. */
export interface Tx extends Executor {
  readonly nowMs: number
  readonly nowAt: string
  /** The audit entry of this change; a write without one is a bug and rolls back. */
  record(entry: NewEntry): void
  /** A message that leaves with the commit (platform/outbox). */
  publish(topic: string, payload: Record<string, unknown>): void
}

/**
 * The one way to change anything: `work` and its audit entries and messages commit together or not at all.
 * The log's row lock is taken last, so that writers of different things wait for each other only while they append.
 */
export const write = async <T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> => {
  let hasMessages = false
  const result = await ctx.store.transaction(ctx.project, async (at) => {
    const nowMs = ctx.clock.now()
    const entries: NewEntry[] = []
    const messages: { topic: string; payload: Record<string, unknown> }[] = []
    const tx: Tx = {
      ...at,
      nowMs,
      nowAt: isoAt(nowMs),
      record: (entry) => {
        entries.push(entry)
      },
      publish: (topic, payload) => {
        messages.push({ topic, payload })
      },
    }
    const value = await work(tx)
    if (entries.length === 0) throw new Error('a write left no audit entry')
    await append(ctx, at, tx.nowAt, entries)
    await insertMessages(at, messages, nowMs)
    hasMessages = messages.length > 0
    return value
  })
  if (hasMessages) await ctx.store.notify('outbox', ctx.project)
  return result
}

const append = async (ctx: Ctx, at: Executor, nowAt: string, entries: readonly NewEntry[]): Promise<void> => {
  let frontier = await lockHead(at)
  const origin = originOf(ctx.project)
  const keys = ctx.secrets.signingKey('audit')
  const lines = entries.map(({ action, subject, details }) => {
    const entry = AuditEntry.parse({
      seq: frontier.size,
      at: nowAt,
      project: ctx.project,
      actor: actorRef(ctx.actor),
      action,
      subject: { kind: subject.kind, id: subject.id },
      details: details ?? {},
      request_id: ctx.requestId,
    })
    const canonical = canonicalJson(entry)
    frontier = appendLeaf(frontier, leafHash(canonical))
    // One signature an entry (some 50 us), so that verification names the exact entry that was changed.
    const note = signNote(checkpointText({ origin, size: frontier.size, root: rootOf(frontier) }), origin, keys)
    return { entry, canonical, note }
  })
  await insertEntries(at, lines)
  await insertCheckpoints(
    at,
    lines.map(({ entry, note }) => ({ size: entry.seq + 1, note })),
  )
  await saveHead(at, frontier)
}
