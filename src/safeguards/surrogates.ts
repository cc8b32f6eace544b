import { createHmac, type KeyObject } from 'node:crypto'
import { placeholder } from './release.ts'

/**
 * What stands in a text in place of a value. Tokens live as long as one call: a caller sends the whole conversation with each request, so
 * the same values meet the same tokens again (numbered by first appearance), and nothing has to be stored, or can be stolen.
 */
export interface Surrogates {
  /** `[EMAIL:6f1ed002ab55]`: equal values of one project have equal digests, and nobody without its key can try values out. */
  hash(kind: string, value: string): string
  /** `[EMAIL_1]` */
  token(kind: string, value: string): string
}

/** Hands values back where their tokens stand, in a text that comes in pieces. */
export interface Restorer {
  push(text: string): string
  /** What was held back because it could have become a token. */
  end(): string
}

export interface Vault extends Surrogates {
  /** No token was given out: nothing has to be restored. */
  readonly isEmpty: boolean
  restorer(): Restorer
  /** The beginning of the text, for a record, with tokens in place of values again. */
  conceal(text: string, maxLength: number): string
}

const TOKEN = /\[[A-Z0-9_]+\]/g
const NUMBERED = /\[[A-Z0-9_]+_\d+\]/g
/** Hexadecimal digits of a digest: 48 bits, enough to tell the values of one project apart. */
const DIGEST_DIGITS = 12

/** `written`: the caller's own text. A token that stands there must keep meaning itself. Asked once, when the first token is made. */
export const createVault = (key: KeyObject, written: () => string): Vault => {
  const values = new Map<string, string>()
  const tokens = new Map<string, string>()
  const numbers = new Map<string, number>()
  let taken: ReadonlySet<string> | null = null

  const mint = (kind: string, value: string): string => {
    taken ??= new Set(written().match(NUMBERED))
    const stem = placeholder(kind).slice(0, -1)
    for (let n = (numbers.get(stem) ?? 0) + 1; ; n += 1) {
      const token = `${stem}_${n}]`
      if (values.has(token) || taken.has(token)) continue
      numbers.set(stem, n)
      values.set(token, value)
      return token
    }
  }

  return {
    hash: (kind, value) => {
      const digest = createHmac('sha256', key)
        .update(`${kind}\0${canonical(value)}`)
        .digest('hex')
      return `${placeholder(kind).slice(0, -1)}:${digest.slice(0, DIGEST_DIGITS)}]`
    },
    token: (kind, value) => {
      const place = `${kind}\0${value}`
      const token = tokens.get(place) ?? mint(kind, value)
      tokens.set(place, token)
      return token
    },
    get isEmpty() {
      return values.size === 0
    },
    restorer: () => createRestorer(values),
    conceal: (text, maxLength) => conceal(text, maxLength, values),
  }
}

/** `Jane@Example.org` and `jane@example.org`, `4111 1111…` and `41111111…` are one value. */
const canonical = (value: string): string => {
  const plain = value.normalize('NFKC').trim().toLowerCase()
  return /^[\d\s().+/-]+$/.test(plain) ? plain.replaceAll(/[^\d+]/g, '') : plain
}

const createRestorer = (values: ReadonlyMap<string, string>): Restorer => {
  let held = ''
  return {
    push: (text) => {
      const all = held + text
      const open = all.lastIndexOf('[')
      const cut = open !== -1 && canBecomeToken(all.slice(open), values) ? open : all.length
      held = all.slice(cut)
      return all.slice(0, cut).replaceAll(TOKEN, (token) => values.get(token) ?? token)
    },
    end: () => {
      const rest = held
      held = ''
      return rest
    },
  }
}

const canBecomeToken = (beginning: string, values: ReadonlyMap<string, string>): boolean => {
  for (const token of values.keys()) if (token.length > beginning.length && token.startsWith(beginning)) return true
  return false
}

/** Looked at beyond what is kept, since values may be longer than their tokens; bounds the work, whatever a caller sends. */
const LOOKED_AT = 4

const conceal = (text: string, maxLength: number, values: ReadonlyMap<string, string>): string => {
  // The longest first: one value may be part of another.
  const known = [...values].sort(([, a], [, b]) => b.length - a.length)
  let out = text.slice(0, LOOKED_AT * maxLength)
  const isCut = out.length < text.length
  for (const [token, value] of known) {
    const escaped = JSON.stringify(value).slice(1, -1)
    if (escaped !== value) out = out.replaceAll(escaped, token)
    out = out.replaceAll(value, token)
  }
  // The cut may have gone through a value, of which the beginning is left.
  const whole = isCut ? out.slice(0, Math.max(0, out.length - 2 * (known[0]?.[1].length ?? 0))) : out
  return whole.slice(0, maxLength)
}
