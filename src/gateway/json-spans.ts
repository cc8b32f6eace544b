/**
 * Where the members of a JSON object lie in its bytes, so that one value is exchanged and all others go on as the client wrote them:
 * big numbers, key order and unknown fields survive, and nothing is serialised again.
 * It is lenient on purpose: `JSON.parse` judges the same text as well, and both have to agree before a request goes anywhere.
 */
export interface Span {
  readonly start: number
  readonly end: number
}

export type Spans =
  | { readonly ok: true; readonly members: ReadonlyMap<string, Span> /** Position of the closing brace. */; readonly close: number }
  | { readonly ok: false; readonly param: string | null; readonly message: string }

/** Deeper than any tool schema in use; deeper bodies cost the parser memory out of proportion (5 million brackets: 0.9 s). */
const MAX_DEPTH = 128
const MAX_CONTAINERS = 200_000
const MAX_MEMBERS = 1_000

const QUOTE = 0x22
const BACKSLASH = 0x5c
const problem = (message: string, param: string | null = null): Spans => ({ ok: false, param, message })

/** `text` holds one character a byte (latin1), so that positions are byte offsets; JSON's structure is ASCII. */
export const memberSpans = (text: string): Spans => {
  const members = new Map<string, Span>()
  let at = skipSpace(text, 0)
  if (text.charCodeAt(at) !== 0x7b) return problem('the body is not a JSON object')
  at = skipSpace(text, at + 1)
  while (text.charCodeAt(at) === QUOTE) {
    const keyEnd = endOfString(text, at)
    const key = readKey(text.slice(at, keyEnd))
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const end = endOfValue(text, start)
    if (end === TOO_DEEP) return problem(`the body is nested deeper than ${MAX_DEPTH} levels, or has more than ${MAX_CONTAINERS} objects`)
    if (end <= start) return problem('the body is not valid JSON')
    // Parsers disagree on which of two equal keys counts: what was checked here could differ from what the provider reads.
    if (members.has(key)) return problem('is given twice', key)
    if (members.size === MAX_MEMBERS) return problem(`the body has more than ${MAX_MEMBERS} fields`)
    members.set(key, { start, end })
    at = skipSpace(text, end)
    if (text.charCodeAt(at) === 0x2c) at = skipSpace(text, at + 1)
  }
  return text.charCodeAt(at) === 0x7d ? { ok: true, members, close: at } : problem('the body is not valid JSON')
}

const TOO_DEEP = -2

const skipSpace = (text: string, from: number): number => {
  let at = from
  for (;;) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at
    at += 1
  }
}

/** The position behind the closing quote, or the end of the text. A quote is escaped behind an odd run of backslashes. */
const endOfString = (text: string, open: number): number => {
  let at = open
  for (;;) {
    at = text.indexOf('"', at + 1)
    if (at === -1) return text.length
    let before = at - 1
    while (text.charCodeAt(before) === BACKSLASH) before -= 1
    if ((at - before) % 2 === 1) return at + 1
  }
}

const endOfValue = (text: string, start: number): number => {
  const first = text.charCodeAt(start)
  if (first === QUOTE) return endOfString(text, start)
  if (first === 0x7b || first === 0x5b) return endOfContainer(text, start)
  let at = start
  while (at < text.length && !isDelimiter(text.charCodeAt(at))) at += 1
  return at
}

const isDelimiter = (code: number): boolean => code === 0x2c || code === 0x7d || code === 0x5d || code <= 0x20

const endOfContainer = (text: string, start: number): number => {
  let depth = 0
  let containers = 0
  let at = start
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
      continue
    }
    if (code === 0x7b || code === 0x5b) {
      depth += 1
      containers += 1
      if (depth > MAX_DEPTH || containers > MAX_CONTAINERS) return TOO_DEEP
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1
      if (depth === 0) return at + 1
    }
    at += 1
  }
  return -1
}

/** A key may be written with escapes (`"mod\u0065l"`): what counts is what it spells. */
const readKey = (quoted: string): string => {
  if (!quoted.includes('\\')) return Buffer.from(quoted.slice(1, -1), 'latin1').toString()
  try {
    return String(JSON.parse(quoted))
  } catch {
    return quoted
  }
}
