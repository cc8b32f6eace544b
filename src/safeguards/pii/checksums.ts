/** Check digits. Each takes the bare characters (separators gone) and says whether they agree with their own check. */

export const luhn = (digits: string): boolean => {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    const weighted = i % 2 === 1 ? digit * 2 : digit
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}

/** ISO 7064 MOD 97-10 over digits and letters (A = 10 … Z = 35), a unit at a time so that no number grows. */
export const mod97 = (text: string): number => {
  let rest = 0
  for (const char of text) {
    const value = Number.parseInt(char, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest
}

/** Sum of digit times weight, position by position. */
export const weightedSum = (digits: string, weights: readonly number[]): number => {
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += (digits.charCodeAt(i) - 48) * weights[i]!
  return sum
}

export const onlyAlphanumerics = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '').toUpperCase()
export const allSame = (text: string): boolean => text === text[0]!.repeat(text.length)

export const digitAt = (text: string, at: number): number => text.charCodeAt(at) - 48

/** Dihedral group D5 (Verhoeff 1969): multiplication and the permutation of positions. */
const D5 = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]
const POSITIONS = ['0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258']

export const verhoeff = (digits: string): boolean => {
  let check = 0
  for (let i = 0; i < digits.length; i++) {
    const permuted = digitAt(POSITIONS[i % 8]!, digitAt(digits, digits.length - 1 - i))
    check = digitAt(D5[check]!, permuted)
  }
  return check === 0
}

/** ISO 7064 MOD 11,10 (hybrid), check digit last. */
export const mod1110 = (digits: string): boolean => {
  let product = 10
  for (let i = 0; i < digits.length - 1; i++) {
    const sum = (digitAt(digits, i) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === digitAt(digits, digits.length - 1)
}

/** ISO 7064 MOD 11-2, check character 0-9 or X last. */
export const mod112 = (text: string): boolean => {
  let sum = 0
  for (let i = 0; i < text.length - 1; i++) sum = ((sum + digitAt(text, i)) * 2) % 11
  return '0123456789X'[(12 - sum) % 11] === text.at(-1)
}

/** A date that exists, between 1900 and 2100. */
export const isDate = (year: number, month: number, day: number): boolean =>
  year >= 1900 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()

/** YYMMDD of either century. */
export const isShortDate = (yymmdd: string): boolean => {
  const [year, month, day] = [Number(yymmdd.slice(0, 2)), Number(yymmdd.slice(2, 4)), Number(yymmdd.slice(4, 6))]
  return isDate(1900 + year, month, day) || isDate(2000 + year, month, day)
}
