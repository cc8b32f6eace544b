import { type Stretch, sentencesOf } from './windows.ts'

/** About what the transformer reads at once: 126 tokens of English. */
const PIECE = 480

/** Stretches of whole sentences that the transformer reads at once, without overlap. */
export const piecesOf = (text: string): Stretch[] => {
  const pieces: { start: number; end: number }[] = []
  for (const { start, end } of sentencesOf(text)) {
    const last = pieces.at(-1)
    if (last && end - last.start <= PIECE) last.end = end
    else pieces.push({ start, end })
  }
  return pieces
}

/** At most `most` of the pieces: the first, the last, and those that score highest. In the order of the text. */
export const worstPieces = (pieces: readonly Stretch[], most: number, scoreOf: (piece: Stretch) => number): readonly Stretch[] => {
  if (pieces.length <= most) return pieces
  const ranked = pieces.map((piece, at) => ({ piece, rank: at === 0 || at === pieces.length - 1 ? Number.POSITIVE_INFINITY : scoreOf(piece) }))
  return ranked
    .sort((a, b) => b.rank - a.rank)
    .slice(0, most)
    .map(({ piece }) => piece)
    .sort((a, b) => a.start - b.start)
}

/** What stands around a stretch, too: up to `units` in all, the stretch in the middle. */
export const around = (text: string, { start, end }: Stretch, units: number): Stretch => {
  const spare = Math.max(0, units - (end - start)) / 2
  return { start: Math.max(0, Math.floor(start - spare)), end: Math.min(text.length, Math.ceil(end + spare)) }
}
