import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Pipeline } from '#monitoring/hot'
import { exposePipeline } from './pipeline-metrics.ts'

export interface Metrics {
  /** `code` is the contract's error code, or `ok`. */
  ended(endpoint: string, code: string, seconds: number): void
  tokens(endpoint: string, input: number, output: number): void
  /** From the last byte of the request to the hand-over to the provider: what the gateway itself costs. */
  overhead(seconds: number): void
  firstByte(seconds: number): void
  /** An exception where only values are expected: a bug of ours. */
  bug(): void
  /** A look of the safeguards' transformer: `done`, or why it decided nothing. */
  secondStage(detector: string, outcome: string, seconds: number): void
  /** A detector threw. */
  detectorFailed(detector: string): void
  expose(inFlight: number): Promise<{ readonly contentType: string; readonly text: string }>
}

const FAST = [0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05]
const SLOW = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

const LOOKS = [0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]

/** A small set with bounded labels: endpoints exist, and codes are a fixed list. */
export const createMetrics = (pipeline?: () => Pipeline): Metrics => {
  const registry = new Registry()
  if (pipeline !== undefined) exposePipeline(registry, pipeline)
  const registers = [registry]
  const calls = tally({ name: 'plimsoll_gateway_calls_total', help: 'Calls that ended.', labelNames: ['endpoint', 'code'], registers })
  const duration = new Histogram({ name: 'plimsoll_gateway_call_seconds', help: 'Duration of calls.', buckets: SLOW, registers })
  const overhead = new Histogram({
    name: 'plimsoll_gateway_overhead_seconds',
    help: 'Decisions before the provider is called.',
    buckets: FAST,
    registers,
  })
  const firstByte = new Histogram({ name: 'plimsoll_gateway_first_byte_seconds', help: 'First byte of streams.', buckets: SLOW, registers })
  const tokens = tally({ name: 'plimsoll_gateway_tokens_total', help: 'Tokens.', labelNames: ['endpoint', 'direction'], registers })
  const bugs = new Counter({ name: 'plimsoll_gateway_bugs_total', help: 'Exceptions on the hot path.', registers })
  const live = new Gauge({ name: 'plimsoll_gateway_calls_in_flight', help: 'Calls that have not ended.', registers })
  const looks = new Counter({
    name: 'plimsoll_safeguard_second_stage_total',
    help: 'Looks of the second stage, by how they ended.',
    labelNames: ['detector', 'outcome'],
    registers,
  })
  const lookSeconds = new Histogram({ name: 'plimsoll_safeguard_second_stage_seconds', help: 'Their duration.', buckets: LOOKS, registers })
  const failures = new Counter({ name: 'plimsoll_safeguard_failures_total', help: 'Detectors that threw.', labelNames: ['detector'], registers })
  return {
    ended: (endpoint, code, seconds) => {
      calls(endpoint, code, 1)
      duration.observe(seconds)
    },
    tokens: (endpoint, input, output) => {
      tokens(endpoint, 'input', input)
      tokens(endpoint, 'output', output)
    },
    overhead: (seconds) => overhead.observe(seconds),
    firstByte: (seconds) => firstByte.observe(seconds),
    bug: () => bugs.inc(),
    secondStage: (detector, outcome, seconds) => {
      looks.inc({ detector, outcome })
      lookSeconds.observe(seconds)
    },
    detectorFailed: (detector) => failures.inc({ detector }),
    expose: async (inFlight) => {
      live.set(inFlight)
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

/** A counter by two labels that costs a call two look-ups, and the reader the rest: `inc` with labels sorts and joins them each time. */
const tally = (options: {
  name: string
  help: string
  labelNames: readonly [string, string]
  registers: Registry[]
}): ((first: string, second: string, by: number) => void) => {
  const counts = new Map<string, Map<string, number>>()
  const [a, b] = options.labelNames
  new Counter({
    ...options,
    labelNames: [a, b],
    collect() {
      this.reset()
      for (const [first, inner] of counts) for (const [second, count] of inner) this.inc({ [a]: first, [b]: second }, count)
    },
  })
  return (first, second, by) => {
    let inner = counts.get(first)
    if (inner === undefined) {
      inner = new Map()
      counts.set(first, inner)
    }
    inner.set(second, (inner.get(second) ?? 0) + by)
  }
}
