import type { AppliedRule } from './compile.ts'
import type { Action, Direction, Finding, Rule } from './model.ts'
import type { Surrogates } from './surrogates.ts'

/** A match in units of the original text, with the rule that wanted it; `order` is its scanner's place in the policy. */
export type Hit = {
  readonly start: number
  readonly end: number
  readonly kind: string
  readonly confidence: number
  readonly rule: AppliedRule
  readonly order: number
}

/** What is done at one place, strongest first; a recorded exception covers the rest. */
const STRENGTH: Readonly<Record<Action, number>> = { allow: 0, block: 1, mask: 2, hash: 3, tokenise: 4, flag: 5 }

/** Left to right; where several start together the strongest first, then the longest: it names the mask. A total order, so no cut of a stream shows. */
export const byPlace = (a: Hit, b: Hit): number =>
  a.start - b.start || STRENGTH[a.rule.action] - STRENGTH[b.rule.action] || b.end - a.end || b.confidence - a.confidence || a.order - b.order

/** `[EMAIL]`, `[US_SSN]`: typed, so that a model still knows what stood there. */
export const placeholder = (kind: string): string => `[${kind.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase()}]`

const findingOf = (hit: Hit, direction: Direction, policyDigest: string): Finding => ({
  detector: hit.rule.detector,
  kind: hit.kind,
  span: { start: hit.start, end: hit.end },
  action: hit.rule.action,
  enforced: isEnforced(hit.rule),
  confidence: hit.confidence,
  direction,
  policy_digest: policyDigest,
})

/** A rule that nothing waits for can still note, and end what is left to come. */
const isEnforced = ({ mode, action }: Rule): boolean => mode === 'enforce' || (mode === 'async' && (action === 'block' || action === 'flag'))

/**
 * Lets text go, from left to right, once every match that starts before the cut is known. Overlapping masks become one, named after the
 * first; nothing of the text goes out from the first enforced block on, though the findings of what was given are all told. Without
 * `surrogates`, where nobody would restore or compare them, hashes and tokens are plain placeholders.
 */
export const createReleaser = (direction: Direction, policyDigest: string, surrogates: Surrogates | null) => {
  let released = 0
  /** Where an exception of the policy, and one of its floor, ends. */
  const exemptTo = { own: 0, floor: 0 }
  let open: Hit[] = []
  let blocked = false

  /** Inside a hit of the same rule that is at least as sure: the digits of an IBAN are no phone number as well. */
  const isExplained = (hit: Hit): boolean => {
    open = open.filter(({ end }) => end > hit.start)
    const explained = open.some((other) => other.rule === hit.rule && other.end >= hit.end && other.confidence >= hit.confidence)
    if (!explained) open.push(hit)
    return explained
  }

  const standIn = ({ rule, kind }: Hit, value: string): string => {
    if (rule.action === 'block' || value === '') return ''
    if (rule.action === 'mask' || surrogates === null) return placeholder(kind)
    return rule.action === 'hash' ? surrogates.hash(kind, value) : surrogates.token(kind, value)
  }

  /** Hits in order, all with `start < cut`; `slice` reads the original text. */
  const releaseTo = (cut: number, hits: readonly Hit[], slice: (start: number, end: number) => string) => {
    let emit = ''
    const findings: Finding[] = []
    for (const hit of hits) {
      const { action } = hit.rule
      const layer = hit.rule.isFloor === true ? 'floor' : 'own'
      if ((action !== 'allow' && hit.end <= exemptTo[layer]) || isExplained(hit)) continue
      findings.push(findingOf(hit, direction, policyDigest))
      if (!isEnforced(hit.rule) || blocked || action === 'flag') continue
      if (action === 'allow') {
        exemptTo[layer] = Math.max(exemptTo[layer], hit.end)
        continue
      }
      if (hit.start >= released) emit += slice(released, hit.start) + standIn(hit, slice(hit.start, hit.end))
      // What sticks out of an earlier span must not get lost on the way back.
      else if (action === 'tokenise' && hit.end > released) emit += standIn(hit, slice(released, hit.end))
      if (action === 'block') blocked = true
      else released = Math.max(released, hit.end)
    }
    if (!blocked && cut > released) {
      emit += slice(released, cut)
      released = cut
    }
    return { emit, findings, blocked }
  }
  return { releaseTo }
}
