import { allSame, digitAt, isShortDate, luhn, weightedSum } from './checksums.ts'
import { contextWords } from './context.ts'
import type { Identifier } from './identifier.ts'

/** Two check digits, each mod 11 over what stands before it; a rest below two gives 0 (Receita Federal). */
const hasTwoMod11 = (digits: string, first: readonly number[], second: readonly number[]): boolean =>
  !allSame(digits) &&
  [first, second].every((weights) => {
    const rest = weightedSum(digits, weights) % 11
    return digitAt(digits, weights.length) === (rest < 2 ? 0 : 11 - rest)
  })

const CPF = [10, 9, 8, 7, 6, 5, 4, 3, 2]
const CNPJ = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]

/** Chile: weights 2..7 from the right, mod 11, K for 10. */
const isRut = (bare: string): boolean => {
  const digits = bare.slice(0, -1)
  let sum = 0
  for (let i = 0; i < digits.length; i++) sum += digitAt(digits, digits.length - 1 - i) * (2 + (i % 6))
  return '0123456789K'[(11 - (sum % 11)) % 11] === bare.at(-1)
}

/** Argentina: weights 5 4 3 2 7 6 5 4 3 2, mod 11; 10 is never issued. */
const isCuit = (digits: string): boolean => {
  const check = (11 - (weightedSum(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11
  return /^(?:2[03478]|3[034])/.test(digits) && check === digitAt(digits, 10)
}

const CURP_ALPHABET = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ'

/** Mexico: values of 17 characters weighted 18..2, mod 10. */
const isCurp = (bare: string): boolean => {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += CURP_ALPHABET.indexOf(bare[i]!) * (18 - i)
  return isShortDate(bare.slice(4, 10)) && (10 - (sum % 10)) % 10 === digitAt(bare, 17)
}

export const americas: readonly Identifier[] = [
  {
    kind: 'ca-sin',
    shape: /(?<![\w-])[1-79]\d{2}[- ]?\d{3}[- ]?\d{3}(?!\w|-\d)/,
    isValid: luhn,
    context: contextWords('sin', 'social insurance', 'nas', 'assurance sociale'),
    standsAlone: false,
  },
  {
    kind: 'ca-health-number',
    shape: /(?<![\w-])\d{4}[- ]?\d{3}[- ]?\d{3}(?:[- ]?[A-Za-z]{2})?(?!\w|-\d)/,
    isValid: (bare) => luhn(bare.slice(0, 10)),
    context: contextWords('health card', 'health number', 'ohip', 'health insurance', 'carte santé', 'carte soleil'),
    standsAlone: false,
  },
  {
    kind: 'br-cpf',
    shape: /(?<![\w.])\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?!\w)/,
    isValid: (digits) => hasTwoMod11(digits, CPF, [11, ...CPF]),
    context: contextWords('cpf', 'contribuinte'),
    standsAlone: true,
  },
  {
    kind: 'br-cnpj',
    shape: /(?<![\w.])\d{2}\.?\d{3}\.?\d{3}\/?\d{4}-?\d{2}(?!\w)/,
    isValid: (digits) => hasTwoMod11(digits, CNPJ, [6, ...CNPJ]),
    context: contextWords('cnpj', 'empresa'),
    standsAlone: true,
  },
  {
    kind: 'mx-curp',
    shape: /(?<!\w)[A-Za-z]{4}\d{6}[HMXhmx][A-Za-z]{5}[0-9A-Za-z]\d(?!\w)/,
    isValid: isCurp,
    context: contextWords('curp'),
    standsAlone: true,
  },
  {
    kind: 'cl-rut',
    shape: /(?<![\w.])(?:\d{1,2}\.\d{3}\.\d{3}|\d{7,8})-[\dkK](?!\w)/,
    isValid: isRut,
    context: contextWords('rut', 'run', 'rol único'),
    standsAlone: false,
  },
  {
    kind: 'ar-cuit',
    shape: /(?<![\w-])\d{2}-?\d{8}-?\d(?!\w|-\d)/,
    isValid: isCuit,
    context: contextWords('cuit', 'cuil', 'afip'),
    standsAlone: false,
  },
]
