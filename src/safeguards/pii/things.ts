import { luhn } from './checksums.ts'
import { contextWords } from './context.ts'
import type { Identifier } from './identifier.ts'

const VIN_VALUES = '0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ'
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]

/** 49 CFR 565: transliterate, weigh, mod 11 stands at the ninth place. Enforced where it is law (North America, first 1 to 5). */
const isVin = (bare: string): boolean => {
  if (!/\d/.test(bare) || !/[A-Z]/.test(bare)) return false
  if (!/^[1-5]/.test(bare)) return false
  let sum = 0
  for (let i = 0; i < 17; i++) sum += (VIN_VALUES.indexOf(bare[i]!) % 10) * VIN_WEIGHTS[i]!
  return '0123456789X'[sum % 11] === bare[8]
}

export const things: readonly Identifier[] = [
  {
    kind: 'vin',
    shape: /(?<!\w)[A-HJ-NPR-Za-hj-npr-z0-9]{17}(?!\w)/,
    isValid: isVin,
    context: contextWords('vin', 'vehicle identification', 'chassis'),
    standsAlone: true,
  },
  {
    kind: 'imei',
    shape: /(?<![\w-])\d{2}[- ]?\d{6}[- ]?\d{6}[- ]?\d(?!\w|-\d)/,
    isValid: luhn,
    context: contextWords('imei', 'handset', 'device id'),
    standsAlone: false,
  },
  {
    kind: 'license-plate',
    shape: /(?<!\w)[A-Z0-9]{1,4}[- ]?[A-Z0-9]{2,4}(?:[- ]?[A-Z0-9]{1,4})?(?!\w)/,
    isValid: (bare) => /[A-Z]/.test(bare) && /\d{2}/.test(bare) && bare.length >= 5 && bare.length <= 9,
    context: contextWords(
      'licen[cs]e plate',
      'number plate',
      'plate number',
      'registration plate',
      'registration number',
      'vehicle registration',
      'reg no',
      'nummernschild',
      'kennzeichen',
      'targa',
      'plaka',
      'matricula',
    ),
    standsAlone: false,
  },
  {
    kind: 'card-cvv',
    shape: /(?<![\w.-])\d{3,4}(?![\w.-])/,
    isValid: () => true,
    context: contextWords('cvv2?', 'cvc2?', 'cid', 'security code', 'card verification'),
    standsAlone: false,
  },
  {
    kind: 'card-expiry',
    shape: /(?<![\w/.-])(?:0[1-9]|1[0-2]) ?[/-] ?(?:20)?\d{2}(?![\w/.-])/,
    isValid: () => true,
    context: contextWords('exp', 'expir\\w*', 'valid thru', 'valid through', 'good thru'),
    standsAlone: false,
  },
  {
    kind: 'pin',
    shape: /(?<![\w.-])\d{4,6}(?![\w.-])/,
    isValid: () => true,
    context: contextWords('pin', 'pin code', 'pin number'),
    standsAlone: false,
  },
]
