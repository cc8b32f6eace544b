/**
 * Offline verification of an export: needs the file and the log's public key, nothing of the server. Recomputes the
 * tree leaf by leaf and compares it with every signed checkpoint on the way, so the first bad entry is named exactly.
 */
import { canonicalJson } from '#platform/canonical'
import { appendLeaf, emptyFrontier, type Frontier, leafHash, rootOf } from './merkle.ts'
import { type Checkpoint, openNote, parseCheckpoint, parseVerifierKey } from './note.ts'

export type Verdict =
  | { readonly ok: true; readonly origin: string; readonly size: number; readonly root: string }
  | { readonly ok: false; readonly size: number; readonly firstBadEntry: number | null; readonly reason: string }

type Line =
  | { kind: 'plimsoll-audit-export'; version: number; origin: string; size: number }
  | { kind: 'entry'; entry: { seq: number } }
  | { kind: 'checkpoint'; size: number; note: string }
  | { kind: 'end'; size: number }

class Bad extends Error {
  readonly entry: number | null
  constructor(entry: number | null, reason: string) {
    super(reason)
    this.entry = entry
  }
}

/**
 * `keptCheckpoints` are signed notes saved outside the server earlier: they catch a log that was cut at its tail
 * or rebuilt by somebody who holds the signing key.
 */
export const verifyExport = async (lines: AsyncIterable<string>, keyText: string, keptCheckpoints: readonly string[] = []): Promise<Verdict> => {
  const verifier = parseVerifierKey(keyText)
  const open = (note: string, entry: number | null): Checkpoint => {
    const text = openNote(note, verifier)
    if (text === undefined) throw new Bad(entry, 'the checkpoint is not signed by this key')
    return parseCheckpoint(text)
  }
  let frontier: Frontier = emptyFrontier
  let signedSize = 0
  let hasEnded = false
  try {
    const kept = new Map(
      keptCheckpoints.map((note) => {
        const checkpoint = open(note, null)
        return [checkpoint.size, checkpoint] as const
      }),
    )
    const check = ({ size, root, origin }: Checkpoint): void => {
      if (origin !== verifier.name) throw new Bad(signedSize, `the checkpoint is of the log ${origin}, not ${verifier.name}`)
      if (size !== frontier.size)
        throw new Bad(Math.min(size, frontier.size), `entries are missing: a checkpoint of size ${size} stands after ${frontier.size} entries`)
      if (root !== rootOf(frontier)) throw new Bad(signedSize, `entry ${signedSize} is not the one that was signed`)
    }
    let lineNumber = 0
    for await (const text of lines) {
      lineNumber += 1
      if (text.trim() === '') continue
      const line = parseLine(text, lineNumber, frontier.size)
      if (hasEnded) throw new Bad(frontier.size, 'the file goes on after its end')
      switch (line.kind) {
        case 'plimsoll-audit-export':
          if (line.version !== 1) throw new Bad(null, `this verifier reads version 1, the file is version ${line.version}`)
          break
        case 'entry':
          if (line.entry.seq !== frontier.size)
            throw new Bad(frontier.size, `entry ${frontier.size} is missing or out of order: entry ${line.entry.seq} stands in its place`)
          // Each entry has its checkpoint: one that has none was put in, or its checkpoint was taken out.
          if (signedSize !== frontier.size) throw new Bad(signedSize, `entry ${signedSize} has no signed checkpoint`)
          frontier = appendLeaf(frontier, leafHash(canonicalJson(line.entry)))
          break
        case 'checkpoint':
          check(open(line.note, signedSize))
          signedSize = frontier.size
          break
        case 'end':
          if (line.size !== frontier.size) throw new Bad(frontier.size, `the file says ${line.size} entries and holds ${frontier.size}`)
          hasEnded = true
          break
      }
      const before = kept.get(frontier.size)
      if (before !== undefined && signedSize === frontier.size && before.root !== rootOf(frontier)) {
        throw new Bad(null, `the log was rebuilt: a kept checkpoint of size ${before.size} has another root`)
      }
    }
    if (!hasEnded) throw new Bad(frontier.size, 'the file ends early')
    if (signedSize !== frontier.size) throw new Bad(signedSize, `entry ${signedSize} has no signed checkpoint`)
    for (const size of kept.keys()) {
      if (size > frontier.size)
        throw new Bad(frontier.size, `the log was cut: a kept checkpoint signs ${size} entries, the file holds ${frontier.size}`)
    }
    return { ok: true, origin: verifier.name, size: frontier.size, root: rootOf(frontier) }
  } catch (error) {
    if (error instanceof Bad) return { ok: false, size: frontier.size, firstBadEntry: error.entry, reason: error.message }
    throw error
  }
}

const parseLine = (text: string, lineNumber: number, size: number): Line => {
  try {
    const line = JSON.parse(text) as Line
    if (typeof line === 'object' && line !== null && ['plimsoll-audit-export', 'entry', 'checkpoint', 'end'].includes(line.kind)) {
      if (line.kind !== 'entry' || typeof line.entry?.seq === 'number') return line
    }
  } catch {
    /* said below */
  }
  throw new Bad(size, `line ${lineNumber} is not a line of an export`)
}
