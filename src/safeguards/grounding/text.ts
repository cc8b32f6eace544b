import { type Stretch, sentencesOf } from '../classifiers/windows.ts'

/** A word of a claim or of a source: as it is compared, and where it stands. */
export type Word = { readonly stem: string; readonly raw: string; readonly start: number; readonly end: number }

const STOP = new Set(
  (
    "a an the this that these those and or but nor so if then than of in on at by for with from to into onto over under about as is are was were be been being am do does did done has have had having it its it's he she they them his her their " +
    'we you i me my your our us which who whom whose what when where why how there here not no yes can could will would shall should may might must also only just very more most such some any each other both all one s t d ll re ve called named known'
  ).split(' '),
)

export const isContent = ({ stem }: Word): boolean => !STOP.has(stem)

/** The endings that English adds to a word; enough to let "unionized" meet "unionize". */
const stemOf = (word: string): string => {
  const lower = word
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]s?$/, '')
  if (lower.length < 5 || /\d/.test(lower)) return lower.length > 3 && /[^s]s$/.test(lower) ? lower.slice(0, -1) : lower
  return lower.replace(/(?:ational|ization|isation|ments?|ings?|edly|ed|ies|ly|es|s|ion|ions|e|y|al)$/, (ending) =>
    lower.length - ending.length >= 3 ? '' : ending,
  )
}

const WORD = /\p{L}[\p{L}\p{M}'’-]*|\p{N}+(?:[.,:]\p{N}+)*/gu

export const wordsOf = (text: string, offset = 0): Word[] =>
  Array.from(text.matchAll(WORD), (match) => ({
    stem: stemOf(match[0]),
    raw: match[0],
    start: offset + match.index,
    end: offset + match.index + match[0].length,
  }))

/** "1935.The largest": a full stop that lost its space ends a sentence too. */
const GLUED = /(?<=[\p{Ll}\p{N}”")\]]{2}[.!?])(?=\p{Lu}[\p{Ll}"])/u

export const sentences = (text: string): Stretch[] =>
  sentencesOf(text).flatMap(({ start, end }) => {
    let at = start
    return text
      .slice(start, end)
      .split(GLUED)
      .map((part) => {
        const stretch = { start: at, end: at + part.length }
        at = stretch.end
        return stretch
      })
  })

const NUMBER_WORDS: Readonly<Record<string, string>> = {
  zero: '0',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  ten: '10',
  eleven: '11',
  twelve: '12',
  twenty: '20',
  thirty: '30',
  forty: '40',
  fifty: '50',
  hundred: '100',
  thousand: '1000',
  million: '1000000',
  first: '1',
  second: '2',
  third: '3',
  fourth: '4',
  fifth: '5',
  half: '0.5',
}

/** Numbers as they are compared: "1,000" and "1000" and "two" and "2". */
export const numberOf = ({ raw, stem }: Word): string | null => {
  if (/^\p{N}/u.test(raw)) return raw.replace(/,(?=\d{3})/g, '').replace(/[.,:]+$/, '')
  return NUMBER_WORDS[stem] ?? NUMBER_WORDS[raw.toLowerCase()] ?? null
}

const NEGATION = /^(?:not|no|never|none|neither|nor|without|cannot|n't|nobody|nothing|hardly|false|incorrect|untrue|unlike|fail|lack|deny|denied)$/

export const negations = (words: readonly Word[]): number => words.filter(({ stem, raw }) => NEGATION.test(stem) || /n['’]t$/i.test(raw)).length

/** A name as far as its capital tells: not the first word of a sentence. */
export const isName = (word: Word, at: number): boolean => at > 0 && /^\p{Lu}/u.test(word.raw) && isContent(word)
