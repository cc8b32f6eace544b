import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Encoder } from '../../src/safeguards/classifiers/encoder/encoder.ts'
import { compilePolicy } from '../../src/safeguards/compile.ts'
import { THRESHOLDS, topicOf } from '../../src/safeguards/detectors/topics.ts'
import { inspectText } from '../../src/safeguards/inspect.ts'
import { SafeguardPolicy } from '../../src/safeguards/model.ts'
import type { BenchResult } from '../run.ts'

type Row = { readonly text: string; readonly lang?: string; readonly subcategory?: string; readonly category?: string }

const rowsOf = (folder: string, file: string): Row[] =>
  readFileSync(join(folder, file), 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => {
      const { text, prompt, lang, original } = JSON.parse(line) as {
        text?: string
        prompt?: string
        lang?: string
        original?: Record<string, string>
      }
      const own = text ?? prompt
      return own === undefined ? [] : [{ text: own, ...(lang !== undefined && { lang }), ...original }]
    })

const compiledOf = (rule: object) => compilePolicy(SafeguardPolicy.parse({ input: [{ action: 'flag', ...rule }] }), 'bench')!
const percent = (part: number, of: number, digits = 1): string => (of === 0 ? '-' : `${((100 * part) / of).toFixed(digits)} %`)

const TWEETS = 'pii/wnut17.jsonl'

/** Prose and requests in which there is neither code nor (but for the odd word) profanity. */
const BENIGN = [
  'prompt-attack/gsm8k_questions.jsonl',
  'prompt-attack/p3_sample.jsonl',
  'prompt-attack/bbh_inputs.jsonl',
  'pii/sec_filings.jsonl',
  TWEETS,
]

const measureLanguages = (folder: string): BenchResult => {
  const rows = ['langid/ui_strings.jsonl', 'langid/cyberseceval_frr_multilingual.jsonl'].map((file) => {
    const texts = rowsOf(folder, file).filter(({ lang }) => lang !== undefined)
    const languages = [...new Set(texts.map(({ lang }) => lang!.slice(0, 2)))]
    const allowed = Object.fromEntries(
      languages.map((language) => [language, compiledOf({ detector: 'language', options: { allowed: [language] } })]),
    )
    const english = compiledOf({ detector: 'language', options: { allowed: ['en'] } })
    const own = texts.filter(({ text, lang }) => inspectText(allowed[lang!.slice(0, 2)]!, 'input', text).findings.length > 0).length
    const foreign = texts.filter(({ lang }) => !lang!.startsWith('en'))
    const found = foreign.filter(({ text }) => inspectText(english, 'input', text).findings.length > 0).length
    return [file.split('/')[1]!, languages.length, texts.length, percent(found, foreign.length), percent(own, texts.length)]
  })
  return {
    title: 'language: foreign texts found, own texts flagged',
    columns: ['data', 'languages', 'texts', 'not English, with only English allowed', 'with only its own language allowed'],
    rows,
    notes: ['The strings are of user interfaces, half of them under 40 characters; what has fewer than 16 letters is not judged.'],
  }
}

const filesUnder = (folder: string, extension: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension) && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))

/** Every 40th place of each file, where at least six of ten lines are neither empty nor comments. */
const snippetsOf = (files: readonly string[], lines: number): string[] =>
  files.flatMap((file) => {
    const all = readFileSync(file, 'utf8').split('\n')
    return all.flatMap((_, at) => {
      const own = all.slice(at, at + lines)
      const isDense = own.filter((line) => line.trim() !== '' && !/^\s*(?:\/\/|\/?\*|#|--)/.test(line)).length >= lines * 0.6
      return at % 40 === 0 && own.length === lines && isDense ? [own.join('\n')] : []
    })
  })

const measureCode = (folder: string): BenchResult => {
  const compiled = compiledOf({ detector: 'code' })
  const isFound = (text: string): boolean => inspectText(compiled, 'input', text).findings.length > 0
  const root = join(import.meta.dirname, '../..')
  const sources = [
    ['TypeScript', filesUnder(join(root, 'src'), '.ts')],
    ['TSX', filesUnder(join(root, 'console/src'), '.tsx')],
    ['Python', filesUnder(join(root, 'training'), '.py')],
    ['JavaScript', filesUnder(join(root, 'scripts'), '.mjs')],
  ] as const
  const found = sources.map(([name, files]) => {
    const [short, long] = [5, 12].map((lines) => snippetsOf(files, lines))
    return [
      name,
      percent(short!.filter(isFound).length, short!.length),
      percent(long!.filter(isFound).length, long!.length),
      short!.length + long!.length,
    ]
  })
  const prose = BENIGN.flatMap((file) => rowsOf(folder, file)).filter(({ text }) => !text.includes('```'))
  return {
    title: 'code: pieces of source files found, prose flagged',
    columns: ['source', '5 lines', '12 lines', 'pieces'],
    rows: [...found, ['prose flagged', percent(prose.filter(({ text }) => isFound(text)).length, prose.length, 2), '', prose.length]],
    notes: [
      "The pieces are of this repository's own files, which the rules were not written on; shell and C do worse (a third and three quarters of 5 lines).",
    ],
  }
}

const measureProfanity = (folder: string): BenchResult => {
  const benign = BENIGN.filter((file) => file !== TWEETS).flatMap((file) => rowsOf(folder, file))
  const tweets = rowsOf(folder, TWEETS)
  const insults = rowsOf(folder, 'toxicity/surge_toxicity.jsonl')
  const rows = (['low', 'medium', 'high'] as const).map((sensitivity) => {
    const compiled = compiledOf({ detector: 'profanity', options: { languages: ['en'], sensitivity } })
    const count = (texts: readonly Row[]): number => texts.filter(({ text }) => inspectText(compiled, 'input', text).findings.length > 0).length
    return [sensitivity, percent(count(insults), insults.length), percent(count(tweets), tweets.length), percent(count(benign), benign.length, 2)]
  })
  return {
    title: 'profanity (English): texts with a listed word',
    columns: ['sensitivity', 'surge_toxicity (half of it toxic)', 'tweets (wnut17)', 'other prose'],
    rows,
    notes: ['A list knows words, not insults: harm judges what is meant.'],
  }
}

const EXAMPLES = 4

const measureTopics = async (folder: string, encoder: Encoder, isQuick: boolean): Promise<BenchResult> => {
  const requests = rowsOf(folder, 'toxicity/catqa_en.jsonl')
  const benign = ['prompt-attack/self_instruct_human.jsonl', 'prompt-attack/gsm8k_questions.jsonl', 'prompt-attack/bbh_inputs.jsonl']
    .flatMap((file) => rowsOf(folder, file).slice(0, isQuick ? 50 : 300))
    .map(({ text }) => ({ text: text.slice(0, 300) }))
  const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const all: Float32Array[] = []
    for (let at = 0; at < texts.length; at += 16) all.push(...(await encoder.embed(texts.slice(at, at + 16))))
    return all
  }
  const vectors = await embed(requests.map(({ text }) => text))
  const ordinary = await embed(benign.map(({ text }) => text))
  const topics = [...Map.groupBy(requests.keys(), (at) => requests[at]!.subcategory ?? '')].filter(([, own]) => own.length >= 2 * EXAMPLES)
  const names = await embed(topics.map(([name]) => name))
  const rows: (string | number)[][] = []
  for (const examples of [0, EXAMPLES]) {
    const scored = topics.map(([name, own], at) => {
      const known = [{ name, vectors: [names[at]!, ...own.slice(0, examples).map((index) => vectors[index]!)] }]
      const scores = (all: readonly Float32Array[]): number[] => all.map((vector) => topicOf(vector, known).score)
      const { category } = requests[own[0]!]!
      return {
        own: scores(own.slice(EXAMPLES).map((index) => vectors[index]!)),
        other: scores(vectors.filter((_, index) => requests[index]!.category !== category)),
        ordinary: scores(ordinary),
      }
    })
    for (const [sensitivity, threshold] of Object.entries(THRESHOLDS)) {
      const share = (part: 'own' | 'other' | 'ordinary', digits: number): string => {
        const all = scored.flatMap((one) => one[part])
        return percent(all.filter((score) => score >= threshold).length, all.length, digits)
      }
      rows.push([
        examples === 0 ? 'its name alone' : `its name and ${examples} examples`,
        sensitivity,
        threshold,
        share('own', 1),
        share('other', 1),
        share('ordinary', 3),
      ])
    }
  }
  return {
    title: 'topics: requests on the topic, on other touchy topics, and ordinary ones',
    columns: ['a topic is', 'sensitivity', 'cosine', 'on topic', 'other topics', 'ordinary requests'],
    rows,
    notes: [
      `${topics.length} subcategories of CatQA as topics, one at a time; examples are not among the requests counted. Short requests of one sentence.`,
      'Shares are of one topic; a rule with ten topics disturbs up to ten times as often.',
    ],
  }
}

/** The detectors that a policy names words, languages or topics for. */
export const measureRules = async (folder: string, encoder: Encoder, isQuick: boolean): Promise<BenchResult[]> => [
  measureLanguages(folder),
  measureCode(folder),
  measureProfanity(folder),
  await measureTopics(folder, encoder, isQuick),
]
