import { allSame, digitAt, isShortDate, luhn, mod97, mod1110, verhoeff, weightedSum } from './checksums.ts'
import { contextWords } from './context.ts'
import type { Identifier } from './identifier.ts'

/** A weighted sum whose products are added digit by digit, mod 10. */
const digitSum = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, at) => {
    const product = digitAt(digits, at) * weight
    return sum + Math.floor(product / 10) + (product % 10)
  }, 0)

/** A letter as its two-digit place in the alphabet. */
const spellLetter = (bare: string, at: number): string => bare.slice(0, at) + String(bare.charCodeAt(at) - 64).padStart(2, '0') + bare.slice(at + 1)

/** Germany, Versicherungsnummer (VKVV section 4). */
const isRvnr = (bare: string): boolean => digitSum(spellLetter(bare, 8), [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 === digitAt(bare, 11)

/** Germany, Krankenversichertennummer (SGB V section 290). */
const isKvnr = (bare: string): boolean => digitSum(spellLetter(bare, 0), [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 === digitAt(bare, 9)

const check11 = (digits: string, weights: readonly number[]): number => (11 - (weightedSum(digits, weights) % 11)) % 11

/** What each country asks of the figures behind its prefix (European Commission, VIES). Countries without a published check are left out. */
const VAT_CHECKS: Readonly<Record<string, (body: string) => boolean>> = {
  ATU: (body) => /^\d{8}$/.test(body) && (10 - ((digitSum(body, [1, 2, 1, 2, 1, 2, 1]) + 4) % 10)) % 10 === digitAt(body, 7),
  BE: (body) => /^[01]\d{9}$/.test(body) && 97 - (Number(body.slice(0, 8)) % 97) === Number(body.slice(8)),
  DE: (body) => /^[1-9]\d{8}$/.test(body) && mod1110(body),
  DK: (body) => /^[1-9]\d{7}$/.test(body) && weightedSum(body, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
  FI: (body) => /^\d{8}$/.test(body) && check11(body, [7, 9, 10, 5, 8, 4, 2]) === digitAt(body, 7),
  FR: (body) => /^\d{11}$/.test(body) && (12 + 3 * (Number(body.slice(2)) % 97)) % 97 === Number(body.slice(0, 2)),
  IT: (body) => /^\d{11}$/.test(body) && luhn(body),
  LU: (body) => /^\d{8}$/.test(body) && Number(body.slice(0, 6)) % 89 === Number(body.slice(6)),
  NL: (body) => /^\d{9}B\d{2}$/.test(body) && (weightedSum(body, [9, 8, 7, 6, 5, 4, 3, 2]) % 11 === digitAt(body, 8) || mod97(`NL${body}`) === 1),
  PL: (body) => /^\d{10}$/.test(body) && weightedSum(body, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === digitAt(body, 9),
  PT: (body) => /^\d{9}$/.test(body) && check11(body, [9, 8, 7, 6, 5, 4, 3, 2]) % 10 === digitAt(body, 8),
  SE: (body) => /^\d{10}01$/.test(body) && luhn(body.slice(0, 10)),
}

const isEuVat = (bare: string): boolean => {
  const prefix = bare.startsWith('ATU') ? 'ATU' : bare.slice(0, 2)
  return VAT_CHECKS[prefix]?.(bare.slice(prefix.length)) ?? false
}

/** Korea, National Tax Service: weights 1 3 7 1 3 7 1 3 5, the tens of the last product count too. */
const isBrn = (digits: string): boolean => {
  const sum = weightedSum(digits, [1, 3, 7, 1, 3, 7, 1, 3, 5]) + Math.floor((digitAt(digits, 8) * 5) / 10)
  return (10 - (sum % 10)) % 10 === digitAt(digits, 9) && !allSame(digits)
}

/** What offices, insurers and tax authorities issue, beside the national numbers of persons. */
export const registers: readonly Identifier[] = [
  {
    kind: 'eu-vat',
    shape: /(?<!\w)(?:ATU ?\d{8}|(?:BE|DE|DK|FI|FR|IT|LU|PL|PT|SE) ?(?:\d[ .]?){8,12}|NL ?\d{9}B\d{2})(?!\w)/,
    isValid: isEuVat,
    context: contextWords('vat', 'ust-?id\\w*', 'umsatzsteuer\\w*', 'tva', 'iva', 'btw', 'moms'),
    standsAlone: true,
  },
  {
    kind: 'de-social-insurance',
    shape: /(?<!\w)\d{2} ?\d{6} ?[A-Z] ?\d{3}(?!\w)/,
    isValid: isRvnr,
    context: contextWords('rentenversicherung\\w*', 'sozialversicherung\\w*', 'versicherungsnummer', 'rvnr', 'sv-?nummer'),
    standsAlone: true,
  },
  {
    kind: 'de-health-insurance',
    shape: /(?<!\w)[A-Z]\d{9}(?!\w)/,
    isValid: isKvnr,
    context: contextWords('krankenversicher\\w*', 'krankenkasse', 'versichertennummer', 'kvnr', 'gesundheitskarte'),
    standsAlone: false,
  },
  {
    kind: 'de-tax-number',
    shape: /(?<![\w/])\d{2,3}\/\d{3,4}\/\d{4,5}(?![\w/])/,
    isValid: (digits) => digits.length === 10 || digits.length === 11,
    context: contextWords('steuernummer', 'st\\.?-?nr', 'finanzamt', 'tax number'),
    standsAlone: false,
  },
  {
    kind: 'de-commercial-register',
    shape: /(?<!\w)HR[AB] ?(?:Nr\.? ?)?\d{2,6}(?: ?[A-Z](?!\w))?(?!\w)/,
    isValid: () => true,
    context: contextWords('handelsregister', 'amtsgericht', 'registergericht'),
    standsAlone: true,
  },
  {
    kind: 'de-physician',
    shape: /(?<![\w-])\d{9}(?!\w|-\d)/,
    isValid: (digits) => (10 - (weightedSum(digits, [4, 9, 4, 9, 4, 9]) % 10)) % 10 === digitAt(digits, 6),
    context: contextWords('lanr', 'arztnummer'),
    standsAlone: false,
  },
  {
    kind: 'es-passport',
    shape: /(?<!\w)[A-Z]{3}\d{6}[A-Z]?(?!\w)/,
    isValid: () => true,
    context: contextWords('pasaporte', 'passport'),
    standsAlone: false,
  },
  {
    kind: 'it-passport',
    shape: /(?<!\w)[A-Z]{2}\d{7}(?!\w)/,
    isValid: () => true,
    context: contextWords('passaporto', 'passport'),
    standsAlone: false,
  },
  {
    kind: 'it-driver-license',
    shape: /(?<!\w)(?:[A-Z]{2}\d{7}[A-Z]|U1[A-Z]{7}\d)(?!\w)/,
    isValid: () => true,
    context: contextWords('patente', 'guida', "driver'?s? licen[cs]e", 'driving licen[cs]e'),
    standsAlone: false,
  },
  {
    kind: 'it-id-card',
    shape: /(?<!\w)(?:C[A-Z]\d{5}[A-Z]{2}|\d{7}[A-Z]{2}|[A-Z]{2} ?\d{7})(?!\w)/,
    isValid: () => true,
    context: contextWords("carta d'identita", 'carta identita', 'cie', 'identity card', 'id card'),
    standsAlone: false,
  },
  {
    kind: 'se-organisation-number',
    shape: /(?<![\w-])[1-9]\d[2-9]\d{3}-?\d{4}(?!\w|-\d)/,
    isValid: luhn,
    context: contextWords('organisationsnummer', 'org\\.? ?nr', 'orgnummer'),
    standsAlone: false,
  },
  {
    kind: 'in-passport',
    shape: /(?<!\w)[A-PR-WYa-pr-wy][1-9]\d ?\d{4}[1-9](?!\w)/,
    isValid: () => true,
    context: contextWords('passport', 'indian passport', 'travel document'),
    standsAlone: false,
  },
  {
    kind: 'kr-business-number',
    shape: /(?<![\w-])\d{3}-\d{2}-\d{5}(?!\w|-\d)/,
    isValid: isBrn,
    context: contextWords('brn', 'business registration', 'business number'),
    standsAlone: false,
  },
  {
    kind: 'kr-driver-license',
    shape: /(?<![\w-])(?:1[1-9]|2[0-68])-\d{2}-\d{6}-\d{2}(?!\w|-\d)/,
    isValid: () => true,
    context: contextWords("driver'?s? licen[cs]e", 'driving licen[cs]e', 'licen[cs]e'),
    standsAlone: true,
  },
  {
    kind: 'kr-passport',
    shape: /(?<!\w)[MSRODG](?:\d{8}|\d{3}[A-Z]\d{4})(?!\w)/,
    isValid: () => true,
    context: contextWords('passport', 'yeogwon'),
    standsAlone: false,
  },
  {
    kind: 'ng-nin',
    shape: /(?<![\w-])\d{11}(?!\w|-\d)/,
    isValid: (digits) => verhoeff(digits) && !allSame(digits),
    context: contextWords('nin', 'national identification', 'nigeria\\w*'),
    standsAlone: false,
  },
  {
    kind: 'ph-tin',
    shape: /(?<![\w-])\d{3}-?\d{3}-?\d{3}(?:-?\d{3,5})?(?!\w|-\d)/,
    isValid: (digits) => weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11 === digitAt(digits, 8) && !allSame(digits),
    context: contextWords('tin', 'bir', 'philippine\\w*'),
    standsAlone: false,
  },
  {
    kind: 'sg-uen',
    shape: /(?<!\w)(?:\d{8,9}[A-Z]|[TSR]\d{2}[A-Z]{2}\d{4}[A-Z])(?!\w)/,
    isValid: () => true,
    context: contextWords('uen', 'unique entity', 'acra'),
    standsAlone: false,
  },
  {
    kind: 'mx-rfc',
    shape: /(?<!\w)[A-Za-z&]{3,4}\d{6}[A-Za-z\d]{2}[\dAa](?!\w)/,
    isValid: (bare) => isShortDate(bare.slice(-9, -3)),
    context: contextWords('rfc', 'contribuyentes'),
    standsAlone: false,
  },
  {
    kind: 'us-ein',
    shape: /(?<![\w-])\d{2}-\d{7}(?!\w|-\d)/,
    isValid: (digits) => !/^(?:0[0789]|1[789]|28|29|49|69|70|78|79|89|96|97)/.test(digits),
    context: contextWords('ein', 'employer identification', 'tax id', 'fein'),
    standsAlone: false,
  },
  {
    kind: 'medical-record-number',
    shape: /(?<![\w-])(?:[A-Z]{1,3}-?)?\d{5,12}(?!\w|-\d)/,
    isValid: () => true,
    context: contextWords('mrn', 'medical record', 'patient id', 'patient number', 'chart number', 'hospital number'),
    standsAlone: false,
  },
]
