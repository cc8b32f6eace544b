/**
 * BERT's uncased WordPiece, with the place of each token in the text: the same tokens as the Hugging Face tokenizer that the encoder was trained
 * with (a test compares them). Words are lower-cased, without accents; each CJK character and each punctuation mark is a word of its own.
 */
export type Tokens = {
  readonly ids: Int32Array
  /** UTF-16 offsets in the text as it was given. */
  readonly starts: Int32Array
  readonly ends: Int32Array
}

export type Vocabulary = {
  readonly ids: ReadonlyMap<string, number>
  readonly longest: number
  readonly unknown: number
  readonly cls: number
  readonly sep: number
}

/** One piece a line; the line is its id. */
export const readVocabulary = (lines: string): Vocabulary => {
  const ids = new Map(lines.split('\n').flatMap((line, id) => (line === '' ? [] : [[line.trimEnd(), id] as const])))
  const idOf = (piece: string): number => {
    const id = ids.get(piece)
    if (id === undefined) throw new Error(`the vocabulary has no ${piece}`)
    return id
  }
  const longest = [...ids.keys()].reduce((most, piece) => Math.max(most, piece.length), 0)
  return { ids, longest, unknown: idOf('[UNK]'), cls: idOf('[CLS]'), sep: idOf('[SEP]') }
}

/** A longer word is one unknown token, as in BERT: it also bounds the search for its pieces. */
const LONGEST_WORD = 100

const DROPPED = /^(?:\ufffd|\p{Cc}|\p{Cf}|\p{Co}|\p{Cs})$/u
const BLANK = /^[\t\n\r\p{Zs}\u2028\u2029\u0085]$/u
const PUNCTUATION = /^[\p{P}$+<=>^`|~]$/u
const CJK =
  /^[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]$/u

/** What a code point reads as: nothing, a space, a mark that is a word alone, or letters. */
type Reading = { readonly kind: 'dropped' | 'blank' | 'alone' | 'letters'; readonly text: string }

const readCodePoint = (char: string): Reading => {
  if (BLANK.test(char)) return { kind: 'blank', text: ' ' }
  if (DROPPED.test(char)) return { kind: 'dropped', text: '' }
  const text = char
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
  if (text === '') return { kind: 'dropped', text }
  return { kind: PUNCTUATION.test(text) || CJK.test(char) ? 'alone' : 'letters', text }
}

/** Bounded by Unicode; in practice some hundred entries. */
const readings = new Map<number, Reading>()

const readingOf = (codePoint: number): Reading => {
  const known = readings.get(codePoint)
  if (known) return known
  const reading = readCodePoint(String.fromCodePoint(codePoint))
  readings.set(codePoint, reading)
  return reading
}

/** At most `limit` tokens, without [CLS] and [SEP]. */
export const tokenise = (vocabulary: Vocabulary, text: string, limit = Number.POSITIVE_INFINITY): Tokens => {
  const ids: number[] = []
  const starts: number[] = []
  const ends: number[] = []
  let word = ''
  /** Of each unit of the word, where the code point that it came from starts and ends. */
  let from: number[] = []
  let to: number[] = []

  const add = (id: number, start: number, end: number) => {
    ids.push(id)
    starts.push(start)
    ends.push(end)
  }

  const endWord = () => {
    if (word === '') return
    const pieces = [...word].length > LONGEST_WORD ? null : piecesOf(vocabulary, word)
    if (pieces === null) add(vocabulary.unknown, from[0]!, to[word.length - 1]!)
    else for (const { id, start, end } of pieces) add(id, from[start]!, to[end - 1]!)
    word = ''
    from = []
    to = []
  }

  const letters = (reading: string, start: number, end: number) => {
    word += reading
    for (let unit = 0; unit < reading.length; unit++) {
      from.push(start)
      to.push(end)
    }
  }

  for (let at = 0; at < text.length && ids.length < limit; ) {
    const codePoint = text.codePointAt(at)!
    const end = at + (codePoint > 0xffff ? 2 : 1)
    const { kind, text: reading } = readingOf(codePoint)
    if (kind === 'blank') endWord()
    else if (kind === 'alone') {
      endWord()
      letters(reading, at, end)
      endWord()
    } else if (kind === 'letters') letters(reading, at, end)
    at = end
  }
  if (ids.length < limit) endWord()
  const count = Math.min(ids.length, limit)
  return { ids: Int32Array.from(ids.slice(0, count)), starts: Int32Array.from(starts.slice(0, count)), ends: Int32Array.from(ends.slice(0, count)) }
}

type Piece = { readonly id: number; readonly start: number; readonly end: number }

/** Greedily the longest piece first; null when some part of the word is none. */
const piecesOf = ({ ids, longest }: Vocabulary, word: string): Piece[] | null => {
  const pieces: Piece[] = []
  for (let start = 0; start < word.length; ) {
    const head = start === 0 ? '' : '##'
    let end = Math.min(word.length, start + longest)
    let id: number | undefined
    while (end > start) {
      id = ids.get(head + word.slice(start, end))
      if (id !== undefined) break
      end--
    }
    if (id === undefined) return null
    pieces.push({ id, start, end })
    start = end
  }
  return pieces
}
