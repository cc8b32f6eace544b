import type { TokenSpan } from '../classifiers/encoder/protocol.ts'
import { passagesOf } from '../classifiers/windows.ts'
import { type Match, NOTHING, type Refine, type Scan, type Scanner } from '../detectors/detector.ts'
import type { Pattern } from '../detectors/pattern.ts'

/** The kinds that take the name tagger. */
export const NAME_KINDS = ['person', 'location', 'organization'] as const

/**
 * A tag below this is no finding. A kind wins where it is likelier than none, and among sources that training had not seen each higher bar lowered F1
 * (classifiers/ner/evaluation.json), so only the least sure go.
 */
const LEAST = 0.35

/** A passage takes sentences and lines until it has this many units: a name alone in its line is known by the lines around it. */
const LEAST_PASSAGE = 200

/**
 * Names in running text, passage by passage, by the second stage alone: the first has nothing to say about them, so without a transformer
 * there are no findings but those of the patterns below. It reads the text as it came, since how a word is written tells names from words.
 */
export const nameScanner = (kinds: ReadonlySet<string>): Scanner => {
  const scan = (text: string, from: number, complete: boolean): Scan => {
    const { passages, settled } = passagesOf(text, from, complete, LEAST_PASSAGE)
    const matches = passages
      .filter(({ start, end }) => HAS_WORD.test(text.slice(start, end)))
      .map(({ start, end }): Match => ({ start, end, kind: 'name', confidence: 0.5, uncertain: { alone: false } }))
    return { matches: matches.length > 0 ? matches : NOTHING, settled }
  }
  const refine: Refine = async (text, candidates, encoder, signal) => {
    const tagged = await encoder.tag(
      candidates.map(({ start, end }) => text.slice(start, end)),
      signal,
    )
    return candidates.flatMap(({ start, end }, at) =>
      joined(
        text.slice(start, end),
        (tagged[at] ?? []).filter(({ score }) => score >= LEAST),
      )
        .filter(({ kind }) => kinds.has(kind))
        .map((span) => matchOf(span, start)),
    )
  }
  return { reads: 'raw', mayMatch: (text) => HAS_WORD.test(text), scan, refine }
}

/** Words with nothing but a space between them are one name: "new" and "york", and "Blue River Logistics" where only its middle reads as a place. */
const joined = (text: string, spans: readonly TokenSpan[]): readonly TokenSpan[] => {
  const names: TokenSpan[] = []
  const touches = (before: TokenSpan | undefined, after: TokenSpan | undefined): boolean =>
    before !== undefined && after !== undefined && text.slice(before.end, after.start) === ' '
  for (let at = 0; at < spans.length; at++) {
    const span = spans[at]!
    const before = names.at(-1)
    const after = spans[at + 1]
    const isInside = touches(before, span) && touches(span, after) && before?.kind === after?.kind
    if (before !== undefined && touches(before, span) && (before.kind === span.kind || isInside))
      names[names.length - 1] = { ...before, end: span.end, score: Math.max(before.score, span.score) }
    else names.push(span)
  }
  return names
}

const HAS_WORD = /\p{L}{2}/u

const matchOf = ({ start, end, kind, score }: TokenSpan, offset: number): Match => ({
  start: offset + start,
  end: offset + end,
  kind,
  confidence: score,
})

const NAME = "[A-Z][A-Za-z'-]{1,24}(?: (?:[A-Z]\\.|(?:de|la|van|von|der|den|bin|al|el|da|dos) ?|[A-Z][a-z'-]{1,24})){0,3}"

/** Said to be a name, so no transformer is needed: "my name is", a form's label, a title, a salutation. */
export const personSaid: Pattern = {
  kind: 'person',
  regex: new RegExp(
    `(?<=(?:(?<!\\w)[Mm]y name is|(?<!\\w)[Mm]y name's|(?<!\\w)(?:[Ff]ull |[Ff]irst |[Ll]ast |[Pp]atient |[Cc]ustomer |[Ss]ur)?[Nn]ame ?:|(?<!\\w)(?:Mr|Mrs|Ms|Mx|Dr|Prof)\\.?) {1,2})${NAME}(?!\\w)`,
  ),
  mayMatch: (text) => /[Nn]ame|Mrs?|Ms|Mx|Dr|Prof/.test(text),
  check: (candidate) => ({ confidence: 0.8, length: candidate.replace(/[ '-]+$/, '').length }),
}

const WORD = "[A-Z][\\w'&-]{0,24}"

/** A company by its legal form. */
export const companySaid: Pattern = {
  kind: 'organization',
  regex: new RegExp(
    `(?<!\\w)${WORD}(?:,? (?:${WORD}|&|and|of|de)){0,4},? (?:Inc|Incorporated|Ltd|Limited|LLC|LLP|L\\.L\\.C|GmbH|AG|SE|KG|PLC|Plc|plc|Corp|Corporation|S\\.A|S\\.p\\.A|SpA|Pty|B\\.V|BV|N\\.V|NV|AB|ASA|A/S|Oyj|Oy|Sp\\. z o\\.o|Co\\., Ltd|SARL|SAS)(?!\\w)\\.?`,
  ),
  mayMatch: (text) => /[A-Z][\w.]*[a-zA-Z.]/.test(text),
  check: () => ({ confidence: 0.8 }),
}

const COUNTRIES =
  'Afghanistan Albania Algeria Andorra Angola Argentina Armenia Australia Austria Azerbaijan Bahamas Bahrain Bangladesh Barbados Belarus Belgium Belize Benin Bhutan Bolivia Bosnia Botswana Brazil Brunei Bulgaria Burundi Cambodia Cameroon Canada ' +
  'Chile China Colombia Comoros Congo Croatia Cuba Cyprus Czechia Denmark Djibouti Dominica Ecuador Egypt Eritrea Estonia Eswatini Ethiopia Fiji Finland France Gabon Gambia Germany Ghana Greece Greenland Grenada Guatemala Guinea Guyana Haiti ' +
  'Honduras Hungary Iceland India Indonesia Iran Iraq Ireland Israel Italy Jamaica Japan Kazakhstan Kenya Kiribati Kosovo Kuwait Kyrgyzstan Laos Latvia Lebanon Lesotho Liberia Libya Liechtenstein Lithuania Luxembourg Madagascar Malawi Malaysia ' +
  'Maldives Mali Malta Mauritania Mauritius Mexico Micronesia Moldova Monaco Mongolia Montenegro Morocco Mozambique Myanmar Namibia Nauru Nepal Netherlands Nicaragua Nigeria Norway Oman Pakistan Palau Palestine Panama Paraguay Peru Philippines ' +
  'Poland Portugal Qatar Romania Russia Rwanda Samoa Senegal Serbia Seychelles Singapore Slovakia Slovenia Somalia Spain Sudan Suriname Sweden Switzerland Syria Taiwan Tajikistan Tanzania Thailand Togo Tonga Tunisia Turkmenistan Tuvalu Uganda ' +
  'Ukraine Uruguay Uzbekistan Vanuatu Venezuela Vietnam Yemen Zambia Zimbabwe England Scotland Wales USA UK'

const KNOWN_COUNTRIES = new Set(COUNTRIES.split(' '))

/** Countries by their name; other places take the tagger. */
export const country: Pattern = {
  kind: 'location',
  regex: /(?<![\w@.-])[A-Z][A-Za-z]{1,14}(?![\w-])/,
  mayMatch: (text) => /[A-Z]/.test(text),
  check: (candidate) => (KNOWN_COUNTRIES.has(candidate) ? { confidence: 0.6 } : null),
}
