/** A stand-in for the transformer, with a detector that asks it, and the ways in which either goes wrong. */
import type { Encoder, TokenSpan } from '../../src/safeguards/classifiers/encoder/encoder.ts'
import { passagesOf } from '../../src/safeguards/classifiers/windows.ts'
import { type CompiledPolicy, type CompiledScanner, rulesOf } from '../../src/safeguards/compile.ts'
import type { Scanner } from '../../src/safeguards/detectors/detector.ts'
import type { Rule } from '../../src/safeguards/model.ts'

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export interface FakeEncoder extends Encoder {
  asked: number
  queued: number
  answers: 'names' | 'nothing' | 'error' | 'never'
  delayMs: number
  signals: AbortSignal[]
}

/** Takes every "Jane", "Ahmed" and "Zoë" for a person, and what mentions a harbour for something else than what does not. */
export const fakeEncoder = (changes: Partial<Pick<FakeEncoder, 'answers' | 'delayMs' | 'queued'>> = {}): FakeEncoder => {
  const tag = (text: string): readonly TokenSpan[] =>
    [...text.matchAll(/\b(?:Jane|Ahmed|Zoë)\b/gu)].map(({ index, 0: name }) => ({
      start: index,
      end: index + name.length,
      kind: 'person',
      score: 0.9,
    }))
  const work = async (texts: readonly string[], signal?: AbortSignal): Promise<void> => {
    encoder.asked += texts.length
    if (signal !== undefined) encoder.signals.push(signal)
    if (encoder.delayMs > 0) await wait(encoder.delayMs)
    if (encoder.answers === 'error') throw new Error('the worker is gone')
    if (encoder.answers === 'never') await new Promise(() => {})
  }
  const encoder: FakeEncoder = {
    asked: 0,
    queued: 0,
    answers: 'names',
    delayMs: 0,
    signals: [],
    ...changes,
    classify: async (_, texts) => texts.map(() => [0]),
    embed: async (texts, signal) => {
      await work(texts, signal)
      return texts.map((text) => new Float32Array(384).fill(1, text.includes('harbour') ? 0 : 1, text.includes('harbour') ? 1 : 2))
    },
    tag: async (texts, signal) => {
      await work(texts, signal)
      return encoder.answers === 'nothing' ? texts.map(() => []) : texts.map(tag)
    },
    labelsOf: () => ['attack'],
    get load() {
      return { queued: encoder.queued, capacity: 8 }
    },
    close: async () => {},
  }
  return encoder
}

/** Names, passage by passage: the first stage knows only that a passage has a capital letter, and takes `Jane Doe` for a name by itself. */
export const namesScanner: Scanner = {
  reads: 'raw',
  mayMatch: (text) => /\p{Lu}/u.test(text),
  scan: (text, from, complete) => {
    const { passages, settled } = passagesOf(text, from, complete)
    const matches = passages
      .filter(({ start, end }) => /\p{Lu}/u.test(text.slice(start, end)))
      .map(({ start, end }) => ({ start, end, kind: 'name', confidence: 0.5, uncertain: { alone: text.slice(start, end).includes('Jane Doe') } }))
    return { matches, settled }
  },
  refine: async (text, candidates, encoder, signal) => {
    const tagged = await encoder.tag(
      candidates.map(({ start, end }) => text.slice(start, end)),
      signal,
    )
    return candidates.flatMap((candidate, at) =>
      (tagged[at] ?? []).map(({ start, end, kind, score }) => ({
        start: candidate.start + start,
        end: candidate.start + end,
        kind,
        confidence: score,
      })),
    )
  },
}

export const compiledScanner = (rule: Partial<Rule>, scanner: Scanner = namesScanner, order = 0): CompiledScanner => {
  const whole = { detector: 'pii', action: 'mask', mode: 'enforce', options: {}, ...rule } as Rule
  const { action, on_failure = action === 'flag' || action === 'allow' ? 'open' : 'closed' } = whole
  return { rule: whole, scanner, order, failed: { ...whole, action: on_failure === 'closed' ? 'block' : 'flag' }, shed: { ...whole, action: 'flag' } }
}

/** The same rules both ways. */
export const policyOfScanners = (...scanners: readonly CompiledScanner[]): CompiledPolicy => {
  const rules = rulesOf(
    scanners.map((entry, order) => ({ ...entry, order })),
    'sha256:fake',
  )
  return { digest: 'sha256:fake', input: rules, output: rules, uninspected: 'pass' }
}
