/** A copy of the newest signed checkpoint outside the database, so that a database that lost its tail is noticed at the next start. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Platform, systemContext } from '#platform/context'
import { defineErrors } from '#platform/errors'
import { originOf } from './model.ts'
import { openNote, parseCheckpoint, parseVerifierKey, verifierKey } from './note.ts'
import { checkpointsFrom, latestCheckpoint } from './store.ts'

const mirrorErrors = defineErrors({
  audit_log_incomplete: {
    status: 503,
    message:
      'The audit log in the database is not the one whose checkpoint of {size} entries was kept in {file}. Its tail was removed, it was rebuilt, or an old backup was restored. If that was deliberate, move the file away and start again.',
  },
})

export interface CheckpointMirror {
  /** Throws `audit_log_incomplete`. */
  check(): Promise<void>
  save(): Promise<void>
}

export const mirrorCheckpoints = (platform: Platform, folder: string): CheckpointMirror => {
  const ctx = systemContext(platform, 'audit')
  const file = join(folder, `${ctx.project}.checkpoint`)
  let savedSize = 0
  return {
    check: async () => {
      if (!existsSync(file)) return
      const note = readFileSync(file, 'utf8')
      const origin = originOf(ctx.project)
      const text = openNote(note, parseVerifierKey(verifierKey(origin, ctx.secrets.signingKey('audit').publicKey)))
      const size = text === undefined ? 0 : parseCheckpoint(text).size
      const [stored] = text === undefined ? [] : await checkpointsFrom(ctx.read, size, 1)
      // Ed25519 is deterministic: the same tree of the same size has the same note, byte for byte.
      if (stored?.note !== note) throw mirrorErrors.audit_log_incomplete({ size, file })
      savedSize = size
    },
    save: async () => {
      const latest = await latestCheckpoint(ctx.read)
      if (latest === undefined || latest.size <= savedSize) return
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(`${file}.part`, latest.note, { mode: 0o600 })
      renameSync(`${file}.part`, file)
      savedSize = latest.size
    },
  }
}
