/** Units behind a match that its lookaheads may read. */
export const LOOKAHEAD = 2

/** Where an open-ended repetition (`*`, `+`, `{2,}`) stops, and where one of a group that holds another does. */
const LONGEST_RUN = 200
const LONGEST_NESTED_RUN = 5

/**
 * Turns a regular expression R into one that matches every unfinished match of R: a beginning at which the text so far could still become
 * a match (or lengthen one) if more text came. Each atom `a` becomes `(?:a|$)`, and the end of the text must be reached:
 *
 *     \d{3}-\d{4}   ->   (?:\d|$){3}(?:-|$)(?:\d|$){4}$
 *
 * The leftmost such beginning is where a stream has to hold back; everything before it is final. Negative lookarounds are kept as they
 * are (a match that looks past its end is held back by `LOOKAHEAD`); a positive lookahead, which may stand only at the end of an
 * alternative, is read as part of the match: it may be unfinished too.
 * The result is written for JavaScript and RE2 alike.
 */
export const partialSource = (source: string): string =>
  `(?:${rewrite(
    source,
    (atom) => `(?:${atom}|$)`,
    (quantifier) => quantifier,
  )})$`

/** The same expression with every repetition bounded, so that a match has a greatest length. */
export const boundedSource = (source: string): string => rewrite(source, (atom) => atom, bounded)

const bounded = (quantifier: string, of: string): string => {
  const open = /^(?:([*+])|\{(\d+),\})(\?)?$/.exec(quantifier)
  if (!open) return quantifier
  const least = open[2] ?? (open[1] === '*' ? '0' : '1')
  const most = of.endsWith(')') && of.includes(`,${LONGEST_RUN}}`) ? LONGEST_NESTED_RUN : LONGEST_RUN
  return `{${least},${most}}${open[3] ?? ''}`
}

type AtomRule = (atom: string) => string
/** `of` is what the quantifier repeats, already rewritten. */
type QuantifierRule = (quantifier: string, of: string) => string

const rewrite = (source: string, atomRule: AtomRule, quantifierRule: QuantifierRule): string => {
  let out = ''
  for (let at = 0; at < source.length; ) {
    const [part, length] = partAt(source, at, atomRule, quantifierRule)
    at += length
    const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(source.slice(at))?.[0] ?? ''
    out += part + (quantifier && quantifierRule(quantifier, part))
    at += quantifier.length
  }
  return out
}

const partAt = (source: string, at: number, atomRule: AtomRule, quantifierRule: QuantifierRule): readonly [text: string, length: number] => {
  const char = source[at]!
  if (char === '|' || char === '^' || char === '$') return [char, 1]
  if (char !== '(') {
    const atom = atomAt(source, at)
    return [atomRule(atom), atom.length]
  }
  const opening = /^\((?:\?(?:<[=!]|P?<[A-Za-z_]\w*>|[=!:]))?/.exec(source.slice(at))![0]
  const end = groupEnd(source, at)
  const inner = source.slice(at + opening.length, end)
  const length = end + 1 - at
  if (opening === '(?!' || opening === '(?<=' || opening === '(?<!') return [source.slice(at, end + 1), length]
  return [`(?:${rewrite(inner, atomRule, quantifierRule)})`, length]
}

/** One atom: an escape, a class, or a single code point. */
const atomAt = (source: string, at: number): string => {
  if (source[at] === '[') return source.slice(at, classEnd(source, at) + 1)
  if (source[at] !== '\\') return String.fromCodePoint(source.codePointAt(at)!)
  const escaped = /^\\(?:[pP]\{[^}]*\}|[pP][A-Z]|[xu]\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/su.exec(source.slice(at))
  if (!escaped) throw new SyntaxError('the pattern ends in a lone backslash')
  return escaped[0]
}

/** A `]` that stands first, or first behind `^`, is a literal (RE2); our own patterns never write that. */
const classEnd = (source: string, at: number): number => {
  const first = source[at + 1] === '^' ? at + 2 : at + 1
  for (let i = first; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source.startsWith('[:', i) && source.indexOf(':]', i) > i) i = source.indexOf(':]', i) + 1
    else if (source[i] === ']' && i > first) return i
  }
  throw new SyntaxError('the pattern has a class that does not end')
}

const groupEnd = (source: string, at: number): number => {
  let depth = 0
  for (let i = at; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === '[') i = classEnd(source, i)
    else if (source[i] === '(') depth++
    else if (source[i] === ')' && --depth === 0) return i
  }
  throw new SyntaxError('the pattern has a group that does not end')
}
