import { profaneWords } from '@2toad/profanity'
import { cuss as english } from 'cuss'
import { cuss as arabicLatin } from 'cuss/ar-latn'
import { cuss as spanish } from 'cuss/es'
import { cuss as french } from 'cuss/fr'
import { cuss as italian } from 'cuss/it'
import { cuss as portuguese } from 'cuss/pt'
import { cuss as europeanPortuguese } from 'cuss/pt-pt'
import type { PROFANITY_LANGUAGES, ProfanityOptions, Sensitivity } from '../model.ts'
import type { Scanner } from './detector.ts'
import { wordsScanner } from './words.ts'

type Language = (typeof PROFANITY_LANGUAGES)[number]
type Graded = Readonly<Record<string, number>>

/** Words with how sure it is that they are meant so: 2 likely, 1 maybe, 0 rarely. */
const GRADED: Readonly<Partial<Record<Language, readonly Graded[]>>> = {
  en: [english],
  ar: [arabicLatin],
  es: [spanish],
  fr: [french],
  it: [italian],
  pt: [portuguese, europeanPortuguese],
}

/** Written without spaces, a word has no borders that could be asked for. */
const UNSPACED: ReadonlySet<Language> = new Set(['ja', 'zh', 'ko'])

/** A single sign is half of too many honest words. */
const LEAST_UNSPACED = 2

/** `low` asks that both lists know the word, where both have one for the language. */
const wordsOf = (language: Language, sensitivity: Sensitivity): readonly string[] => {
  const plain = profaneWords.get(language) ?? []
  const graded = GRADED[language]?.flatMap((list) => Object.entries(list)) ?? []
  if (graded.length === 0) return plain
  const atLeast = (grade: number): string[] => graded.filter(([, given]) => given >= grade).map(([word]) => word)
  const known = new Set(plain.map((word) => word.toLowerCase()))
  switch (sensitivity) {
    case 'low':
      return atLeast(2).filter((word) => known.has(word.toLowerCase()))
    case 'medium':
      return atLeast(2)
    case 'high':
      return [...atLeast(1), ...plain]
  }
}

export const profanityScanners = ({ languages, sensitivity }: ProfanityOptions): readonly Scanner[] => {
  const listed = (isSpaced: boolean): string[] =>
    languages.filter((language) => UNSPACED.has(language) !== isSpaced).flatMap((language) => wordsOf(language, sensitivity))
  const spaced = listed(true)
  const unspaced = listed(false).filter((word) => word.length >= LEAST_UNSPACED)
  return [
    ...(spaced.length > 0 ? [wordsScanner({ words: spaced, whole_word: true }, 'profanity')] : []),
    ...(unspaced.length > 0 ? [wordsScanner({ words: unspaced, whole_word: false }, 'profanity')] : []),
  ]
}
