import { createRequire, findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { passagesOf, type Stretch } from '../classifiers/windows.ts'
import type { LanguageOptions } from '../model.ts'
import { type Match, NOTHING, type Scan, type Scanner } from './detector.ts'

type Detected = { language: string; getScores: () => Record<string, number>; isReliable: () => boolean }
type Eld = { detect: (text: string) => Detected; enableTextCleanup: (isOn: boolean) => void; newInstance: () => Eld }

const isEld = (value: unknown): value is Eld =>
  z.object({ detect: z.function(), enableTextCleanup: z.function(), newInstance: z.function() }).safeParse(value).success

let loaded: Eld | undefined

/** On first use: its tables take 0.2 s to load, and most policies name no languages. The package offers no synchronous entry, hence the path. */
const eldOnce = (): Eld => {
  if (loaded !== undefined) return loaded
  const manifest = findPackageJSON('eld', import.meta.url)
  const entry = manifest === undefined ? undefined : createRequire(import.meta.url)(join(dirname(manifest), 'src/entries/static.small.js')).eld
  if (!isEld(entry)) throw new Error('the package eld is not what it was: no detector at src/entries/static.small.js')
  loaded = entry.newInstance()
  // Addresses, domains and numbers say nothing about the language around them.
  loaded.enableTextCleanup(true)
  return loaded
}

/** Fewer letters are no sentence; scripts that write a word in one or two signs need fewer. */
const LEAST_LETTERS = 16
const LEAST_SIGNS = 6
const LETTER = /\p{L}/gu
const SIGN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu

const isLongEnough = (passage: string): boolean =>
  (passage.match(LETTER)?.length ?? 0) >= LEAST_LETTERS || (passage.match(SIGN)?.length ?? 0) >= LEAST_SIGNS

/** Neighbours (Danish and Norwegian, Czech and Slovak) come close to each other: an allowed language that scores nearly as much is believed. */
const NEARLY = 0.9

/**
 * Passages in a language that is not allowed. Judged passage by passage, so that one foreign sentence in a long text is found, and a stream
 * waits no longer than a passage.
 */
export const languageScanner = ({ allowed }: LanguageOptions): Scanner => {
  const eld = eldOnce()

  const matchIn = (text: string, { start, end }: Stretch): Match | null => {
    const passage = text.slice(start, end)
    if (!isLongEnough(passage)) return null
    const detected = eld.detect(passage)
    const { language } = detected
    if (language === '' || allowed.includes(language) || !detected.isReliable()) return null
    const scores = detected.getScores()
    const score = scores[language] ?? 0
    if (allowed.some((code) => (scores[code] ?? 0) >= NEARLY * score)) return null
    return { start, end: start + passage.trimEnd().length, kind: `language-${language}`, confidence: Math.min(1, score) }
  }

  const scan = (text: string, from: number, complete: boolean): Scan => {
    const { passages, settled } = passagesOf(text, from, complete)
    const matches = passages.flatMap((passage) => matchIn(text, passage) ?? [])
    return { matches: matches.length > 0 ? matches : NOTHING, settled }
  }
  return { reads: 'raw', part: 'message', mayMatch: isLongEnough, scan }
}

/** Language of a whole text and how sure that is, for tables by language. */
export const languageOf = (text: string): { language: string; isReliable: boolean; score: number } => {
  const detected = eldOnce().detect(text)
  return { language: detected.language, isReliable: detected.isReliable(), score: Math.min(1, detected.getScores()[detected.language] ?? 0) }
}
