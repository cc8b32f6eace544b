import { allSame, digitAt, isDate, isShortDate, luhn, mod112, verhoeff, weightedSum } from './checksums.ts'
import { contextWords } from './context.ts'
import type { Identifier } from './identifier.ts'

const isAadhaar = (digits: string): boolean => /^[2-9]/.test(digits) && [...digits].reverse().join('') !== digits && verhoeff(digits)

const BASE36 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** India GST: weights 1 2 1 2 …, both digits of each product in base 36. */
const isGstin = (bare: string): boolean => {
  let sum = 0
  for (let i = 0; i < 14; i++) {
    const product = BASE36.indexOf(bare[i]!) * (1 + (i % 2))
    sum += Math.floor(product / 36) + (product % 36)
  }
  return BASE36[(36 - (sum % 36)) % 36] === bare[14]
}

const isAbn = (digits: string): boolean => (weightedSum(digits, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0 && !allSame(digits)

const isAcn = (digits: string): boolean => (10 - (weightedSum(digits, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 === digitAt(digits, 8) && !allSame(digits)

const isMedicare = (digits: string): boolean => weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digitAt(digits, 8)

/** Singapore: weights 2 7 6 5 4 3 2, an offset by series, a letter table by series. */
const isNric = (bare: string): boolean => {
  const series = bare[0]!
  const offset = series === 'T' || series === 'G' ? 4 : series === 'M' ? 3 : 0
  const rest = (weightedSum(bare.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11
  const letters = series === 'S' || series === 'T' ? 'JZIHGFEDCBA' : series === 'M' ? 'XWUTRQPNJLK' : 'XWUTRQPNMLK'
  return letters[series === 'M' ? 10 - rest : rest] === bare.at(-1)
}

/** Korea: no check digit since October 2020, so the date and the century digit are the check. */
const isRrn = (digits: string): boolean => isShortDate(digits.slice(0, 6)) && /^[1-8]$/.test(digits[6]!)

const isThai = (digits: string): boolean => (11 - (weightedSum(digits, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === digitAt(digits, 12)

/** Turkey: two check digits. */
const isTckn = (digits: string): boolean => {
  const odd = weightedSum(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1])
  const even = weightedSum(digits, [0, 1, 0, 1, 0, 1, 0, 1])
  const tenth = (((odd * 7 - even) % 10) + 10) % 10
  return tenth === digitAt(digits, 9) && (odd + even + tenth) % 10 === digitAt(digits, 10)
}

const isChinese = (bare: string): boolean => isDate(Number(bare.slice(6, 10)), Number(bare.slice(10, 12)), Number(bare.slice(12, 14))) && mod112(bare)

const TAIWAN_LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'

/** Taiwan: the letter is a number from 10 to 35. */
const isTaiwanese = (bare: string): boolean => {
  const letter = TAIWAN_LETTERS.indexOf(bare[0]!) + 10
  const sum = Math.floor(letter / 10) + (letter % 10) * 9 + weightedSum(bare.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1])
  return sum % 10 === 0
}

/** Hong Kong: letters as 10 to 35, a missing first letter as 36, weights 9..1, mod 11. */
const isHkid = (bare: string): boolean => {
  const padded = bare.length === 8 ? ` ${bare}` : bare
  let sum = 0
  for (let i = 0; i < 9; i++) {
    const char = padded[i]!
    const value = char === ' ' ? 36 : i === 8 && char === 'A' ? 10 : Number.parseInt(char, 36)
    sum += value * (9 - i)
  }
  return sum % 11 === 0
}

/** Japan, My Number: weights 6 5 4 3 2 7 6 5 4 3 2, mod 11; a rest of 0 or 1 gives 0. */
const isMyNumber = (digits: string): boolean => {
  const rest = weightedSum(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
  return (rest <= 1 ? 0 : 11 - rest) === digitAt(digits, 11) && !allSame(digits)
}

export const asiaPacific: readonly Identifier[] = [
  {
    kind: 'in-aadhaar',
    shape: /(?<![\w-])\d{4}[- ]?\d{4}[- ]?\d{4}(?!\w|[- ]\d)/,
    isValid: isAadhaar,
    context: contextWords('aadhaar', 'aadhar', 'uidai'),
    standsAlone: false,
  },
  {
    kind: 'in-pan',
    shape: /(?<!\w)[A-Za-z]{3}[ABCFGHJLPTabcfghjlpt][A-Za-z]\d{4}[A-Za-z](?!\w)/,
    isValid: () => true,
    context: contextWords('pan', 'permanent account', 'income tax'),
    standsAlone: true,
  },
  {
    kind: 'in-gstin',
    shape: /(?<!\w)\d{2}[A-Za-z]{5}\d{4}[A-Za-z][0-9A-Za-z][Zz][0-9A-Za-z](?!\w)/,
    isValid: isGstin,
    context: contextWords('gst', 'gstin'),
    standsAlone: true,
  },
  {
    kind: 'in-voter-id',
    shape: /(?<!\w)[A-Za-z]{3}\d{7}(?!\w)/,
    isValid: () => true,
    context: contextWords('voter', 'epic', 'election'),
    standsAlone: false,
  },
  {
    kind: 'au-tfn',
    shape: /(?<![\w-])\d{3}[- ]?\d{3}[- ]?\d{3}(?!\w|-\d)/,
    isValid: (digits) => weightedSum(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0 && !allSame(digits),
    context: contextWords('tfn', 'tax file'),
    standsAlone: false,
  },
  {
    kind: 'au-abn',
    shape: /(?<![\w-])\d{2} ?\d{3} ?\d{3} ?\d{3}(?!\w|-\d)/,
    isValid: isAbn,
    context: contextWords('abn', 'australian business'),
    standsAlone: false,
  },
  {
    kind: 'au-acn',
    shape: /(?<![\w-])\d{3} ?\d{3} ?\d{3}(?!\w|-\d)/,
    isValid: isAcn,
    context: contextWords('acn', 'australian company'),
    standsAlone: false,
  },
  {
    kind: 'au-medicare',
    shape: /(?<![\w-])[2-6]\d{3} ?\d{5} ?\d(?!\w|-\d)/,
    isValid: isMedicare,
    context: contextWords('medicare'),
    standsAlone: false,
  },
  {
    kind: 'sg-nric',
    shape: /(?<!\w)[STFGMstfgm]\d{7}[A-Za-z](?!\w)/,
    isValid: isNric,
    context: contextWords('nric', 'fin', 'identity card'),
    standsAlone: true,
  },
  {
    kind: 'kr-rrn',
    shape: /(?<![\w-])\d{6}-\d{7}(?!\w|-\d)/,
    isValid: isRrn,
    context: contextWords('rrn', 'resident registration'),
    standsAlone: true,
  },
  {
    kind: 'th-national-id',
    shape: /(?<![\w-])[1-8][- ]?\d{4}[- ]?\d{5}[- ]?\d{2}[- ]?\d(?!\w|-\d)/,
    isValid: isThai,
    context: contextWords('thai', 'citizen', 'national id'),
    standsAlone: false,
  },
  {
    kind: 'tr-identity-number',
    shape: /(?<![\w-])[1-9]\d{10}(?!\w|-\d)/,
    isValid: isTckn,
    context: contextWords('tckn', 'tc kimlik', 'kimlik', 'identity'),
    standsAlone: false,
  },
  {
    kind: 'za-id',
    shape: /(?<![\w-])\d{6} ?\d{4} ?[01]\d{2}(?!\w|-\d)/,
    isValid: (digits) => isShortDate(digits) && luhn(digits),
    context: contextWords('south africa\\w*', 'id number', 'identity number', 'rsa id'),
    standsAlone: false,
  },
  {
    kind: 'cn-id',
    shape: /(?<!\w)[1-9]\d{16}[\dXx](?!\w)/,
    isValid: isChinese,
    context: contextWords('identity', 'resident id', 'id card'),
    standsAlone: true,
  },
  {
    kind: 'tw-id',
    shape: /(?<!\w)[A-Za-z][1289]\d{8}(?!\w)/,
    isValid: isTaiwanese,
    context: contextWords('taiwan\\w*', 'national id', 'identity'),
    standsAlone: false,
  },
  {
    kind: 'hk-id',
    shape: /(?<!\w)[A-Za-z]{1,2}\d{6}\(?[\dAa]\)?(?![\w(])/,
    isValid: isHkid,
    context: contextWords('hkid', 'hong kong', 'identity'),
    standsAlone: false,
  },
  {
    kind: 'jp-my-number',
    shape: /(?<![\w-])\d{4}[- ]?\d{4}[- ]?\d{4}(?!\w|[- ]\d)/,
    isValid: isMyNumber,
    context: contextWords('my number', 'individual number', 'mynumber'),
    standsAlone: false,
  },
  {
    kind: 'il-id',
    shape: /(?<![\w-])\d{9}(?!\w|-\d)/,
    isValid: (digits) => luhn(digits) && !allSame(digits),
    context: contextWords('teudat zehut', 'israeli id', 'israel\\w*'),
    standsAlone: false,
  },
]
