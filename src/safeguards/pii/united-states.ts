import { allSame, digitAt, luhn, weightedSum } from './checksums.ts'
import { contextWords } from './context.ts'
import type { Identifier } from './identifier.ts'

/** Numbers that were printed in advertisements and are nobody's (SSA, POMS RM 10201.035). */
const NEVER_ISSUED = new Set(['078051120', '219099999', '123456789'])

/** SSA: no area 000, 666 or 900-999, no group 00, no serial 0000. */
const isSsn = (digits: string): boolean =>
  !/^(?:000|666|9)/.test(digits) &&
  digits.slice(3, 5) !== '00' &&
  digits.slice(5) !== '0000' &&
  !digits.startsWith('98765432') &&
  !NEVER_ISSUED.has(digits) &&
  !allSame(digits)

/** IRS: 9xx with a middle of 50-65, 70-88, 90-92 or 94-99. */
const isItin = (digits: string): boolean => /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])/.test(digits)

/** ABA: Federal Reserve prefix, weights 3 7 1. */
const isRouting = (digits: string): boolean =>
  /^(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)/.test(digits) && weightedSum(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0 && !allSame(digits)

/** DEA: the digits at 1, 3, 5 plus twice those at 2, 4, 6 end in the seventh. */
const isDea = (bare: string): boolean => weightedSum(bare.slice(2), [1, 2, 1, 2, 1, 2]) % 10 === digitAt(bare, 8)

const SSN_CONTEXT = contextWords('ssn', 'ssns', 'social security', 'soc sec', 'ss#', 'tax id', 'taxpayer')

export const unitedStates: readonly Identifier[] = [
  { kind: 'us-ssn', shape: /(?<![\w-])\d{3}-\d{2}-\d{4}(?!\w|-\d)/, isValid: isSsn, context: SSN_CONTEXT, standsAlone: true },
  { kind: 'us-ssn', shape: /(?<![\w-])(?:\d{3} \d{2} \d{4}|\d{9})(?!\w|-\d)/, isValid: isSsn, context: SSN_CONTEXT, standsAlone: false },
  {
    kind: 'us-itin',
    shape: /(?<![\w-])9\d{2}[- ]?\d{2}[- ]?\d{4}(?!\w|-\d)/,
    isValid: isItin,
    context: contextWords('itin', 'individual taxpayer', 'tax id', 'taxpayer'),
    standsAlone: false,
  },
  {
    kind: 'us-routing-number',
    shape: /(?<![\w-])\d{9}(?!\w|-\d)/,
    isValid: isRouting,
    context: contextWords('routing', 'aba', 'rtn', 'transit'),
    standsAlone: false,
  },
  {
    kind: 'us-bank-account',
    shape: /(?<![\w-])\d{8,17}(?!\w|-\d)/,
    isValid: (digits) => !allSame(digits),
    context: contextWords('bank account', 'account number', 'account no', 'acct', 'checking account', 'savings account'),
    standsAlone: false,
  },
  {
    kind: 'us-passport',
    shape: /(?<!\w)[A-Za-z]?\d{8,9}(?!\w)/,
    isValid: (bare) => bare.length === 9,
    context: contextWords('passport', 'passport number', 'travel document'),
    standsAlone: false,
  },
  {
    kind: 'us-driver-license',
    shape: /(?<!\w)[A-Za-z]{0,2}\d{5,13}(?!\w)/,
    isValid: (bare) => /^(?:[A-Z]\d{6,12}|[A-Z]{2}\d{5,7}|\d{7,10}|\d{12})$/.test(bare),
    context: contextWords("driver'?s? licen[cs]e", 'driving licen[cs]e', 'licen[cs]e number', 'dl', 'dln', 'driver id'),
    standsAlone: false,
  },
  {
    kind: 'us-npi',
    shape: /(?<!\w)[12]\d{9}(?!\w)/,
    isValid: (digits) => luhn(`80840${digits}`),
    context: contextWords('npi', 'national provider', 'provider id', 'provider identifier'),
    standsAlone: false,
  },
  {
    kind: 'us-dea-number',
    shape: /(?<!\w)[ABCDEFGHJKLMPRSTUXabcdefghjklmprstux][A-Za-z9]\d{7}(?!\w)/,
    isValid: isDea,
    context: contextWords('dea', 'prescriber', 'medical licen[cs]e', 'certificate'),
    standsAlone: false,
  },
  {
    kind: 'us-medicare-beneficiary',
    shape:
      /(?<!\w)[1-9][AC-HJKMNP-RT-Yac-hjkmnp-rt-y][0-9AC-HJKMNP-RT-Yac-hjkmnp-rt-y]\d-?[AC-HJKMNP-RT-Yac-hjkmnp-rt-y][0-9AC-HJKMNP-RT-Yac-hjkmnp-rt-y]\d-?[AC-HJKMNP-RT-Yac-hjkmnp-rt-y]{2}\d{2}(?!\w)/,
    isValid: () => true,
    context: contextWords('medicare', 'mbi', 'beneficiary'),
    standsAlone: true,
  },
]
