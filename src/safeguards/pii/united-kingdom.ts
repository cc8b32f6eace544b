import { allSame, digitAt, weightedSum } from './checksums.ts'
import { contextWords } from './context.ts'
import type { Identifier } from './identifier.ts'

/** NHS data dictionary: weights 10..2, mod 11; 11 becomes 0, 10 is never issued. */
const isNhs = (digits: string): boolean =>
  !allSame(digits) && (11 - (weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === digitAt(digits, 9)

/** HMRC NIM39110: letters that are not used, prefixes that are not allocated. */
const isNino = (bare: string): boolean => /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(bare)

const isUtr = (digits: string): boolean => '21987654321'[weightedSum(digits.slice(1), [6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11] === digits[0]

/** DVLA: five of the surname (9 fills), decade, month (+50 for women), day, year, two initials, two more. */
const isDrivingLicence = (bare: string): boolean =>
  /^[A-Z]{1,5}9{0,4}\d(?:[05][1-9]|[16][0-2])(?:0[1-9]|[12]\d|3[01])\d[A-Z9]{2}[A-Z0-9]{3}$/.test(bare)

export const unitedKingdom: readonly Identifier[] = [
  {
    kind: 'uk-nhs-number',
    shape: /(?<![\w-])\d{3}[- ]?\d{3}[- ]?\d{4}(?!\w|-\d)/,
    isValid: isNhs,
    context: contextWords('nhs', 'national health'),
    standsAlone: false,
  },
  {
    kind: 'uk-nino',
    shape: /(?<!\w)[A-Za-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Da-d](?!\w)/,
    isValid: isNino,
    context: contextWords('nino', 'national insurance', 'ni number', 'ni no'),
    standsAlone: true,
  },
  {
    kind: 'uk-utr',
    shape: /(?<![\w-])\d{5} ?\d{5}(?!\w|-\d)/,
    isValid: isUtr,
    context: contextWords('utr', 'unique taxpayer', 'tax reference', 'self assessment'),
    standsAlone: false,
  },
  {
    kind: 'uk-passport',
    shape: /(?<!\w)(?:[A-Za-z]{2}\d{7}|\d{9})(?!\w)/,
    isValid: () => true,
    context: contextWords('passport', 'travel document'),
    standsAlone: false,
  },
  {
    kind: 'uk-driving-licence',
    shape: /(?<!\w)[A-Za-z9]{5} ?\d{6} ?[A-Za-z9]{2}[A-Za-z0-9]{3}(?!\w)/,
    isValid: isDrivingLicence,
    context: contextWords('driving licen[cs]e', 'dvla', 'licen[cs]e number'),
    standsAlone: true,
  },
]
