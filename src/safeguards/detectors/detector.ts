import type { Origin } from '../model.ts'

/** A text as detectors see it: folded (see normalise/fold) or as it came. Offsets are of this text. */
export type Match = { readonly start: number; readonly end: number; readonly kind: string; readonly confidence: number }

/**
 * What a scan has settled: every match that starts before `settled` is in `matches`, and no text to come can add, remove, move or
 * lengthen one of them. With `complete`, nothing follows and `settled` is the length of the text.
 */
export type Scan = { readonly matches: readonly Match[]; readonly settled: number }

/**
 * The one interface of everything that looks at text on the hot path: pure and synchronous. Matches are found from left
 * to right, overlap only where they are the same place, and depend on no more than `CONTEXT` units to the left of their start.
 */
export type Scanner = {
  readonly reads: 'folded' | 'raw'
  /** Asked only about texts of this origin; about all when it is absent. */
  readonly only?: Origin
  /** false: certainly nothing here. Must be far cheaper than `scan`; may be asked of whole texts only. */
  readonly mayMatch: (text: string) => boolean
  readonly scan: (text: string, from: number, complete: boolean) => Scan
}

/** How far to the left of a match a detector may look (word boundaries, context words). */
export const CONTEXT = 128

export const NOTHING: readonly Match[] = []
