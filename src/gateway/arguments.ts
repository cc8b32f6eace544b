/**
 * The arguments of a tool call are JSON, and come in pieces like any text. Safeguards read what the tool will read: each string by itself,
 * its escapes undone, so that `jane\u0040example.org` is an address and a mask never breaks the JSON around it. What comes out is written
 * anew: the same structure, strings escaped again, a number that had to be masked as a string. Text that is no JSON is read as it stands.
 */
import { followed, mapped, type Release, type StreamFilter } from '#safeguards/hot'

/** `filterOf` makes one filter for each string or number. */
export const createArgumentsFilter = (filterOf: () => StreamFilter): StreamFilter => {
  let state: 'start' | 'plain' | 'outside' | 'number' | 'string' = 'start'
  let filter: StreamFilter | null = null
  /** A number so far, or an escape that has not ended. */
  let held = ''
  let todo = ''

  const inner = (): StreamFilter => {
    filter ??= filterOf()
    return filter
  }

  const close = (change: (text: string) => string): Release => {
    const ended = filter === null ? NOTHING : mapped(filter.end(), change)
    filter = null
    return ended
  }

  const number = (): Release => {
    const literal = held
    held = ''
    state = 'outside'
    if (/^(?:true|false|null)?$/.test(literal)) return text(literal)
    const single = filterOf()
    return asLiteral(literal, followed(single.push(literal), single.end))
  }

  const start = (): Release => {
    const at = todo.search(/\S/)
    if (at === -1) return NOTHING
    state = '{["'.includes(todo[at] ?? '') ? 'outside' : 'plain'
    return NOTHING
  }

  const plain = (): Release => {
    const piece = todo
    todo = ''
    return inner().push(piece)
  }

  /** Up to the next string or number: structure and white space, which no safeguard has to read. */
  const outside = (): Release => {
    const at = todo.search(VALUE)
    const piece = at === -1 ? todo : todo.slice(0, at)
    todo = at === -1 ? '' : todo.slice(at)
    if (at === -1) return text(piece)
    if (todo[0] !== '"') {
      state = 'number'
      return text(piece)
    }
    state = 'string'
    todo = todo.slice(1)
    return text(`${piece}"`)
  }

  const inNumber = (): Release => {
    const at = todo.search(NUMBER_END)
    held += at === -1 ? todo : todo.slice(0, at)
    todo = at === -1 ? '' : todo.slice(at)
    return at === -1 ? NOTHING : number()
  }

  const inString = (): Release => {
    const all = held + todo
    held = ''
    const { decoded, length, isClosed } = readString(all)
    todo = all.slice(length)
    // Half a character waits for its other half, or it would go out as an escape of its own.
    const whole = isClosed || !/[\ud800-\udbff]$/.test(decoded) ? decoded : decoded.slice(0, -1)
    if (!isClosed) {
      held = decoded.slice(whole.length) + todo
      todo = ''
    }
    const read = whole === '' ? NOTHING : mapped(inner().push(whole), escaped)
    if (!isClosed) return read
    state = 'outside'
    return followed(
      followed(read, () => close(escaped)),
      () => text('"'),
    )
  }

  const step = (): Release => {
    switch (state) {
      case 'start':
        return start()
      case 'plain':
        return plain()
      case 'outside':
        return outside()
      case 'number':
        return inNumber()
      case 'string':
        return inString()
    }
  }

  const run = (): Release => {
    let emit = ''
    const findings: Release['findings'][number][] = []
    // Inside `start`, white space alone decides nothing yet.
    while (todo !== '' && !(state === 'start' && todo.trim() === '')) {
      const release = step()
      emit += release.emit
      findings.push(...release.findings)
      if (release.blocked) return { emit, findings, blocked: true }
      if (release.rest !== undefined) return { emit, findings, blocked: false, rest: release.rest.then((rest) => followed(rest, run)) }
    }
    return { emit, findings, blocked: false }
  }

  const end = (): Release => {
    switch (state) {
      case 'start':
        return text(todo)
      case 'plain':
        return close((piece) => piece)
      case 'outside':
        return NOTHING
      case 'number':
        return number()
      case 'string': {
        // An escape that never ended is text like any other.
        const rest = held
        held = ''
        const read = rest === '' ? NOTHING : mapped(inner().push(rest), escaped)
        return followed(read, () => close(escaped))
      }
    }
  }

  return {
    push: (piece) => {
      todo += piece
      return run()
    },
    end,
  }
}

const NOTHING: Release = Object.freeze({ emit: '', findings: [], blocked: false })
const text = (emit: string): Release => ({ emit, findings: [], blocked: false })

const VALUE = /[^\s{}[\],:]/
const NUMBER_END = /[\s{}[\],:"]/

const escaped = (piece: string): string => (piece === '' ? '' : JSON.stringify(piece).slice(1, -1))

/** A number that a safeguard changed is one no more. */
const asLiteral = (literal: string, release: Release): Release => {
  if (release.rest !== undefined) {
    const before = release.emit
    return { ...release, emit: '', rest: release.rest.then((rest) => asLiteral(literal, { ...rest, emit: before + rest.emit })) }
  }
  return release.blocked || release.emit === literal
    ? { ...release, emit: release.blocked ? '' : literal }
    : { ...release, emit: JSON.stringify(release.emit) }
}

const PLAIN = /[^"\\]*/y
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', '/': '/' }

/** What a string says, up to its quote or to an escape that has not ended. */
const readString = (raw: string): { readonly decoded: string; readonly length: number; readonly isClosed: boolean } => {
  let decoded = ''
  for (let at = 0; ; ) {
    PLAIN.lastIndex = at
    const piece = PLAIN.exec(raw)?.[0] ?? ''
    decoded += piece
    at += piece.length
    if (at === raw.length) return { decoded, length: at, isClosed: false }
    if (raw[at] === '"') return { decoded, length: at + 1, isClosed: true }
    const unit = escapeAt(raw, at)
    if (unit === null) return { decoded, length: at, isClosed: false }
    decoded += unit.decoded
    at += unit.length
  }
}

/** null: more must come. What is no escape stands for itself. */
const escapeAt = (raw: string, at: number): { readonly decoded: string; readonly length: number } | null => {
  const letter = raw[at + 1]
  if (letter === undefined) return null
  const single = ESCAPES[letter]
  if (single !== undefined) return { decoded: single, length: 2 }
  if (letter !== 'u') return { decoded: raw.slice(at, at + 2), length: 2 }
  const digits = raw.slice(at + 2, at + 6)
  if (/^[0-9a-fA-F]{4}$/.test(digits)) return { decoded: String.fromCharCode(Number.parseInt(digits, 16)), length: 6 }
  return /^[0-9a-fA-F]{0,3}$/.test(digits) && at + 2 + digits.length === raw.length ? null : { decoded: '\\u', length: 2 }
}
