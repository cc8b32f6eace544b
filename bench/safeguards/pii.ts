import { compilePolicy } from '../../src/safeguards/compile.ts'
import { inspectText } from '../../src/safeguards/inspect.ts'
import { type PiiKind, SafeguardPolicy } from '../../src/safeguards/model.ts'
import type { BenchResult } from '../run.ts'
import { readRows } from './data.ts'

/** The data's names of the kinds that need no knowledge of names and places. */
const KINDS: Readonly<Record<string, PiiKind>> = {
  EMAIL_ADDRESS: 'email',
  PHONE_NUMBER: 'phone',
  CREDIT_CARD: 'card',
  IBAN_CODE: 'iban',
  US_SSN: 'us-ssn',
  IP_ADDRESS: 'ip',
  URL: 'url',
}

type Span = { start: number; end: number; type: string }
type Counts = { found: number; missed: number; wrong: number }

/** The data counts code points, we count UTF-16 units. */
const unitOffsets = (text: string): number[] => {
  const offsets = [0]
  for (const char of text) offsets.push(offsets.at(-1)! + char.length)
  return offsets
}

const overlap = (a: { start: number; end: number }, b: { start: number; end: number }): boolean => a.start < b.end && b.start < a.end

export const measurePii = (folder: string): BenchResult => {
  const compiled = compilePolicy(
    SafeguardPolicy.parse({ input: [{ detector: 'pii', action: 'mask', options: { kinds: [...new Set(Object.values(KINDS))] } }] }),
    'bench',
  )!
  const rows: (string | number)[][] = []
  for (const source of ['presidio_synth_v2', 'presidio_templates_filled']) {
    const counts = new Map<string, Counts>()
    const count = (kind: string, what: keyof Counts) => {
      const entry = counts.get(kind) ?? { found: 0, missed: 0, wrong: 0 }
      entry[what]++
      counts.set(kind, entry)
    }
    for (const { text, spans } of readRows<{ text: string; spans: Span[] }>(folder, 'pii', source)) {
      const offsets = unitOffsets(text)
      const wanted = spans
        .filter(({ type }) => type in KINDS)
        .map(({ start, end, type }) => ({ start: offsets[start]!, end: offsets[end]!, kind: KINDS[type]! }))
      const { findings } = inspectText(compiled, 'input', text)
      for (const gold of wanted) count(gold.kind, findings.some(({ kind, span }) => kind === gold.kind && overlap(span, gold)) ? 'found' : 'missed')
      for (const { kind, span } of findings) if (!wanted.some((gold) => gold.kind === kind && overlap(span, gold))) count(kind, 'wrong')
    }
    for (const [kind, { found, missed, wrong }] of [...counts].sort()) {
      const precision = found / (found + wrong)
      const recall = found / (found + missed)
      rows.push([
        source,
        kind,
        found + missed,
        precision.toFixed(3),
        recall.toFixed(3),
        ((5 * precision * recall) / (4 * precision + recall)).toFixed(3),
      ])
    }
  }
  return {
    title: 'Personal data: structured kinds, by overlapping span',
    columns: ['data', 'kind', 'spans', 'precision', 'recall', 'F2'],
    rows,
    notes: [
      'Synthetic English text, looked at while the rules were written: a development figure. Names, places and organisations need a NER model, which is not here yet.',
    ],
  }
}
