import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { createSecrets } from '#platform/secrets'
import { as, testPlatform } from '../../test/support/platform.ts'
import { mirrorCheckpoints, type Verdict, verifyExport } from './index.ts'
import { currentCheckpoint, exportLog, listAuditEntries } from './read.ts'
import { write } from './write.ts'

const platform = await testPlatform()

const change = (project: string, id: string, count = 1): Promise<void> =>
  write(as(platform, 'developer', project), async (tx) => {
    for (let i = 0; i < count; i += 1) tx.record({ action: 'test.change', subject: { kind: 'thing', id }, details: { i } })
  })

const exported = async (project: string): Promise<string[]> => {
  const lines: string[] = []
  for await (const line of exportLog(as(platform, 'auditor', project))) lines.push(String(line))
  return lines
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

const verify = async (project: string, lines: readonly string[], kept: readonly string[] = []): Promise<Verdict> =>
  verifyExport(each(lines), (await currentCheckpoint(as(platform, 'auditor', project))).verifier_key, kept)

const sampleLog = async (project: string): Promise<string[]> => {
  for (let i = 0; i < 7; i += 1) await change(project, `t${i}`, i === 3 ? 3 : 1)
  return exported(project)
}

const isEntry =
  (seq: number) =>
  (line: string): boolean =>
    line.includes('"kind":"entry"') && (JSON.parse(line) as { entry: { seq: number } }).entry.seq === seq

describe('the audit log', () => {
  it('verifies offline as exported', async () => {
    expect(await verify('whole', await sampleLog('whole'))).toMatchObject({ ok: true, size: 9, origin: 'plimsoll/whole' })
  })

  it('names the entry that was changed', async () => {
    const lines = await sampleLog('changed')
    const at = lines.findIndex(isEntry(4))
    expect(await verify('changed', lines.with(at, (lines[at] ?? '').replace('test.change', 'test.chance')))).toMatchObject({
      ok: false,
      firstBadEntry: 4,
    })
  })

  it('names the entry that was deleted', async () => {
    const lines = await sampleLog('deleted')
    expect(
      await verify(
        'deleted',
        lines.filter((line) => !isEntry(5)(line)),
      ),
    ).toMatchObject({ ok: false, firstBadEntry: 5 })
    const withoutBoth = lines.filter((line) => !isEntry(5)(line) && !line.includes('"size":6,'))
    expect(await verify('deleted', withoutBoth)).toMatchObject({ ok: false, firstBadEntry: 5 })
  })

  it('detects two entries that changed places', async () => {
    const lines = await sampleLog('swapped')
    const [a, b] = [lines.findIndex(isEntry(2)), lines.findIndex(isEntry(6))]
    expect(await verify('swapped', lines.with(a, lines[b] ?? '').with(b, lines[a] ?? ''))).toMatchObject({ ok: false, firstBadEntry: 2 })
  })

  it('detects a cut tail, in the file by itself and in the database by a kept checkpoint', async () => {
    const lines = await sampleLog('cut')
    expect(await verify('cut', lines.slice(0, -4))).toMatchObject({ ok: false })
    const { note } = await currentCheckpoint(as(platform, 'auditor', 'cut'))
    const shorter = [...lines.slice(0, -3), '{"kind":"end","size":8}\n']
    expect(await verify('cut', shorter)).toMatchObject({ ok: true, size: 8 })
    expect(await verify('cut', shorter, [note ?? ''])).toMatchObject({ ok: false, firstBadEntry: 8, reason: expect.stringContaining('cut') })
  })

  it('detects a log rebuilt with another key, and one rebuilt with the same key against a kept checkpoint', async () => {
    await sampleLog('rebuilt')
    const { verifier_key, note } = await currentCheckpoint(as(platform, 'auditor', 'rebuilt'))
    const wipe = async (): Promise<void> => {
      // The owner of the database can: triggers are a lock on the door, not the proof.
      await platform.store.raw(`alter table audit_entries disable trigger all; alter table audit_checkpoints disable trigger all;
        delete from audit_entries where project = 'rebuilt'; delete from audit_checkpoints where project = 'rebuilt'; delete from audit_head where project = 'rebuilt';
        alter table audit_entries enable trigger all; alter table audit_checkpoints enable trigger all`)
    }
    await wipe()
    const other = { ...as(platform, 'developer', 'rebuilt'), secrets: createSecrets(Buffer.alloc(32, 9)) }
    for (let i = 0; i < 9; i += 1) await write(other, async (tx) => tx.record({ action: 'test.forged', subject: { kind: 'thing', id: 'x' } }))
    expect(await verifyExport(each(await exported('rebuilt')), verifier_key)).toMatchObject({ ok: false, firstBadEntry: 0 })
    await wipe()
    for (let i = 0; i < 9; i += 1) await change('rebuilt', 'forged')
    expect(await verifyExport(each(await exported('rebuilt')), verifier_key)).toMatchObject({ ok: true })
    expect(await verifyExport(each(await exported('rebuilt')), verifier_key, [note ?? ''])).toMatchObject({
      ok: false,
      reason: expect.stringContaining('rebuilt'),
    })
  })

  it('refuses an update or a delete of a line', async () => {
    await change('locked', 'x')
    await expect(sql`update audit_entries set action = 'other' where project = 'locked'`.execute(platform.store.root)).rejects.toThrow('append-only')
    await expect(sql`delete from audit_checkpoints where project = 'locked'`.execute(platform.store.root)).rejects.toThrow('append-only')
  })

  it('is not served from a database that knows less than the checkpoint kept beside it', async () => {
    const folder = join(platform.folder, 'audit')
    await change('default', 'x')
    const mirror = mirrorCheckpoints(platform, folder)
    await mirror.check()
    await mirror.save()
    await change('default', 'y')
    await mirrorCheckpoints(platform, folder).check()
    await mirror.save()
    await platform.store.raw(
      `alter table audit_checkpoints disable trigger all; delete from audit_checkpoints where project = 'default' and size = 2; alter table audit_checkpoints enable trigger all`,
    )
    await expect(mirrorCheckpoints(platform, folder).check()).rejects.toMatchObject({ code: 'audit_log_incomplete' })
  })

  it('rolls back a write that records nothing', async () => {
    await expect(write(as(platform, 'developer', 'silent'), async () => {})).rejects.toThrow('no audit entry')
  })

  it('keeps one order when many write at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_unused, i) => change('busy', `b${i}`)))
    expect(await verify('busy', await exported('busy'))).toMatchObject({ ok: true, size: 20 })
  })

  it('is read in pages, filtered, by those who may', async () => {
    await sampleLog('paged')
    const auditor = as(platform, 'auditor', 'paged')
    const first = await listAuditEntries(auditor, { limit: 5 })
    expect(first.items.map((entry) => entry.seq)).toEqual([8, 7, 6, 5, 4])
    expect((await listAuditEntries(auditor, { limit: 5, cursor: first.next_cursor ?? '' })).items.map((entry) => entry.seq)).toEqual([3, 2, 1, 0])
    expect((await listAuditEntries(auditor, { limit: 5, subject_id: 't3' })).items).toHaveLength(3)
    await expect(listAuditEntries(as(platform, 'developer', 'paged'), { limit: 5 })).rejects.toMatchObject({ code: 'permission_denied' })
  })
})
