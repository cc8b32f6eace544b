import type { Encoder } from './classifiers/encoder/encoder.ts'
import type { CompiledScanner } from './compile.ts'
import type { Match } from './detectors/detector.ts'

/** How a look of the second stage ended. `overloaded`: it was not asked, so that the process keeps answering. */
export type Outcome = 'done' | 'failed' | 'late' | 'unavailable' | 'resting' | 'overloaded' | 'abandoned'

export interface Refined {
  readonly matches: readonly Match[]
  readonly outcome: Outcome
  /** Why it failed or is not available. */
  readonly error?: unknown
}

/**
 * The transformer behind the detectors of the first stage. It never rejects: what goes wrong is an outcome, and the rule says what that means
 * for the text. Each detector has a breaker of its own: after `FAILURES` in a row it rests for `REST_MS`, then one look tries again.
 */
export interface SecondStage {
  refine(scanner: CompiledScanner, text: string, candidates: readonly Match[], signal?: AbortSignal): Promise<Refined>
  /** Opens the encoder, or throws why it cannot be opened. */
  ready(): Promise<void>
  /** One listener, for metrics and the log. */
  observe(listener: (look: { readonly detector: string; readonly outcome: Outcome; readonly seconds: number; readonly error: unknown }) => void): void
  close(): Promise<void>
}

const FAILURES = 5
const REST_MS = 10_000
const DEADLINE_MS = 1_000
interface Breaker {
  failures: number
  restsUntilMs: number
  isTrying: boolean
}

export interface SecondStageOptions {
  readonly open: () => Promise<Encoder>
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number
}

export const createSecondStage = ({ open, nowMs = () => performance.now() }: SecondStageOptions): SecondStage => {
  let opening: Promise<Encoder> | null = null
  let report: Parameters<SecondStage['observe']>[0] = () => {}
  const breakers = new Map<string, Breaker>()

  const encoder = (): Promise<Encoder> => {
    opening ??= open().catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }

  const breakerOf = (detector: string): Breaker => {
    let breaker = breakers.get(detector)
    if (breaker === undefined) {
      breaker = { failures: 0, restsUntilMs: 0, isTrying: false }
      breakers.set(detector, breaker)
    }
    return breaker
  }

  const look = async ({ rule, scanner }: CompiledScanner, text: string, candidates: readonly Match[], signal?: AbortSignal): Promise<Refined> => {
    const breaker = breakerOf(rule.detector)
    const isTrial = breaker.failures >= FAILURES
    if (isTrial && (breaker.isTrying || nowMs() < breaker.restsUntilMs)) return { matches: [], outcome: 'resting' }
    breaker.isTrying = isTrial
    const refined = await attempt(scanner, rule.deadline_ms ?? DEADLINE_MS, text, candidates, signal)
    breaker.isTrying = false
    if (refined.outcome === 'done') breaker.failures = 0
    else if (refined.outcome !== 'overloaded' && refined.outcome !== 'abandoned') {
      breaker.failures += 1
      breaker.restsUntilMs = nowMs() + REST_MS
    }
    return refined
  }

  const attempt = async (
    scanner: CompiledScanner['scanner'],
    deadlineMs: number,
    text: string,
    candidates: readonly Match[],
    signal?: AbortSignal,
  ): Promise<Refined> => {
    const stop = new AbortController()
    const bound = boundOf(deadlineMs, stop, signal)
    try {
      const opened = await Promise.race([encoder().catch(unavailable), bound.reached])
      if ('outcome' in opened) return opened
      const { queued, capacity } = opened.load
      if (queued >= capacity) return { matches: [], outcome: 'overloaded' }
      const found = await Promise.race([asked(scanner, text, candidates, opened, stop.signal), bound.reached])
      if ('outcome' in found) return found
      const stray = found.find((match) => !isInside(match, candidates))
      return stray === undefined
        ? { matches: found, outcome: 'done' }
        : failed(new TypeError(`a match of kind ${stray.kind} lies outside its candidates`))
    } finally {
      bound.clear()
      stop.abort()
    }
  }

  return {
    refine: async (scanner, text, candidates, signal) => {
      const startedMs = nowMs()
      const refined = await look(scanner, text, candidates, signal)
      report({ detector: scanner.rule.detector, outcome: refined.outcome, seconds: (nowMs() - startedMs) / 1_000, error: refined.error })
      return refined
    },
    ready: async () => {
      await encoder()
    },
    observe: (listener) => {
      report = listener
    },
    close: async () => {
      const opened = await opening?.catch(() => null)
      opening = null
      await opened?.close()
    },
  }
}

const failed = (error: unknown): Refined => ({ matches: [], outcome: 'failed', error })
const unavailable = (error: unknown): Refined => ({ matches: [], outcome: 'unavailable', error })

/** Resolves in any case: a detector may throw, at once or later. */
const asked = async (
  { refine }: CompiledScanner['scanner'],
  text: string,
  candidates: readonly Match[],
  encoder: Encoder,
  signal: AbortSignal,
): Promise<readonly Match[] | Refined> => {
  try {
    if (refine === undefined) throw new TypeError('a detector without a second stage has a candidate')
    return await refine(text, candidates, encoder, signal)
  } catch (error) {
    // A pool that fills up between the look at its load and the call.
    return error instanceof Error && error.name === 'EncoderBusy' ? { matches: [], outcome: 'overloaded' } : failed(error)
  }
}

/** Resolves, never rejects, when the time is up or the caller has gone. */
const boundOf = (deadlineMs: number, stop: AbortController, signal?: AbortSignal) => {
  let end: (outcome: 'late' | 'abandoned') => void = () => {}
  const reached = new Promise<Refined>((resolve) => {
    end = (outcome) => resolve({ matches: [], outcome })
  })
  const timer = setTimeout(() => {
    end('late')
    stop.abort()
  }, deadlineMs)
  const leave = (): void => {
    end('abandoned')
    stop.abort()
  }
  if (signal?.aborted === true) leave()
  else signal?.addEventListener('abort', leave, { once: true })
  const clear = (): void => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', leave)
  }
  return { reached, clear }
}

/** A match outside would be one that a stream may have let go by now. */
const isInside = (match: Match, candidates: readonly Match[]): boolean =>
  match.uncertain === undefined && match.start <= match.end && candidates.some(({ start, end }) => match.start >= start && match.end <= end)
