import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

/** RFC 8785 (JCS) text of a JSON value. Throws on NaN, Infinity and lone surrogates, which JSON cannot carry. */
export const canonicalJson = (value: unknown): string => {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('the value has no JSON form')
  if (!text.isWellFormed()) throw new TypeError('the value holds a lone surrogate')
  return text
}

/** `sha256:` + 64 hex digits. */
export type Digest = `sha256:${string}`

export const sha256 = (bytes: string | Uint8Array): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** The identity of a document: SHA-256 of its canonical JSON. */
export const digestOf = (value: unknown): Digest => sha256(canonicalJson(value))

export const isDigest = (text: string): text is Digest => /^sha256:[0-9a-f]{64}$/.test(text)
