import type { TokenSpan } from './protocol.ts'
import { continuesWord } from './shapes.ts'
import type { Tokens } from './tokenise.ts'

const KINDS = ['person', 'location', 'organization', 'address'] as const

/** Which of the kinds each label begins or goes on with: `O`, `B-person`, `I-person`, … */
type Tag = { readonly kind: number; readonly begins: boolean }
const tagOf = (label: string): Tag => ({ kind: KINDS.findIndex((kind) => label.endsWith(`-${kind}`)), begins: label.startsWith('B-') })

type OpenSpan = { start: number; end: number; kind: number; sum: number; count: number }

/**
 * Of one window's tokens: each word has the kind that its pieces together find likeliest, and words of one kind join to a span. `logits` has a row for
 * [CLS] before them and one for [SEP] behind; `shapes` a number a token.
 */
export const spansOf = (
  labels: readonly string[],
  logits: Float32Array,
  tokens: Tokens,
  shapes: Int32Array,
  first: number,
  last: number,
): TokenSpan[] => {
  const tags = labels.map(tagOf)
  const spans: OpenSpan[] = []
  let open: OpenSpan | undefined
  for (let token = first; token < last; ) {
    let next = token + 1
    while (next < last && continuesWord(shapes[next]!)) next++
    const { kind, begins, probability } = bestOf(tags, logits, token - first + 1, next - first + 1)
    const end = tokens.ends[next - 1]!
    if (kind < 0) open = undefined
    else if (open && open.kind === kind && !begins) {
      open.end = end
      open.sum += probability
      open.count++
    } else {
      open = { start: tokens.starts[token]!, end, kind, sum: probability, count: 1 }
      spans.push(open)
    }
    token = next
  }
  return spans.map(({ start, end, kind, sum, count }) => ({ start, end, kind: KINDS[kind]!, score: sum / count }))
}

/** The mean of the rows from `from` to `to`, as probabilities; the beginning and the rest of a kind are one answer to what it is. */
const bestOf = (tags: readonly Tag[], logits: Float32Array, from: number, to: number): Tag & { readonly probability: number } => {
  const mean = tags.map((_, tag) => {
    let sum = 0
    for (let row = from; row < to; row++) sum += logits[row * tags.length + tag]!
    return sum / (to - from)
  })
  const highest = Math.max(...mean)
  const shares = mean.map((logit) => Math.exp(logit - highest))
  const total = shares.reduce((sum, share) => sum + share, 0)
  const outside = shares[tags.findIndex(({ kind }) => kind < 0)]! / total
  let best = { kind: -1, begins: false, probability: outside }
  for (let kind = 0; kind < KINDS.length; kind++) {
    const begin = shares[tags.findIndex((tag) => tag.kind === kind && tag.begins)]! / total
    const rest = shares[tags.findIndex((tag) => tag.kind === kind && !tag.begins)]! / total
    if (begin + rest > best.probability) best = { kind, begins: begin > rest, probability: begin + rest }
  }
  return best
}
