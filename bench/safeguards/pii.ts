import { compilePolicy } from '../../src/safeguards/compile.ts'
import { type Inspected, inspect, inspectText } from '../../src/safeguards/inspect.ts'
import { type PiiKind, SafeguardPolicy } from '../../src/safeguards/model.ts'
import type { SecondStage } from '../../src/safeguards/second-stage.ts'
import type { BenchResult } from '../run.ts'
import { evaluationOf, readRows } from './data.ts'

/** The data's names of kinds, and ours. A date of birth is a date too. */
const STRUCTURED: Readonly<Record<string, readonly PiiKind[]>> = {
  EMAIL_ADDRESS: ['email'],
  PHONE_NUMBER: ['phone'],
  CREDIT_CARD: ['card'],
  IBAN_CODE: ['iban'],
  US_SSN: ['us-ssn'],
  IP_ADDRESS: ['ip'],
  URL: ['url'],
  AGE: ['age'],
  DATE_TIME: ['date', 'date-of-birth'],
  NRP: ['nrp'],
  ADDRESS: ['address'],
  ZIP_CODE: ['postal-code'],
}
const NAMES: Readonly<Record<string, readonly PiiKind[]>> = { PERSON: ['person'], LOCATION: ['location'], ORGANIZATION: ['organization'] }

const SYNTHETIC = ['presidio_synth_v2', 'presidio_templates_filled']

type Span = { start: number; end: number; type: string }
type Found = Pick<Inspected, 'findings'>['findings']
type Counts = { wanted: number; hit: number; found: number; right: number }

/** The data counts code points, we count UTF-16 units. */
const unitOffsets = (text: string): number[] => {
  const offsets = [0]
  for (const char of text) offsets.push(offsets.at(-1)! + char.length)
  return offsets
}

const overlap = (a: { start: number; end: number }, b: { start: number; end: number }): boolean => a.start < b.end && b.start < a.end

const count = (
  counts: Map<string, Counts>,
  kinds: Readonly<Record<string, readonly PiiKind[]>>,
  text: string,
  spans: readonly Span[],
  findings: Found,
) => {
  const offsets = unitOffsets(text)
  for (const [type, ours] of Object.entries(kinds)) {
    const wanted = spans.filter((span) => span.type === type).map(({ start, end }) => ({ start: offsets[start]!, end: offsets[end]! }))
    const found = findings.filter(({ kind }) => ours.some((name) => name === kind)).map(({ span }) => span)
    const entry = counts.get(type) ?? { wanted: 0, hit: 0, found: 0, right: 0 }
    counts.set(type, entry)
    entry.wanted += wanted.length
    entry.hit += wanted.filter((span) => found.some((one) => overlap(one, span))).length
    entry.found += found.length
    entry.right += found.filter((one) => wanted.some((span) => overlap(one, span))).length
  }
}

const figuresOf = ({ wanted, hit, found, right }: Counts, weight: number) => {
  const precision = found === 0 ? 0 : right / found
  const recall = wanted === 0 ? 0 : hit / wanted
  const both = precision + recall === 0 ? 0 : ((1 + weight * weight) * precision * recall) / (weight * weight * precision + recall)
  return [wanted, precision.toFixed(3), recall.toFixed(3), both.toFixed(3)]
}

const policyFor = (kinds: readonly PiiKind[]) =>
  compilePolicy(SafeguardPolicy.parse({ input: [{ detector: 'pii', action: 'flag', options: { kinds } }] }), 'bench')!

export const measurePii = (folder: string): BenchResult => {
  const compiled = policyFor([...new Set(Object.values(STRUCTURED).flat())])
  const rows: (string | number)[][] = []
  for (const source of SYNTHETIC) {
    const counts = new Map<string, Counts>()
    const texts = readRows<{ text: string; spans: Span[] }>(folder, 'pii', source)
    const before = process.cpuUsage()
    const found = texts.map(({ text }) => inspectText(compiled, 'input', text).findings)
    const { user, system } = process.cpuUsage(before)
    for (const [at, { text, spans }] of texts.entries()) count(counts, STRUCTURED, text, spans, found[at]!)
    for (const [type, entry] of counts) if (entry.wanted > 0) rows.push([source, type, ...figuresOf(entry, 2)])
    rows.push([source, `mean CPU microseconds a text: ${Math.round((user + system) / texts.length)}`, '', '', '', ''])
  }
  return {
    title: 'Personal data: kinds of a shape, by overlapping span',
    columns: ['data', 'kind', 'spans', 'precision', 'recall', 'F2'],
    rows,
    notes: [
      'Synthetic English text, looked at while the rules were written: a development figure. Presidio on the same texts: bench/safeguards/presidio.py.',
    ],
  }
}

/** Through both stages, as a policy does it. What training had not seen is in the second table. */
export const measureNames = async (folder: string, secondStage: SecondStage, isQuick: boolean): Promise<readonly BenchResult[]> => {
  const compiled = policyFor(['person', 'location', 'organization', 'address'])
  const rows: (string | number)[][] = []
  for (const source of [...SYNTHETIC, 'wnut17', 'sec_filings']) {
    const counts = new Map<string, Counts>()
    const all = readRows<{ text: string; spans: Span[] }>(folder, 'pii', source)
    const texts = all.filter((_, at) => at % (isQuick ? 20 : 5) === 0)
    const before = process.cpuUsage()
    const found = []
    for (const { text } of texts) found.push((await inspect(compiled, 'input', text, 'user', { secondStage })).findings)
    const { user, system } = process.cpuUsage(before)
    for (const [at, { text, spans }] of texts.entries()) count(counts, NAMES, text, spans, found[at]!)
    for (const [type, entry] of counts) rows.push([source, type, ...figuresOf(entry, 1)])
    rows.push([source, `mean CPU microseconds a text: ${Math.round((user + system) / texts.length)}`, '', '', '', ''])
  }
  const columns = ['data', 'kind', 'spans', 'precision', 'recall', 'F1']
  const { unseen, trained_without } = evaluationOf<NameEvaluation>('ner')
  return [
    {
      title: 'Names through both stages, by overlapping span',
      columns,
      rows,
      notes: ['Training has seen these texts: it says that the product does what training measured.'],
    },
    {
      title: 'Names in sources that training had not seen, all kinds together, by overlapping span',
      columns: ['data', 'least probability', 'spans', 'precision', 'recall', 'F1', 'F1 of exact spans'],
      rows: Object.entries(unseen).flatMap(([source, thresholds]) =>
        Object.entries(thresholds).map(([threshold, { spans, precision, recall, f1, f1_exact }]) => [
          source,
          threshold,
          spans,
          ...[precision, recall, f1, f1_exact].map((figure) => figure.toFixed(3)),
        ]),
      ),
      notes: [`Trained without ${trained_without.join(', ')}: on silver and made-up sentences alone.`],
    },
  ]
}

type NameEvaluation = {
  trained_without: string[]
  unseen: Record<string, Record<string, { spans: number; precision: number; recall: number; f1: number; f1_exact: number }>>
}

export const groundingFigures = (): BenchResult => {
  const { by_source, mean_auc } = evaluationOf<{
    by_source: { source: string; grounded: number; hallucinated: number; auc: number; recall_at_5pct_fpr: number; balanced_accuracy: number }[]
    mean_auc: number
  }>('grounding')
  return {
    title: 'Grounding, leave-one-source-out',
    columns: ['source left out', 'grounded', 'hallucinated', 'AUC', 'recall at 5 % FPR', 'balanced accuracy'],
    rows: [
      ...by_source.map((row) => [
        row.source,
        row.grounded,
        row.hallucinated,
        row.auc.toFixed(3),
        row.recall_at_5pct_fpr.toFixed(3),
        row.balanced_accuracy.toFixed(3),
      ]),
      ['mean', '', '', mean_auc.toFixed(3), '', ''],
    ],
    notes: ['Each whole source was left out of training. adversarialqa_swapped: the wrong answer is another span of the same passage.'],
  }
}
