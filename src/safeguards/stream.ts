import { type CompiledPolicy, type CompiledScanner, laneFor, rulesFor } from './compile.ts'
import { CONTEXT, type Match } from './detectors/detector.ts'
import type { Tools } from './inspect.ts'
import type { Direction, Finding } from './model.ts'
import { fold, originalEnd, originalStart, rawView, type View, viewIndex } from './normalise/fold.ts'
import { byPlace, createReleaser, type Hit } from './release.ts'
import { decide, FAILURE, type ToOriginal } from './uncertain.ts'

/** What one step of a stream lets go. After `blocked` the filter is closed: nothing of the text goes out any more. */
export type Release = {
  readonly emit: string
  readonly findings: readonly Finding[]
  readonly blocked: boolean
  /** The second stage is looking at what comes next. It never rejects, and nothing may be pushed before it is there. */
  readonly rest?: Promise<Release>
}

export type StreamFilter = {
  readonly push: (text: string) => Release
  /** Nothing follows: what was held back is decided. */
  readonly end: () => Release
}

export interface StreamTools extends Tools {
  /** Hears what `async` rules find; `blocked`: the answer is to end here. The last call may come after the end of the stream. */
  readonly onBeside?: (found: { readonly findings: readonly Finding[]; readonly blocked: boolean }) => void
  /** Counts the second stage's looks that nobody waits for, so that the record can. */
  readonly onWork?: (work: Promise<unknown>) => void
}

/** Where a policy says nothing. */
export const PASSES: StreamFilter = {
  push: (text) => ({ emit: text, findings: [], blocked: false }),
  end: () => ({ emit: '', findings: [], blocked: false }),
}

/**
 * One filter for one message or choice. It emits only what no later text can turn into a match: the findings and the joined output are
 * the same however the text is cut, and the same as `inspect` gives for the whole.
 */
export const createStreamFilter = (compiled: CompiledPolicy, direction: Direction, tools: StreamTools = {}): StreamFilter => {
  const rules = rulesFor(compiled, direction)
  if (rules === null) return PASSES
  const { awaited, beside } = laneFor(rules, tools.part ?? 'message')
  const main = awaited.length === 0 ? PASSES : createFilter(rules.digest, awaited, direction, tools)
  return beside.length === 0 ? main : watched(main, createFilter(rules.digest, beside, direction, { ...tools, surrogates: null }), tools)
}

export const createFilter = (
  digest: string,
  scanners: readonly CompiledScanner[],
  direction: Direction,
  { secondStage = null, surrogates = null, signal, onError }: StreamTools,
): StreamFilter => {
  const releaser = createReleaser(direction, digest, surrogates)
  const places = scanners.map((): Place => ({ offset: 0, unitsIn: 0 }))
  let held: Hit[] = []
  let closed: Release | null = null
  let isWaiting = false
  /** What has not gone out yet, and where it starts in the whole text. */
  let pending = ''
  let base = 0
  /** The end of what went before, as detectors see it: their left context. */
  let rawBefore = ''
  let foldedBefore = ''

  /** Its candidates, for the second stage. */
  const scan = (view: View, entry: CompiledScanner, place: Place, complete: boolean): Uncertain | null => {
    const { rule, scanner, order } = entry
    const before = scanner.reads === 'raw' ? rawBefore : foldedBefore
    const from = before.length + viewIndex(view, place.offset - base) + place.unitsIn
    const { matches, settled } = scanner.scan(before + view.text, from, complete, base - before.length)
    const start = base
    const toOriginal: ToOriginal = (match) => ({
      start: start + originalStart(view, match.start - before.length),
      end: start + originalEnd(view, match.end - before.length),
    })
    let candidates: Match[] | null = null
    for (const match of matches) {
      if (match.uncertain === undefined) held.push({ ...toOriginal(match), kind: match.kind, confidence: match.confidence, rule, order })
      else {
        candidates ??= []
        candidates.push(match)
      }
    }
    place.offset = base + originalStart(view, settled - before.length)
    place.unitsIn = settled - before.length - viewIndex(view, place.offset - base)
    return candidates === null ? null : { entry, text: before + view.text, candidates, toOriginal }
  }

  const advance = (complete: boolean): Release => {
    const text = complete ? pending : withoutHalfPair(pending)
    const folded = fold(text)
    const raw = rawView(text)
    let uncertain: Uncertain[] | null = null
    let cut = base + text.length
    for (let i = 0; i < places.length; i++) {
      const entry = scanners[i]!
      const place = places[i]!
      if (place.offset === NEVER_AGAIN) continue
      try {
        const found = scan(entry.scanner.reads === 'raw' ? raw : folded, entry, place, complete)
        if (found !== null) {
          uncertain ??= []
          uncertain.push(found)
        }
      } catch (error) {
        onError?.(entry.rule.detector, error)
        // A detector that threw may be in any state: it is out for the rest of this stream, and its rule says what that means.
        place.offset = NEVER_AGAIN
        held.push({ start: base, end: base + text.length, kind: FAILURE, confidence: 1, rule: entry.failed, order: entry.order })
      }
      cut = Math.min(cut, place.offset)
    }
    const window: Window = { text, folded, base }
    if (uncertain === null) return release(window, cut, complete)
    const from = Math.min(...uncertain.flatMap(({ candidates, toOriginal }) => candidates.map((candidate) => toOriginal(candidate).start)))
    const first = release(window, Math.min(cut, from), false)
    if (first.blocked) return first
    isWaiting = true
    const asked = uncertain.map(({ entry, text: seen, candidates, toOriginal }) => decide(entry, seen, candidates, toOriginal, secondStage, signal))
    const rest = Promise.all(asked).then((found) => {
      isWaiting = false
      held.push(...found.flat())
      return release(window, cut, complete)
    })
    return { ...first, rest }
  }

  const release = (window: Window, cut: number, complete: boolean): Release => {
    held.sort(byPlace)
    const ready = held.filter((hit) => hit.start < cut || complete)
    held = complete ? [] : held.filter((hit) => hit.start >= cut)
    const released = releaser.releaseTo(cut, ready, (start, end) => window.text.slice(start - window.base, end - window.base))
    forget(window, cut)
    if (complete || released.blocked) closed = { emit: '', findings: [], blocked: released.blocked }
    return released.blocked ? { ...released, findings: upToFirstBlock(released.findings) } : released
  }

  const forget = ({ text, folded, base: start }: Window, cut: number) => {
    rawBefore = (rawBefore + text.slice(base - start, cut - start)).slice(-CONTEXT)
    foldedBefore = (foldedBefore + folded.text.slice(viewIndex(folded, base - start), viewIndex(folded, cut - start))).slice(-CONTEXT)
    pending = pending.slice(cut - base)
    base = cut
  }

  const push = (text: string): Release => {
    if (isWaiting) throw new Error('a stream went on before the second stage had answered')
    if (closed) return closed
    pending += text
    return advance(false)
  }
  return { push, end: () => closed ?? advance(true) }
}

/** Runs a second filter beside the first: nothing of the text waits for it, and what it lets go goes nowhere. */
const watched = (main: StreamFilter, beside: StreamFilter, { onBeside, onWork }: StreamTools): StreamFilter => {
  let queue: (string | null)[] = []
  let isWaiting = false

  const hear = ({ findings, blocked, rest }: Release): void => {
    if (findings.length > 0 || blocked) onBeside?.({ findings, blocked })
    if (rest === undefined) return
    isWaiting = true
    const work = rest.then((later) => {
      isWaiting = false
      hear(later)
      const waiting = queue
      queue = []
      for (const text of waiting) look(text)
    })
    onWork?.(work)
  }
  /** null: the end. */
  const look = (text: string | null): void => {
    if (isWaiting) queue.push(text)
    else hear(text === null ? beside.end() : beside.push(text))
  }

  return {
    push: (text) => {
      look(text)
      return main.push(text)
    },
    end: () => {
      look(null)
      return main.end()
    },
  }
}

/** What comes behind the block was in the same chunk by chance: it is no part of the stream any more. */
const upToFirstBlock = (findings: readonly Finding[]): readonly Finding[] =>
  findings.slice(0, 1 + findings.findIndex(({ action, enforced }) => enforced && action === 'block'))

/** Up to where a scanner has settled: a code point of the original, and how many of the units it folds to are settled as well. */
type Place = { offset: number; unitsIn: number }

const NEVER_AGAIN = Number.POSITIVE_INFINITY

/** A stretch of the text as it was scanned, and where it starts in the whole. */
type Window = { readonly text: string; readonly folded: View; readonly base: number }

type Uncertain = { readonly entry: CompiledScanner; readonly text: string; readonly candidates: readonly Match[]; readonly toOriginal: ToOriginal }

/** A code point that is cut in two is folded when its other half has come. */
const withoutHalfPair = (text: string): string => (/[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text)
