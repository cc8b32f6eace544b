import type { TokenSpan } from './protocol.ts'
import type { Tokens } from './tokenise.ts'

const KINDS: ReadonlySet<string> = new Set(['person', 'location', 'organization'])
const isKind = (kind: string): kind is TokenSpan['kind'] => KINDS.has(kind)

/** Of one window's tokens: the best tag of each, joined to spans. `logits` has a row for [CLS] before them and one for [SEP] behind. */
export const spansOf = (labels: readonly string[], logits: Float32Array, tokens: Tokens, first: number, last: number): TokenSpan[] => {
  const spans: { start: number; end: number; kind: TokenSpan['kind']; sum: number; count: number }[] = []
  let open: (typeof spans)[number] | undefined
  for (let token = first; token < last; token++) {
    const { label, probability } = bestOf(labels, logits, (token - first + 1) * labels.length)
    const [place = 'O', kind = ''] = label.split('-', 2)
    if (!isKind(kind)) {
      open = undefined
      continue
    }
    const end = tokens.ends[token]!
    if (open && open.kind === kind && place !== 'B') {
      open.end = end
      open.sum += probability
      open.count++
    } else {
      open = { start: tokens.starts[token]!, end, kind, sum: probability, count: 1 }
      spans.push(open)
    }
  }
  return spans.map(({ start, end, kind, sum, count }) => ({ start, end, kind, score: sum / count }))
}

const bestOf = (labels: readonly string[], logits: Float32Array, at: number): { label: string; probability: number } => {
  let best = 0
  for (let label = 1; label < labels.length; label++) if (logits[at + label]! > logits[at + best]!) best = label
  let sum = 0
  for (let label = 0; label < labels.length; label++) sum += Math.exp(logits[at + label]! - logits[at + best]!)
  return { label: labels[best]!, probability: 1 / sum }
}
