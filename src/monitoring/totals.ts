import { isDefined, type QuantileState, quantileSketch, quantileSketchFrom } from '#statistics'
import { type InferenceEvent, outcomeOf } from './event.ts'

/** What one series saw in one step. Adding events and merging totals commute, so hours are made of minutes and queries of either. */
export interface Totals {
  requests: number
  /** Failures of the service, ours or the provider's. */
  errors: number
  /** Calls that a rule, a limit or a person's decision refused. */
  refusals: number
  /** Calls with an enforced block. */
  blocked: number
  findings: number
  input_tokens: number
  output_tokens: number
  cost_micros: number
  /** Calls that used tokens of unknown price. */
  unpriced: number
  /** Error code -> calls. */
  codes: Record<string, number>
  /** Of answered calls only: a flood of quick refusals must not hide slow answers. */
  latency_ms: QuantileState
  ttft_ms: QuantileState
}

/** Half a per cent, so that a quantile of merged sketches stays within one. */
const ACCURACY = 0.005
const emptySketch: QuantileState = quantileSketch(ACCURACY).toJSON()

export const emptyTotals = (): Totals => ({
  requests: 0,
  errors: 0,
  refusals: 0,
  blocked: 0,
  findings: 0,
  input_tokens: 0,
  output_tokens: 0,
  cost_micros: 0,
  unpriced: 0,
  codes: {},
  latency_ms: emptySketch,
  ttft_ms: emptySketch,
})

/** Adds into totals; sketches are opened once and written back by `done`. */
export const accumulate = (from: Totals = emptyTotals()) => {
  const totals: Totals = { ...from, codes: { ...from.codes } }
  const latency = quantileSketchFrom(from.latency_ms)
  const ttft = quantileSketchFrom(from.ttft_ms)

  const addEvent = (event: InferenceEvent): void => {
    totals.requests += 1
    const outcome = outcomeOf(event)
    if (outcome === 'failed') totals.errors += 1
    if (outcome === 'refused') totals.refusals += 1
    if (outcome === 'answered') {
      latency.add(event.latency_ms)
      if (event.ttft_ms !== null) ttft.add(event.ttft_ms)
    }
    totals.findings += event.findings.length
    if (event.findings.some((finding) => finding.enforced && finding.action === 'block')) totals.blocked += 1
    totals.input_tokens += event.input_tokens
    totals.output_tokens += event.output_tokens
    if (event.cost_micros !== null) totals.cost_micros += event.cost_micros
    else if (event.input_tokens + event.output_tokens > 0) totals.unpriced += 1
    if (event.code !== null) totals.codes[event.code] = (totals.codes[event.code] ?? 0) + 1
  }

  const merge = (other: Totals): void => {
    for (const name of COUNTS) totals[name] += other[name]
    for (const [code, count] of Object.entries(other.codes)) totals.codes[code] = (totals.codes[code] ?? 0) + count
    latency.merge(other.latency_ms)
    ttft.merge(other.ttft_ms)
  }

  return { addEvent, merge, done: (): Totals => ({ ...totals, latency_ms: latency.toJSON(), ttft_ms: ttft.toJSON() }) }
}

const COUNTS = ['requests', 'errors', 'refusals', 'blocked', 'findings', 'input_tokens', 'output_tokens', 'cost_micros', 'unpriced'] as const

/** The quantile, or null when nothing was measured. */
export const quantileOf = (state: QuantileState, p: number): number | null => {
  const result = quantileSketchFrom(state).quantile(p)
  return isDefined(result) ? result.value : null
}
