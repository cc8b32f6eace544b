import type { PromptLeakOptions } from '../model.ts'
import { fold } from '../normalise/fold.ts'
import { type Match, NOTHING, type Scan, type Scanner } from './detector.ts'
import { wordsScanner } from './words.ts'

/** What a canary looks like in the disguises that models are asked for. Each is a plain string, so that a stream can be held back by it. */
const disguisesOf = (canary: string): readonly string[] => {
  const bytes = Buffer.from(canary)
  const rot13 = canary.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base)
  })
  const spaced = [' ', '-', '.', ', '].map((gap) => [...canary].join(gap))
  const all = [canary, [...canary].reverse().join(''), rot13, bytes.toString('hex'), bytes.toString('hex').replace(/..(?!$)/g, '$& ')]
  return [...all, ...spaced, ...base64Of(bytes)].filter((text) => text.length >= SHORTEST)
}

const SHORTEST = 8

/** At each of the three places that a byte can have in a group of four letters; the letters at its borders depend on its neighbours. */
const base64Of = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const first = before === 0 ? 0 : before + 1
    const isWhole = (before + bytes.length) % 3 === 0
    return text.slice(first, isWhole ? undefined : -1)
  })

const WORD = /[\p{L}\p{N}]+/gu

/** A longer one is no word: it ends a run, and a stream does not wait for its end. */
const LONGEST_WORD = 64
const NO_WORD = ''

const wordOf = (text: string): string => (text.length > LONGEST_WORD ? NO_WORD : text.toLowerCase())

/** As the text is read: folded, in lower case. */
const wordsOf = (passage: string): readonly string[] => (fold(passage).text.match(WORD) ?? []).map(wordOf)

const ENDS_IN_WORD = /[\p{L}\p{N}]$/u
const REST_OF_WORD = /[\p{L}\p{N}]*/uy

/** Past the rest of a word whose beginning was too long to wait for. */
const skipRest = (text: string, from: number): number => {
  if (!ENDS_IN_WORD.test(text.slice(Math.max(0, from - 2), from))) return from
  REST_OF_WORD.lastIndex = from
  return from + (REST_OF_WORD.exec(text)?.[0].length ?? 0)
}

type Leak = { readonly start: number; readonly end: number }

/** Place of its last word in the list -> where in the text it began, and how many words it has. */
type Runs = ReadonlyMap<number, { readonly start: number; readonly length: number }>

/** Places at which a run may begin with one word: a prompt that says "the" a thousand times is found by the words around it. */
const MOST_PLACES = 64
/** A leak is told in parts of as many times the least words, so that a stream never waits for the end of a long one. */
const LONGEST_PART = 4

/** A passage that comes back word for word, whatever happened to its punctuation, its case and its lines. */
const passageScanner = (passages: readonly string[], leastWords: number): Scanner => {
  // One list, with a gap between the passages that no word of a text equals.
  const words = passages.flatMap((passage) => [...wordsOf(passage), NO_WORD])
  const placesOf = Map.groupBy(words.keys(), (place) => words[place]!)

  const begun = (word: string, start: number): Runs =>
    new Map((word === NO_WORD ? [] : (placesOf.get(word) ?? [])).slice(0, MOST_PLACES).map((place) => [place, { start, length: 1 }]))

  const continued = (runs: Runs, word: string, start: number): Runs => {
    const next = new Map(begun(word, start))
    for (const [place, { start: begin, length }] of runs)
      if (word !== NO_WORD && words[place + 1] === word) next.set(place + 1, { start: begin, length: length + 1 })
    return next
  }

  const longestOf = (runs: Runs): { start: number; length: number } | undefined => {
    let longest: { start: number; length: number } | undefined
    for (const run of runs.values()) if (longest === undefined || run.length > longest.length) longest = run
    return longest
  }

  const scan = (text: string, from: number, complete: boolean): Scan => {
    const matches: Match[] = []
    let runs: Runs = new Map()
    let leak: Leak | null = null as Leak | null
    const told = (open: Leak | null): null => {
      if (open !== null) matches.push({ ...open, kind: 'prompt-leak', confidence: 1 })
      return null
    }
    let unfinished = text.length
    WORD.lastIndex = skipRest(text, from)
    for (let found = WORD.exec(text); found; found = WORD.exec(text)) {
      const start = found.index
      const end = start + found[0].length
      if (!complete && end === text.length && found[0].length <= LONGEST_WORD) {
        unfinished = start
        break
      }
      const word = wordOf(found[0])
      const next = continued(runs, word, start)
      const longest = longestOf(next)
      const isLeaking = longest !== undefined && longest.length >= leastWords
      if (!isLeaking && leak !== null) {
        leak = told(leak)
        runs = begun(word, start)
      } else runs = next
      if (isLeaking) leak = { start: leak?.start ?? longest.start, end }
      if (isLeaking && longest.length >= leastWords * LONGEST_PART) {
        leak = told(leak)
        runs = new Map()
      }
    }
    if (complete) {
      told(leak)
      return { matches: matches.length > 0 ? matches : NOTHING, settled: text.length }
    }
    const live = Math.min(unfinished, leak?.start ?? unfinished, ...[...runs.values()].map(({ start }) => start))
    return { matches: matches.length > 0 ? matches : NOTHING, settled: Math.max(from, live) }
  }
  return { reads: 'folded', mayMatch: (text) => text.length > 2 * leastWords, scan }
}

/** `releasePrompt` is the system prompt of the release that this is compiled for. */
export const promptLeakScanners = (options: PromptLeakOptions, releasePrompt: string | null): readonly Scanner[] => {
  const passages = options.release_prompt && releasePrompt !== null ? [...options.passages, releasePrompt] : options.passages
  const disguises = options.canaries.flatMap(disguisesOf)
  return [
    ...(disguises.length > 0 ? [wordsScanner({ words: disguises, whole_word: false }, 'canary')] : []),
    ...(passages.length > 0 ? [passageScanner(passages, options.least_words)] : []),
  ]
}
