import { fold } from '../normalise/fold.ts'

/**
 * What the linear classifiers see of a text: which hashed n-grams occur in it (not how often), over the folded, lower-cased text with runs of
 * white space as one space and every digit as 0. Training reads the features from this very function, so that the two cannot drift apart.
 *
 *     words       1-, 2- and 3-grams of runs of letters and digits
 *     characters  4- and 5-grams across everything, punctuation and spaces too: special tokens, misspellings, other languages
 */
export const FEATURE_BITS = 18
export const FEATURE_SPACE = 1 << FEATURE_BITS

/** More than this adds cost and no evidence: longer texts are scored window by window. */
export const MAX_FEATURE_UNITS = 8_000

const SPACE = 0x20
const ZERO = 0x30
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u

/** 1 letter or digit, 2 white space, 0 the rest; by UTF-16 unit, filled as units are met. */
const classes = new Uint8Array(0x10000)
const WORD = 1
const BLANK = 2
const OTHER = 3

const classOf = (unit: number): number => {
  const known = classes[unit]!
  if (known !== 0) return known
  const char = String.fromCharCode(unit)
  const found = /\s/.test(char) ? BLANK : LETTER_OR_DIGIT.test(char) || (unit >= 0xd800 && unit <= 0xdfff) ? WORD : OTHER
  classes[unit] = found
  return found
}

const units = new Uint16Array(MAX_FEATURE_UNITS + 2)

/** The reading of the text that is hashed, framed by spaces; returns its length in `units`. */
const read = (text: string): number => {
  const lower = fold(text.length > MAX_FEATURE_UNITS ? text.slice(0, MAX_FEATURE_UNITS) : text).text.toLowerCase()
  let length = 0
  units[length++] = SPACE
  for (let at = 0; at < lower.length && length <= MAX_FEATURE_UNITS; at++) {
    const unit = lower.charCodeAt(at)
    if (classOf(unit) === BLANK) {
      if (units[length - 1] !== SPACE) units[length++] = SPACE
    } else units[length++] = unit >= ZERO && unit <= 0x39 ? ZERO : unit
  }
  if (units[length - 1] !== SPACE) units[length++] = SPACE
  return length
}

const mix = (hash: number, value: number): number => Math.imul(hash ^ value, 0x01000193)

/** Final avalanche (murmur3), then the top bits. */
const bucket = (hash: number): number => {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> (32 - FEATURE_BITS)
}

const CHARACTERS = 0x5bd1e995
const WORDS = [0x2c1b3c6d, 0x297a2d39, 0x64ea2d65] as const

/** Marks of the last text in which a feature was seen: cheaper than clearing a set for each. */
const seen = new Uint32Array(FEATURE_SPACE)
let generation = 0
const found = new Int32Array(MAX_FEATURE_UNITS * 5)

/** Distinct features of the text. The array is reused: read it before the next call. */
export const featuresOf = (text: string): Int32Array => {
  const length = read(text)
  if (++generation === 0xffffffff) {
    seen.fill(0)
    generation = 1
  }
  let count = 0
  const add = (hash: number) => {
    const feature = bucket(hash)
    if (seen[feature] === generation) return
    seen[feature] = generation
    found[count++] = feature
  }
  let word = 0
  let last = 0
  let beforeLast = 0
  for (let at = 0; at < length; at++) {
    if (at + 4 <= length) {
      const four = mix(mix(mix(mix(CHARACTERS, units[at]!), units[at + 1]!), units[at + 2]!), units[at + 3]!)
      add(four)
      if (at + 5 <= length) add(mix(four, units[at + 4]!))
    }
    if (classOf(units[at]!) === WORD) word = mix(word === 0 ? 0x811c9dc5 : word, units[at]!)
    else if (word !== 0) {
      add(mix(WORDS[0], word))
      if (last !== 0) add(mix(mix(WORDS[1], last), word))
      if (beforeLast !== 0) add(mix(mix(mix(WORDS[2], beforeLast), last), word))
      beforeLast = last
      last = word
      word = 0
    }
  }
  return found.subarray(0, count)
}
