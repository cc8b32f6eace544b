import type { Pattern } from '../detectors/pattern.ts'
import { allSame, luhn, mod97, onlyAlphanumerics } from './checksums.ts'
import { contextWords, hasContext } from './context.ts'

/** Issuer ranges and the lengths that their cards have (ISO/IEC 7812, as published by the networks). */
const BRANDS: ReadonlyArray<readonly [RegExp, readonly number[]]> = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|[689])/, [14, 16, 19]],
  [/^(?:6011|64[4-9]|65)/, [16, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:2131|1800)/, [15]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:5018|5020|5038|5[6-8]|6304|6759|676[1-3])/, [12, 13, 14, 15, 16, 17, 18, 19]],
  [/^220[0-4]/, [16, 17, 18, 19]],
]

const CARD_CONTEXT = contextWords('cards?', 'cc', 'credit', 'debit', 'visa', 'mastercard', 'amex', 'kreditkarte', 'tarjeta', 'carte')

const isOfBrand = (digits: string): boolean => BRANDS.some(([range, lengths]) => range.test(digits) && lengths.includes(digits.length))

const DIGIT = /\d/
const TWELVE_DIGITS = /\d(?:[ .-]?\d){11}/

export const card: Pattern = {
  kind: 'card',
  regex: /(?<!\d|\d\.)\d(?:[ .-]?\d){11,18}(?!\d)/,
  mayMatch: (text) => TWELVE_DIGITS.test(text),
  // An expiry date or a code may follow with a space between: the longest valid number that ends at a group's end.
  check: (candidate, text, start) => {
    for (let end = candidate.length; end >= 12; end--) {
      if (!DIGIT.test(candidate[end - 1]!) || (end < candidate.length && DIGIT.test(candidate[end]!))) continue
      const digits = candidate.slice(0, end).replace(/\D/g, '')
      if (!luhn(digits) || allSame(digits)) continue
      if (isOfBrand(digits)) return { confidence: 1, length: end }
      if (hasContext(CARD_CONTEXT, text, start)) return { confidence: 0.8, length: end }
    }
    return null
  },
}

/** Lengths by country, SWIFT IBAN registry. */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 ' +
    'LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

const IBAN_START = /[A-Za-z]{2}\d{2}[ -]?[A-Za-z0-9]/

/** Length in the candidate, separators included, of its first `count` alphanumerics; null when it has fewer or the next one follows at once. */
const spanOf = (candidate: string, count: number): number | null => {
  let seen = 0
  for (let at = 0; at < candidate.length; at++) {
    if (/[A-Za-z0-9]/.test(candidate[at]!) && ++seen === count) return /^[A-Za-z0-9]/.test(candidate.slice(at + 1)) ? null : at + 1
  }
  return null
}

export const iban: Pattern = {
  kind: 'iban',
  regex: /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}/,
  mayMatch: (text) => IBAN_START.test(text),
  check: (candidate) => {
    const length = IBAN_LENGTHS.get(candidate.slice(0, 2).toUpperCase())
    const span = length === undefined ? null : spanOf(candidate, length)
    if (span === null) return null
    const bare = onlyAlphanumerics(candidate.slice(0, span))
    return mod97(bare.slice(4) + bare.slice(0, 4)) === 1 ? { confidence: 1, length: span } : null
  },
}

/** Countries that ISO 3166 knows, as a BIC names them. */
const COUNTRIES =
  'AD AE AF AG AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MQ MR MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NZ OM PA PE PF PG PH PK PL PM PR PS PT PY QA RE RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'

const BIC_COUNTRY = new Set(COUNTRIES.split(' '))

const SIX_CAPITALS = /[A-Z]{6}/
const BIC_CONTEXT = contextWords('swift', 'bic', 'swift code', 'swift/bic')

/** ISO 9362. Any eight capitals look like one, so it needs its name nearby. */
export const swift: Pattern = {
  kind: 'swift',
  regex: /(?<!\w)[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?!\w)/,
  mayMatch: (text) => SIX_CAPITALS.test(text),
  check: (candidate, text, start) => (BIC_COUNTRY.has(candidate.slice(4, 6)) && hasContext(BIC_CONTEXT, text, start) ? { confidence: 0.95 } : null),
}
