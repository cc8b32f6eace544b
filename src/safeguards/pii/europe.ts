import { allSame, digitAt, isDate, isShortDate, luhn, mod1110, weightedSum } from './checksums.ts'
import { contextWords } from './context.ts'
import type { Identifier } from './identifier.ts'

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'

/** Spain: the number mod 23 is the letter; X, Y, Z of foreigners stand for 0, 1, 2. */
const isNif = (bare: string): boolean => {
  const number = Number(bare.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter))))
  return DNI_LETTERS[number % 23] === bare.at(-1)
}

/** Italy, DM 23/12/1976: values of the characters on odd places. */
const ODD_VALUES: readonly number[] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

const isFiscalCode = (bare: string): boolean => {
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const value = /\d/.test(bare[i]!) ? digitAt(bare, i) : bare.charCodeAt(i) - 65
    sum += i % 2 === 0 ? ODD_VALUES[value]! : value
  }
  return String.fromCharCode(65 + (sum % 26)) === bare[15]
}

const isPesel = (digits: string): boolean => {
  // The month carries the century: 80 for 1800, 20 for 2000, 40 for 2100, 60 for 2200.
  const month = Number(digits.slice(2, 4)) % 20
  const check = (10 - (weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10
  return isShortDate(digits.slice(0, 2) + String(month).padStart(2, '0') + digits.slice(4, 6)) && check === digitAt(digits, 10)
}

const isHetu = (bare: string): boolean => {
  // The century sign is no letter or digit before 2000 and among the new ones, so it is read from the end.
  const digits = bare.slice(0, 6) + bare.slice(-4, -1)
  return isShortDate(bare.slice(4, 6) + bare.slice(2, 4) + bare.slice(0, 2)) && '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(digits) % 31] === bare.at(-1)
}

/** Norway: two check digits mod 11. */
const isFodselsnummer = (digits: string): boolean =>
  isShortDate(digits.slice(4, 6) + digits.slice(2, 4) + digits.slice(0, 2)) &&
  (11 - (weightedSum(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11 === digitAt(digits, 9) &&
  (11 - (weightedSum(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === digitAt(digits, 10)

const isNationalRegister = (digits: string): boolean => {
  const number = Number(digits.slice(0, 9))
  const check = Number(digits.slice(9))
  return isShortDate(digits.slice(0, 6)) && (97 - (number % 97) === check || 97 - ((2_000_000_000 + number) % 97) === check)
}

/** France: Corsica's 2A and 2B count as 19 and 18. */
const isNir = (bare: string): boolean => {
  const number = Number(bare.slice(0, 13).replace('2A', '19').replace('2B', '18'))
  return 97 - (number % 97) === Number(bare.slice(13))
}

const isEan13 = (digits: string): boolean => (10 - (weightedSum(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === digitAt(digits, 12)

const isBsn = (digits: string): boolean => !allSame(digits) && weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0

/** Germany: one digit occurs two or three times among the first ten, the others at most once. */
const isTaxId = (digits: string): boolean => {
  const counts = [...'0123456789'].map((digit) => digits.slice(0, 10).split(digit).length - 1).sort((a, b) => b - a)
  return digits[0] !== '0' && (counts[0] === 2 || counts[0] === 3) && counts[1]! <= 1 && mod1110(digits)
}

/** ICAO 9303: weights 7 3 1, letters as 10 to 35. */
const isMachineReadable = (bare: string): boolean => {
  let sum = 0
  for (let i = 0; i < bare.length - 1; i++) sum += Number.parseInt(bare[i]!, 36) * [7, 3, 1][i % 3]!
  return sum % 10 === digitAt(bare, bare.length - 1)
}

export const europe: readonly Identifier[] = [
  {
    kind: 'de-tax-id',
    shape: /(?<![\w-])\d{2} ?\d{3} ?\d{3} ?\d{3}(?!\w|-\d)/,
    isValid: isTaxId,
    context: contextWords('steuer-?id\\w*', 'steueridentifikationsnummer', 'steuerliche', 'idnr', 'tin', 'tax id'),
    standsAlone: false,
  },
  {
    kind: 'de-id-card',
    shape: /(?<!\w)[CFGHJKLMNPRTVWXYZcfghjklmnprtvwxyz0-9]{9}\d(?!\w)/,
    isValid: isMachineReadable,
    context: contextWords('personalausweis\\w*', 'ausweisnummer', 'reisepass\\w*', 'passnummer', 'id card', 'passport'),
    standsAlone: false,
  },
  {
    kind: 'es-nif',
    shape: /(?<!\w)(?:\d{8}|[XYZxyz]-?\d{7})-?[A-Za-z](?!\w)/,
    isValid: isNif,
    context: contextWords('dni', 'nif', 'nie', 'documento'),
    standsAlone: true,
  },
  {
    kind: 'it-fiscal-code',
    shape: /(?<!\w)[A-Za-z]{6}\d{2}[A-Ea-eHhLlMmPpR-Tr-t]\d{2}[A-Za-z]\d{3}[A-Za-z](?!\w)/,
    isValid: isFiscalCode,
    context: contextWords('codice fiscale', 'cf', 'fiscal code'),
    standsAlone: true,
  },
  {
    kind: 'it-vat',
    shape: /(?<![\w-])(?:[Ii][Tt] ?)?\d{11}(?!\w)/,
    isValid: (bare) => luhn(bare.replace(/^IT/, '')),
    context: contextWords('partita iva', 'p\\.? ?iva', 'vat', 'iva'),
    standsAlone: false,
  },
  { kind: 'pl-pesel', shape: /(?<![\w-])\d{11}(?!\w|-\d)/, isValid: isPesel, context: contextWords('pesel'), standsAlone: false },
  {
    kind: 'fi-hetu',
    shape: /(?<!\w)\d{6}[-+A-FU-Ya-fu-y]\d{3}[0-9A-FHJ-NPR-Ya-fhj-npr-y](?!\w)/,
    isValid: isHetu,
    context: contextWords('hetu', 'henkilötunnus', 'personbeteckning'),
    standsAlone: true,
  },
  {
    kind: 'se-personnummer',
    shape: /(?<![\w-])(?:\d{2})?\d{6}[-+]\d{4}(?!\w|-\d)/,
    isValid: (digits) => isShortDate(digits.slice(-10, -4)) && luhn(digits.slice(-10)),
    context: contextWords('personnummer', 'samordningsnummer'),
    standsAlone: true,
  },
  {
    kind: 'no-fodselsnummer',
    shape: /(?<![\w-])\d{6} ?\d{5}(?!\w|-\d)/,
    isValid: isFodselsnummer,
    context: contextWords('fødselsnummer', 'fodselsnummer', 'personnummer'),
    standsAlone: true,
  },
  {
    kind: 'dk-cpr',
    shape: /(?<![\w-])\d{6}-?\d{4}(?!\w|-\d)/,
    isValid: (digits) => isDate(2000, Number(digits.slice(2, 4)), Number(digits.slice(0, 2))),
    context: contextWords('cpr', 'personnummer'),
    standsAlone: false,
  },
  {
    kind: 'nl-bsn',
    shape: /(?<![\w-])\d{9}(?!\w|-\d)/,
    isValid: isBsn,
    context: contextWords('bsn', 'burgerservicenummer', 'sofinummer'),
    standsAlone: false,
  },
  {
    kind: 'be-national-number',
    shape: /(?<![\w.])\d{2}\.?\d{2}\.?\d{2}-?\d{3}\.?\d{2}(?!\w)/,
    isValid: isNationalRegister,
    context: contextWords('rijksregister\\w*', 'registre national', 'numéro national', 'nrn', 'insz', 'niss'),
    standsAlone: true,
  },
  {
    kind: 'fr-nir',
    shape: /(?<![\w-])[12378] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[ABab]) ?\d{3} ?\d{3} ?\d{2}(?!\w)/,
    isValid: isNir,
    context: contextWords('sécurité sociale', 'nir', 'insee', 'social security'),
    standsAlone: true,
  },
  {
    kind: 'ch-ahv',
    shape: /(?<![\w.])756\.?\d{4}\.?\d{4}\.?\d{2}(?!\w)/,
    isValid: isEan13,
    context: contextWords('ahv', 'avs', 'sozialversicherung\\w*'),
    standsAlone: true,
  },
]
