import type { Encoder } from '../classifiers/encoder/encoder.ts'
import type { Origin } from '../model.ts'

/** A text as detectors see it: folded (see normalise/fold) or as it came. Offsets are of this text. */
export type Match = {
  readonly start: number
  readonly end: number
  readonly kind: string
  readonly confidence: number
  /** A candidate: the second stage decides. `alone` is what the first stage would say without it, which holds when the second is overloaded. */
  readonly uncertain?: { readonly alone: boolean }
}

/**
 * The second stage of a detector (a transformer in worker threads). Of `text` it reads the stretches of its candidates only, each by itself,
 * and what it finds lies inside them: so a stream, which has seen less of the text, gets the same answers. Offsets are of `text`.
 */
export type Refine = (text: string, candidates: readonly Match[], encoder: Encoder, signal: AbortSignal) => Promise<readonly Match[]>

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
  /**
   * `message`: asked about texts of messages only. `arguments`: only about the arguments of a tool call, their JSON as a whole. Absent: about
   * messages, and about each text inside arguments by itself.
   */
  readonly part?: 'message' | 'arguments'
  /** With `arguments`: of this tool only. */
  readonly tool?: string
  /** false: certainly nothing here. Must be far cheaper than `scan`; may be asked of whole texts only. */
  readonly mayMatch: (text: string) => boolean
  /** `offset`: how many units of the whole text stand before this piece of it, for detectors that read it raw and ask where they are. */
  readonly scan: (text: string, from: number, complete: boolean, offset?: number) => Scan
  /** Decides the `uncertain` matches of `scan`; without it there must be none. */
  readonly refine?: Refine
}

/** How far to the left of a match a detector may look (word boundaries, context words). */
export const CONTEXT = 128

export const NOTHING: readonly Match[] = []
