import { isContent, isName, negations, numberOf, sentences, type Word, wordsOf } from './text.ts'

/** What is known of a source before a claim is held against it. */
export type Source = {
  readonly sentences: readonly {
    readonly text: string
    readonly words: readonly Word[]
    readonly stems: ReadonlySet<string>
    readonly numbers: ReadonlySet<string>
  }[]
  readonly words: readonly Word[]
  readonly stems: ReadonlySet<string>
  readonly numbers: ReadonlySet<string>
  readonly pairs: ReadonlySet<string>
  /** How telling a word is: rare among the sentences of the source, and absent from it above all. */
  readonly weight: (stem: string) => number
}

/** Sentences of all sources are read up to here: what a claim is compared with grows with it. */
const MOST_SENTENCES = 400

export const readSource = (texts: readonly string[]): Source => {
  const parts = texts
    .flatMap((text) => sentences(text).map(({ start, end }) => text.slice(start, end).trim()))
    .filter((text) => text !== '')
    .slice(0, MOST_SENTENCES)
    .map((text) => {
      const words = wordsOf(text)
      return { text, words, stems: new Set(words.map(({ stem }) => stem)), numbers: numbersOf(words) }
    })
  const found = new Map<string, number>()
  for (const { stems } of parts) for (const stem of stems) found.set(stem, (found.get(stem) ?? 0) + 1)
  const words = parts.flatMap((part) => part.words)
  return {
    sentences: parts,
    words,
    stems: new Set(found.keys()),
    numbers: numbersOf(words),
    pairs: pairsOf(words),
    weight: (stem) => Math.log(1 + (parts.length + 1) / ((found.get(stem) ?? 0) + 0.5)),
  }
}

const numbersOf = (words: readonly Word[]): ReadonlySet<string> => new Set(words.flatMap((word) => numberOf(word) ?? []))
const pairsOf = (words: readonly Word[]): ReadonlySet<string> => new Set(words.slice(1).map(({ stem }, at) => `${words[at]!.stem} ${stem}`))

const share = (part: number, whole: number, none: number): number => (whole === 0 ? none : part / whole)

const coverage = (words: readonly Word[], stems: ReadonlySet<string>, weight: Source['weight']): number => {
  let all = 0
  let found = 0
  for (const word of words) {
    if (!isContent(word)) continue
    const weighs = weight(word.stem)
    all += weighs
    if (stems.has(word.stem)) found += weighs
  }
  return share(found, all, 1)
}

/** What kind of thing a question asks for, and what a short answer is. */
type Kind = 'number' | 'time' | 'person' | 'place' | 'yes-no' | 'thing'

const MONTH = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/
const askedFor = (question: string): Kind | null => {
  if (/\bhow (?:many|much|old|long|far|tall|big|large|high)\b|\bwhat (?:number|percent\w*|age|population)\b/i.test(question)) return 'number'
  if (/\bwhen\b|\b(?:what|which|in what) (?:year|date|day|month|decade|century|time)\b/i.test(question)) return 'time'
  if (/\bwho\b|\bwhom\b|\bwhose\b|\bwhat (?:person|actor|author|singer|man|woman|name)\b/i.test(question)) return 'person'
  if (/\bwhere\b|\b(?:what|which) (?:city|country|state|place|town|continent|river)\b/i.test(question)) return 'place'
  if (/^\s*(?:are|is|was|were|do|does|did|has|have|had|can|could|will)\b/i.test(question)) return 'yes-no'
  return /\b(?:what|which)\b/i.test(question) ? 'thing' : null
}

const kindOf = (words: readonly Word[]): Kind => {
  if (words.length <= 3 && /^(?:yes|no)$/i.test(words[0]?.raw ?? '')) return 'yes-no'
  const year =
    words.some(({ raw }) => /^(?:1\d|20)\d\d$/.test(raw)) ||
    words.some(({ stem }) => MONTH.test(stem) && words.some((other) => /^\d/.test(other.raw)))
  if (year) return 'time'
  if (words.some((word) => numberOf(word) !== null)) return 'number'
  return words.filter(isContent).every(({ raw }) => /^\p{Lu}/u.test(raw)) ? 'person' : 'thing'
}

/** 1: the answer is of the kind that was asked for; -1: it is not; 0: neither can be said. */
const kindAgrees = (asked: Kind | null, given: Kind): number => {
  if (asked === null) return 0
  if (asked === 'thing') return given === 'time' || given === 'yes-no' ? -0.5 : 0
  if (asked === 'person' || asked === 'place') return given === 'person' ? 1 : given === 'thing' ? -0.3 : -1
  return given === asked ? 1 : -1
}

export const FEATURES = [
  'in the source',
  'in one sentence',
  'names found',
  'numbers found',
  'numbers missing',
  'pairs found',
  'negation differs',
  'says more than asked',
  'question near the answer',
  'question elsewhere',
  'question within a dozen words',
  'kind agrees',
  'yes or no',
] as const

/** How a claim stands in its source. `question` may be empty. */
export const featuresOf = (claim: string, question: string, source: Source): number[] => {
  const words = wordsOf(claim)
  const asked = wordsOf(question)
  const askedStems = new Set(asked.map(({ stem }) => stem))
  const content = words.filter(isContent)
  // What the question has said already proves nothing; an answer that only repeats it is taken as it is.
  const added = content.filter(({ stem }) => !askedStems.has(stem))
  const told = added.length > 0 ? added : content
  const bySentence = source.sentences.map(({ stems }) => coverage(told, stems, source.weight))
  const wholeBySentence = source.sentences.map(({ stems }) => coverage(words, stems, source.weight))
  const best = argmax(wholeBySentence)
  const names = told.filter((word) => isName(word, words.indexOf(word)))
  const numbers = told.flatMap((word) => numberOf(word) ?? [])
  const foundNumbers = numbers.filter((number) => source.numbers.has(number)).length
  const pairs = [...pairsOf(words)]
  const places = bySentence.flatMap((covered, at) => (covered >= 0.99 * Math.max(...bySentence) && covered > 0 ? [at] : []))
  const questionBySentence = source.sentences.map(({ stems }) => coverage(asked, stems, source.weight))
  const near = (at: number, of: readonly number[]): number => Math.max(of[at] ?? 0, 0.8 * (of[at - 1] ?? 0), 0.6 * (of[at + 1] ?? 0))
  const atPlaces = (of: readonly number[]): number => places.reduce((most, at) => Math.max(most, near(at, of)), 0)
  const elsewhere = Math.max(0, ...questionBySentence)
  const bestSentence = source.sentences[best]
  return [
    coverage(told, source.stems, source.weight),
    Math.max(0, ...bySentence),
    share(names.filter(({ stem }) => source.stems.has(stem)).length, names.length, 1),
    share(foundNumbers, numbers.length, 1),
    Math.min(3, numbers.length - foundNumbers),
    share(pairs.filter((pair) => source.pairs.has(pair)).length, pairs.length, 0.5),
    bestSentence && content.length > 2 ? Math.min(1, Math.abs(negations(words) - negations(bestSentence.words))) : 0,
    share(added.length, content.length, 0),
    question === '' ? 0 : atPlaces(questionBySentence),
    question === '' ? 0 : elsewhere - atPlaces(questionBySentence),
    question === '' ? 0 : closeness(told, asked, source),
    kindAgrees(askedFor(question), kindOf(told)),
    /^\s*(?:yes|no)\b/i.test(claim) ? 1 : 0,
  ]
}

const argmax = (values: readonly number[]): number => values.reduce((best, value, at) => (value > (values[best] ?? -1) ? at : best), 0)

const REACH = 12

/** How much of the question stands within a dozen words of a place where the answer stands; the best such place. */
const closeness = (told: readonly Word[], asked: readonly Word[], source: Source): number => {
  const wanted = new Map(asked.filter(isContent).map(({ stem }) => [stem, source.weight(stem)]))
  const total = [...wanted.values()].reduce((sum, weight) => sum + weight, 0)
  if (total === 0 || told.length === 0) return 0
  const first = new Set(told.map(({ stem }) => stem))
  let best = 0
  for (let at = 0; at < source.words.length; at++) {
    if (!first.has(source.words[at]!.stem)) continue
    let sum = 0
    const seen = new Set<string>()
    for (let other = Math.max(0, at - REACH); other <= at + REACH && other < source.words.length; other++) {
      const { stem } = source.words[other]!
      if (seen.has(stem)) continue
      const weight = wanted.get(stem)
      if (weight === undefined) continue
      seen.add(stem)
      sum += weight * (1 - Math.abs(other - at) / (2 * REACH))
    }
    best = Math.max(best, sum / total)
  }
  return best
}
