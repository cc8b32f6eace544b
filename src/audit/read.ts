import { Readable } from 'node:stream'
import { isoAt } from '#platform/clock'
import { type Ctx, permit } from '#platform/context'
import { cursorInt, decodeCursor, toPage } from '#platform/http'
import { AuditEntry, originOf } from './model.ts'
import { verifierKey } from './note.ts'
import { can } from './permissions.ts'
import * as store from './store.ts'

export const listAuditEntries = async (
  ctx: Ctx,
  { limit, cursor, ...filter }: { limit: number; cursor?: string | undefined } & Omit<store.EntryFilter, 'beforeSeq'>,
): Promise<{ items: AuditEntry[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  const beforeSeq = cursorInt(decodeCursor(cursor)?.[0], Number.MAX_SAFE_INTEGER)
  const rows = await store.listEntries(ctx.read, { ...filter, beforeSeq }, limit + 1)
  return toPage(
    rows.map((row) => AuditEntry.parse(JSON.parse(row.canonical))),
    limit,
    (entry) => [String(entry.seq)],
  )
}

/** The key an auditor keeps, and the newest signed checkpoint: kept elsewhere, it later proves that nothing before it was removed. */
export const currentCheckpoint = async (ctx: Ctx): Promise<{ verifier_key: string; size: number; note: string | null }> => {
  permit(ctx, can.read)
  const latest = await store.latestCheckpoint(ctx.read)
  return {
    verifier_key: verifierKey(originOf(ctx.project), ctx.secrets.signingKey('audit').publicKey),
    size: latest?.size ?? 0,
    note: latest?.note ?? null,
  }
}

const SLICE = 500

/** JSON lines: a header, each entry followed by the checkpoint that covers it, and an end line. See docs/audit.md for the format. */
export const exportLog = (ctx: Ctx): Readable => {
  permit(ctx, can.export)
  return Readable.from(lines(ctx))
}

async function* lines(ctx: Ctx): AsyncGenerator<string> {
  const { verifier_key, size } = await currentCheckpoint(ctx)
  const line = (value: unknown): string => `${JSON.stringify(value)}\n`
  yield line({ kind: 'plimsoll-audit-export', version: 1, origin: originOf(ctx.project), verifier_key, exported_at: isoAt(ctx.clock.now()), size })
  for (let from = 0; from < size; from += SLICE) {
    const until = Math.min(from + SLICE, size)
    const entries = await store.entriesFrom(ctx.read, from, SLICE)
    const notes = new Map((await store.checkpointsFrom(ctx.read, from + 1, SLICE)).map((checkpoint) => [checkpoint.size, checkpoint.note]))
    for (const { seq, canonical } of entries) {
      if (seq >= until) break
      yield `{"kind":"entry","entry":${canonical}}\n`
      const note = notes.get(seq + 1)
      if (note !== undefined) yield line({ kind: 'checkpoint', size: seq + 1, note })
    }
  }
  yield line({ kind: 'end', size })
}
