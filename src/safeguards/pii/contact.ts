import { isIPv4, isIPv6 } from 'node:net'
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { Pattern, Verified } from '../detectors/pattern.ts'
import { contextWords, hasContext } from './context.ts'

const includes = (needle: string) => (text: string) => text.includes(needle)

export const email: Pattern = {
  kind: 'email',
  regex: /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}(?:xn--[A-Za-z0-9-]{2,59}|[A-Za-z]{2,24})/,
  mayMatch: includes('@'),
  check: () => ({ confidence: 1 }),
}

const FOUR_OCTETS = /\d\.\d{1,3}\.\d{1,3}\.\d/

export const ipv4: Pattern = {
  kind: 'ip',
  regex: /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)/,
  mayMatch: (text) => FOUR_OCTETS.test(text),
  check: (candidate) => (isIPv4(candidate) ? { confidence: 0.95 } : null),
}

const TWO_COLONS = /:[0-9A-Fa-f]{0,4}:/

export const ipv6: Pattern = {
  kind: 'ip',
  regex: /(?<![\w:.])[0-9A-Fa-f:]{3,39}(?:\.\d{1,3}\.\d{1,3}\.\d{1,3})?(?![\w:])/,
  mayMatch: (text) => TWO_COLONS.test(text),
  // Fewer than two hextets is the loopback, the unspecified address, or code.
  check: (candidate) => (/[0-9A-Fa-f]+:.*[0-9A-Fa-f]/.test(candidate) && isIPv6(candidate) ? { confidence: 0.95 } : null),
}

const PHONE_CONTEXT = contextWords(
  'phones?',
  'telephone',
  'tel',
  'mobile',
  'cell',
  'call(?:ed|ing)?',
  'fax',
  'dial',
  'sms',
  'text',
  'texts',
  'messages to',
  'whatsapp',
  'contact',
  'reach',
  'hotline',
  'desk',
  'office',
  'landline',
  'telefon',
  'handy',
  'téléphone',
  'portable',
  'teléfono',
  'móvil',
  'telefono',
  'cellulare',
  'telefone',
)
const SIX_DIGITS = /\d(?:[ ().\-/]{0,3}\d){5}/
const DATE =
  /^(?:(?:19|20)\d{2}[-./](?:0?[1-9]|1[0-2])[-./]\d{1,2}|(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|[12]\d|3[01])[-./](?:\d{4}|\d{2}))(?![-./]?\d)/
const GROUPS = /\d+/g

/** "Phone: 94 51 71", "94 51 71 office": what is said to be a number needs no more than six digits. */
const LABEL =
  /(?<![a-z])(?:phone|telephone|tel|fax|facsimile|mobile|cell|telefon|telefono|telefone|telefax|handy)(?: number| no| nr)?\.?(?: is|:|=| -){1,2} {0,3}\(?$/i
const ROLE = / {1,2}\(?(?:office|fax|mobile|cell|home|work)$/

/** Four groups of digits right before: a table of figures. Parsing costs some 10 us a region, so a page of them would cost seconds. */
const DEEP_IN_DIGITS = /(?:\d{1,9}[ ().\-/]{1,2}){4}$/

const isValidIn = (candidate: string, regions: readonly CountryCode[]): boolean =>
  regions.some((region) => parsePhoneNumberFromString(candidate, region)?.isValid() === true)

/**
 * Valid by libphonenumber's full rules, or said to be a phone number and written like one. A national number without a word beside it
 * must be written in three groups or with its trunk prefix: postcodes and order numbers are valid somewhere in Germany.
 */
const phoneConfidence = (candidate: string, text: string, start: number, isNamed: boolean, regions: readonly CountryCode[]): number | null => {
  const groups = candidate.match(GROUPS) ?? []
  const digits = groups.join('').length
  if (isNamed && digits <= 15) return isValidIn(candidate, regions) ? 0.95 : 0.75
  if (digits < 7) return null
  const inContext = hasContext(PHONE_CONTEXT, text, start)
  if (candidate.startsWith('+')) return parsePhoneNumberFromString(candidate)?.isValid() ? 1 : inContext ? 0.8 : null
  if (candidate.startsWith('00') && parsePhoneNumberFromString(`+${candidate.slice(2)}`)?.isValid()) return 0.9
  const writtenAsPhone = (groups.length >= 3 && digits >= 9) || (/^\(?0/.test(candidate) && groups.length >= 2 && digits >= 9)
  if (inContext) return isValidIn(candidate, regions) ? 0.9 : writtenAsPhone ? 0.7 : null
  return writtenAsPhone && isValidIn(candidate, regions) ? 0.6 : null
}

const withoutStrayBracket = (text: string): string =>
  text.endsWith(')') && text.split(')').length > text.split('(').length ? text.slice(0, -1) : text

export const phone = (regionCodes: readonly string[]): Pattern => {
  const regions = regionCodes.filter((code): code is CountryCode => isSupportedCountry(code))
  const check = (candidate: string, text: string, start: number): Verified | null => {
    if (DATE.test(candidate)) return null
    const number = candidate.replace(ROLE, '')
    const isNamed = number.length < candidate.length || LABEL.test(text.slice(Math.max(0, start - 40), start))
    if (!isNamed && !candidate.startsWith('+') && DEEP_IN_DIGITS.test(text.slice(Math.max(0, start - 40), start))) return null
    // What follows a number may be another one: groups are given up from the right.
    for (let shorter = number, tries = 0; tries < 4 && shorter.length >= 7; tries++) {
      const confidence = phoneConfidence(shorter, text, start, isNamed, regions)
      if (confidence !== null) return { confidence, length: withoutStrayBracket(shorter).length }
      const without = shorter.replace(/(?:[ ().\-/]+|[ ,]*(?:x|ext\.?) ?)\d+\)?$/, '')
      if (without.length === shorter.length) return null
      shorter = without
    }
    return null
  }
  return {
    kind: 'phone',
    regex:
      /(?<![\w+@#/=.-])(?:\+ ?\(?\d(?:[ ().\-/]{0,3}\d){6,16}|\({0,2}\d(?:[ ().\-/]{0,2}\d){5,16})(?: ?(?:x|ext\.?) ?\d{1,6})?\)?(?: {1,2}\(?(?:office|fax|mobile|cell|home|work)(?!\w))?(?![\w@]|[.:-]\d)/,
    mayMatch: (text) => SIX_DIGITS.test(text),
    check,
  }
}

const SCHEME = /https?:\/\/|www\./i

export const url: Pattern = {
  kind: 'url',
  regex: /(?<!\w)(?:[Hh][Tt][Tt][Pp][Ss]?:\/\/|[Ww][Ww][Ww]\.)[^\s<>"'`{}|\\^]{2,2000}/,
  mayMatch: (text) => SCHEME.test(text),
  // The full stop of the sentence is not part of the address.
  check: (candidate) => ({ confidence: 0.95, length: candidate.replace(/[.,;:!?)\]]+$/, '').length }),
}

const BARE_HOST = /\w\.[a-z]{2}/

/** Without a scheme: only under the common top-level domains, in lower case, since a missing space after a full stop looks the same. */
export const bareUrl: Pattern = {
  kind: 'url',
  regex:
    /(?<![\w@.:/-])(?:[A-Za-z0-9-]{0,62}[A-Za-z0-9]\.){1,4}(?:com|net|org|info|biz|edu|gov|io|dev|app|ai|co|uk|us|ca|eu|de|fr|es|it|nl|be|ch|at|se|no|dk|fi|pl|cz|pt|ie|hu|ro|gr|ru|cn|jp|kr|in|br|mx|za|nz|au)(?![\w@-]|\.\w)(?:\/[^\s<>"'`{}|\\^]{0,500})?/,
  mayMatch: (text) => BARE_HOST.test(text),
  check: (candidate) => ({ confidence: 0.6, length: candidate.replace(/[.,;:!?)\]]+$/, '').length }),
}

export const mac: Pattern = {
  kind: 'mac',
  regex: /(?<![\w:-])(?:[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})(?![\w:-])/,
  mayMatch: (text) => MAC_START.test(text),
  check: () => ({ confidence: 0.9 }),
}

const MAC_START = /[0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-]|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\./
