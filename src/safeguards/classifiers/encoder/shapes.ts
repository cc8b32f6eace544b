import type { Tokens } from './tokenise.ts'

/**
 * What an uncased encoder cannot see of a token, for the tops that tell names from words: how the word that it belongs to is written, whether the
 * token continues that word, what stands before it, and whether the text uses capitals at all. One number a token, below 216.
 */

/** Of a word. */
const LOWER = 0
const CAPITALISED = 1
const CAPITALS = 2
const MIXED = 3
const DIGITS = 4
const ALPHANUMERIC = 5
const MARK = 6
const CASELESS = 7
const INITIAL = 8

const ANY_UPPER = /\p{Lu}/u
const ANY_LOWER = /\p{Ll}/u
const WORD_UNIT = /[\p{L}\p{M}\p{N}]/u

const shapeOf = (word: string): number => {
  if (/^\p{N}+$/u.test(word)) return DIGITS
  if (/\p{N}/u.test(word)) return ALPHANUMERIC
  if (!/\p{L}/u.test(word)) return MARK
  const upper = word.match(/\p{Lu}/gu)?.length ?? 0
  if (upper === 0) return ANY_LOWER.test(word) ? LOWER : CASELESS
  if (!ANY_LOWER.test(word)) return upper === 1 ? INITIAL : CAPITALS
  return upper === 1 && /^\P{L}*\p{Lu}/u.test(word) ? CAPITALISED : MIXED
}

/** 0: in the middle of a sentence, 1: at its start, 2: at the start of a line, 3: a line before it ended in a colon or the like. */
const placeOf = (between: string, before: string): number => {
  if (before === '') return 1
  if (between.includes('\n')) return 2
  if (/[.!?]$/.test(before)) return 1
  return /[:>=|]$/.test(before) ? 3 : 0
}

/** ((how the text is written * 9 + the word) * 4 + its place) * 2 + whether it goes on. */
export const shapesOf = (text: string, { starts, ends }: Tokens): Int32Array => {
  const writing = ANY_UPPER.test(text) ? (ANY_LOWER.test(text) ? 0 : 2) : 1
  const shapes = new Int32Array(starts.length)
  for (let at = 0; at < starts.length; ) {
    let last = at
    while (last + 1 < starts.length && starts[last + 1] === ends[last] && isInside(text, ends[last]!)) last++
    const word = shapeOf(text.slice(starts[at], ends[last]))
    const from = at === 0 ? 0 : ends[at - 1]!
    const place = at === 0 ? 1 : placeOf(text.slice(from, starts[at]), text.slice(Math.max(0, from - 1), from))
    for (let token = at; token <= last; token++) shapes[token] = ((writing * 9 + word) * 4 + place) * 2 + (token > at ? 1 : 0)
    at = last + 1
  }
  return shapes
}

/** Between two units of one word. */
const isInside = (text: string, at: number): boolean => WORD_UNIT.test(text[at - 1] ?? '') && WORD_UNIT.test(text[at] ?? '')

export const continuesWord = (shape: number): boolean => (shape & 1) === 1
