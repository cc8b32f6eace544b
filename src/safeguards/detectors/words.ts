import type { WordsOptions } from '../model.ts'
import { fold } from '../normalise/fold.ts'
import { type Match, NOTHING, type Scan, type Scanner } from './detector.ts'

/**
 * Aho-Corasick over UTF-16 units of the folded, lower-cased text. Ours because a stream must know how deep in the trie the text ends
 * (that is where it holds back), which the libraries do not tell.
 *
 *     state 0 --h--> 1 --e--> 2*          * a word ends here; `fail` leads to the longest proper suffix that is also in the trie
 */
type State = { readonly next: Map<number, State>; readonly depth: number; fail: State | null; wordLength: number; shorter: State | null }

const newState = (depth: number): State => ({ next: new Map(), depth, fail: null, wordLength: 0, shorter: null })

const buildAutomaton = (words: readonly string[]): State => {
  const root = newState(0)
  for (const word of words) {
    let state = root
    for (let i = 0; i < word.length; i++) {
      const unit = word.charCodeAt(i)
      const next = state.next.get(unit) ?? newState(state.depth + 1)
      state.next.set(unit, next)
      state = next
    }
    state.wordLength = word.length
  }
  const queue = [root]
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head]!
    for (const [unit, next] of state.next) {
      next.fail = step(root, state.fail, unit)
      next.shorter = next.fail.wordLength > 0 ? next.fail : next.fail.shorter
      queue.push(next)
    }
  }
  return root
}

const step = (root: State, from: State | null, unit: number): State => {
  for (let state = from; state; state = state.fail) {
    const next = state.next.get(unit)
    if (next) return next
  }
  return root
}

const WORD_UNIT = /[\p{L}\p{N}_]/u
const isWordUnit = (text: string, at: number): boolean => at >= 0 && at < text.length && WORD_UNIT.test(text[at]!)

/** Words are folded as the text is, so "Bäd" in the list and "BАD" (Cyrillic А) in the text meet. */
const normaliseWord = (word: string): string => fold(word).text.toLowerCase()

export const wordsScanner = ({ words, whole_word }: WordsOptions, kind = 'word'): Scanner => {
  const list = [...new Set(words.map(normaliseWord))].filter((word) => word !== '')
  const root = buildAutomaton(list)

  const scan = (text: string, from: number, complete: boolean): Scan => {
    const longestAt = new Map<number, number>()
    let state = root
    // The automaton starts afresh at `from`: nothing before it can be part of a match that starts there or later.
    for (let at = from; at < text.length; at++) {
      state = step(root, state, lowerUnit(text.charCodeAt(at)))
      for (let word: State | null = state.wordLength > 0 ? state : state.shorter; word; word = word.shorter) {
        const start = at + 1 - word.wordLength
        if (whole_word && (isWordUnit(text, start - 1) || isWordUnit(text, at + 1))) continue
        longestAt.set(start, word.wordLength)
      }
    }
    // A word that ends the text so far may yet turn out to be part of a longer one.
    const live = complete ? text.length : Math.min(text.length - state.depth, earliestEndingAtBorder(longestAt, text.length))
    return leftmostLongest(longestAt, from, live, kind)
  }
  return { reads: 'folded', mayMatch: () => true, scan }
}

const lowerUnit = (unit: number): number => (unit < 0x80 ? (unit >= 0x41 && unit <= 0x5a ? unit + 32 : unit) : lowerBeyondAscii(unit))

/** Lower case of one unit where it is one unit; a letter that grows (İ) stays as it is. */
const lowerBeyondAscii = (unit: number): number => {
  const lower = String.fromCharCode(unit).toLowerCase()
  return lower.length === 1 ? lower.charCodeAt(0) : unit
}

const earliestEndingAtBorder = (longestAt: ReadonlyMap<number, number>, border: number): number => {
  let earliest = border
  for (const [start, length] of longestAt) if (start + length >= border && start < earliest) earliest = start
  return earliest
}

const leftmostLongest = (longestAt: ReadonlyMap<number, number>, from: number, live: number, kind: string): Scan => {
  if (longestAt.size === 0) return { matches: NOTHING, settled: Math.max(from, live) }
  const matches: Match[] = []
  let free = from
  for (const [start, length] of [...longestAt].sort(([a], [b]) => a - b)) {
    if (start < free || start >= live) continue
    matches.push({ start, end: start + length, kind, confidence: 1 })
    free = start + length
  }
  return { matches, settled: Math.max(free, live) }
}
