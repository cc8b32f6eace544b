import { type CompiledPolicy, type CompiledRules, type CompiledScanner, rulesFor } from './compile.ts'
import { CONTEXT } from './detectors/detector.ts'
import type { Direction, Finding } from './model.ts'
import { fold, originalEnd, originalStart, rawView, type View, viewIndex } from './normalise/fold.ts'
import { byPlace, createReleaser, type Hit } from './release.ts'

/** What one step of a stream lets go. After `blocked` the filter is closed: nothing of the text goes out any more. */
export type Release = { readonly emit: string; readonly findings: readonly Finding[]; readonly blocked: boolean }

export type StreamFilter = {
  readonly push: (text: string) => Release
  /** Nothing follows: what was held back is decided. */
  readonly end: () => Release
}

const PASSES: StreamFilter = {
  push: (text) => ({ emit: text, findings: [], blocked: false }),
  end: () => ({ emit: '', findings: [], blocked: false }),
}

/**
 * One filter for one message or choice. It emits only what no later text can turn into a match: the findings and the joined output are
 * the same however the text is cut, and the same as `inspectText` gives for the whole.
 */
export const createStreamFilter = (compiled: CompiledPolicy, direction: Direction): StreamFilter => {
  const rules = streamedRules(rulesFor(compiled, direction))
  return rules ? createFilter(rules, direction) : PASSES
}

/** A stream is what a model writes: rules about documents do not apply. */
const streamedRules = (rules: CompiledRules | null): CompiledRules | null =>
  rules && { ...rules, scanners: rules.scanners.filter(({ scanner }) => scanner.only !== 'document') }

const createFilter = (rules: CompiledRules, direction: Direction): StreamFilter => {
  const releaser = createReleaser(direction, rules.digest)
  const places = rules.scanners.map((): Place => ({ offset: 0, unitsIn: 0 }))
  let held: Hit[] = []
  let closed: Release | null = null
  /** What has not gone out yet, and where it starts in the whole text. */
  let pending = ''
  let base = 0
  /** The end of what went before, as detectors see it: their left context. */
  let rawBefore = ''
  let foldedBefore = ''

  const scan = (view: View, { rule, scanner, order }: CompiledScanner, place: Place, complete: boolean) => {
    const before = scanner.reads === 'raw' ? rawBefore : foldedBefore
    const from = before.length + viewIndex(view, place.offset - base) + place.unitsIn
    const { matches, settled } = scanner.scan(before + view.text, from, complete, base - before.length)
    for (const { start, end, kind, confidence } of matches) {
      const original = { start: base + originalStart(view, start - before.length), end: base + originalEnd(view, end - before.length) }
      held.push({ ...original, kind, confidence, rule, order })
    }
    place.offset = base + originalStart(view, settled - before.length)
    place.unitsIn = settled - before.length - viewIndex(view, place.offset - base)
  }

  const advance = (complete: boolean): Release => {
    const text = complete ? pending : withoutHalfPair(pending)
    const folded = fold(text)
    const raw = rawView(text)
    let cut = base + text.length
    for (let i = 0; i < places.length; i++) {
      const compiled = rules.scanners[i]!
      scan(compiled.scanner.reads === 'raw' ? raw : folded, compiled, places[i]!, complete)
      cut = Math.min(cut, places[i]!.offset)
    }
    held.sort(byPlace)
    const ready = held.filter((hit) => hit.start < cut)
    held = held.filter((hit) => hit.start >= cut)
    const release = releaser.releaseTo(cut, ready, (start, end) => text.slice(start - base, end - base))
    forget(folded, cut)
    if (complete || release.blocked) closed = { emit: '', findings: [], blocked: release.blocked }
    return release.blocked ? { ...release, findings: upToFirstBlock(release.findings) } : release
  }

  const forget = (folded: View, cut: number) => {
    rawBefore = (rawBefore + pending.slice(0, cut - base)).slice(-CONTEXT)
    foldedBefore = (foldedBefore + folded.text.slice(0, viewIndex(folded, cut - base))).slice(-CONTEXT)
    pending = pending.slice(cut - base)
    base = cut
  }

  const push = (text: string): Release => {
    if (closed) return closed
    pending += text
    return advance(false)
  }
  return { push, end: () => closed ?? advance(true) }
}

/** What comes behind the block was in the same chunk by chance: it is no part of the stream any more. */
const upToFirstBlock = (findings: readonly Finding[]): readonly Finding[] =>
  findings.slice(0, 1 + findings.findIndex(({ action, enforced }) => enforced && action === 'block'))

/** Up to where a scanner has settled: a code point of the original, and how many of the units it folds to are settled as well. */
type Place = { offset: number; unitsIn: number }

/** A code point that is cut in two is folded when its other half has come. */
const withoutHalfPair = (text: string): string => (/[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text)
