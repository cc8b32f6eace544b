/** A stretch of a text, in UTF-16 units. */
export type Stretch = { readonly start: number; readonly end: number }

/** A sentence is cut here at the latest: at a space, or in the middle of what has none. */
const LONGEST_SENTENCE = 300
/** A window takes sentences until it has this many units, so that one word is not judged alone; 160 found fewer orders buried in documents. */
const LEAST_WINDOW = 40

/** The whole of a short text; overlapping stretches of a longer one, so that what stands around an attack does not outweigh it. */
export const stretchesOf = (text: string): Stretch[] =>
  text.length <= LONGEST_WHOLE ? [{ start: 0, end: text.length }] : overlapping(text.length, STRETCH)

const LONGEST_WHOLE = 1600
const STRETCH = 1200

const overlapping = (length: number, size: number): Stretch[] => {
  const stretches: Stretch[] = []
  for (let start = 0; ; start += size / 2) {
    const end = Math.min(start + size, length)
    stretches.push({ start, end })
    if (end === length) return stretches
  }
}

const SENTENCE_END = /[.!?。！？…]["')\]]*\s|\n/

/**
 * Sentences by punctuation and line ends. Where a sentence ends depends on nothing behind the white space that follows it, so that a stream
 * is cut as the whole is. The last one may be unfinished.
 */
export const sentencesOf = (text: string): Stretch[] => {
  const sentences: Stretch[] = []
  for (let start = 0; start < text.length; start = sentences.at(-1)!.end) sentences.push({ start, end: sentenceEnd(text, start) ?? text.length })
  return sentences
}

/** Where the sentence that starts here ends; undefined while more text could still tell. */
const sentenceEnd = (text: string, start: number): number | undefined => {
  // No farther than it can matter: a text without an end would be searched whole for each of its stretches.
  const mark = SENTENCE_END.exec(text.slice(start, start + LONGEST_SENTENCE))
  if (mark) return start + mark.index + mark[0].length
  return text.length - start > LONGEST_SENTENCE ? cutAt(text, start) : undefined
}

/**
 * Passages without overlap, each of sentences until it has enough to be judged. What a passage is depends on nothing behind it: a stream has
 * the same ones as the whole. `settled` is where the first unfinished one starts.
 */
export const passagesOf = (text: string, from: number, complete: boolean, least = LEAST_WINDOW): { passages: Stretch[]; settled: number } => {
  const passages: Stretch[] = []
  let start = from
  for (let at = from; at < text.length; ) {
    const end = sentenceEnd(text, at) ?? (complete ? text.length : undefined)
    if (end === undefined) break
    if (end - start >= least || (complete && end === text.length)) {
      passages.push({ start, end })
      start = end
    }
    at = end
  }
  return { passages, settled: complete ? text.length : start }
}

const cutAt = (text: string, start: number): number => {
  const space = text.slice(start, start + LONGEST_SENTENCE).lastIndexOf(' ')
  return space > LONGEST_SENTENCE / 2 ? start + space + 1 : start + LONGEST_SENTENCE
}

/** Overlapping windows of whole sentences: each starts where the last one's second half begins. One window when the text is short. */
export const windowsOf = (text: string): Stretch[] => {
  const sentences = sentencesOf(text)
  const windows: Stretch[] = []
  let first = 0
  while (first < sentences.length) {
    let last = first
    while (last + 1 < sentences.length && sentences[last]!.end - sentences[first]!.start < LEAST_WINDOW) last++
    windows.push({ start: sentences[first]!.start, end: sentences[last]!.end })
    if (last === sentences.length - 1) break
    first = Math.max(first + 1, Math.ceil((first + last + 1) / 2))
  }
  return windows
}
