import { stricter } from './compose.ts'
import { NOTHING, type Scanner } from './detectors/detector.ts'
import { scannersOf } from './detectors/index.ts'
import type { Direction, Override, Rule, SafeguardPolicy } from './model.ts'

/** A rule and the layer it stands in: exceptions exempt from rules of their own layer only. */
export type AppliedRule = Rule & { readonly isFloor?: true }

export type CompiledScanner = {
  readonly rule: AppliedRule
  readonly scanner: Scanner
  readonly order: number
  /** The rule as it acts when it cannot be carried out, and when its second stage is left out. */
  readonly failed: AppliedRule
  readonly shed: AppliedRule
}

/** What a text is: of a message, a text inside the arguments of a tool call, or those arguments as a whole. */
export type Part = 'message' | 'value' | { readonly tool: string }

/** The scanners for one part. */
export type Lane = {
  readonly all: readonly CompiledScanner[]
  /** For a stream, which a model writes: without rules about documents, and those it waits for apart from those it does not. */
  readonly awaited: readonly CompiledScanner[]
  readonly beside: readonly CompiledScanner[]
}

/** One direction, ready to run; null in a policy that says nothing about it. */
export type CompiledRules = {
  readonly scanners: readonly CompiledScanner[]
  readonly messages: Lane
  readonly values: Lane
  /** Rules about arguments as a whole; empty in most policies. */
  readonly calls: readonly CompiledScanner[]
  readonly digest: string
}

export type CompiledPolicy = {
  readonly digest: string
  readonly input: CompiledRules | null
  readonly output: CompiledRules | null
  readonly uninspected: 'pass' | 'flag' | 'block'
  /** Absent in a policy without overrides. */
  readonly overrides?: Overrides
}

type Layer = Readonly<Record<Direction, readonly CompiledScanner[]>>

interface Overrides {
  readonly list: readonly (Layer & Pick<Override, 'tags' | 'effect'>)[]
  readonly apply: (which: readonly number[]) => CompiledPolicy
}

export type CallTags = { readonly [Name in keyof Override['tags']]?: string | null | undefined }

/** What a policy may know beside itself: the release that it protects, and the time, at which exceptions expire. */
export interface Surroundings {
  readonly systemPrompt?: string | null
  readonly nowMs?: () => number
}

/** `digest` is that of the policy document: it goes into each finding. Null when the policy has no rule at all. */
export const compilePolicy = (policy: SafeguardPolicy, digest: string, around: Surroundings = {}): CompiledPolicy | null => {
  const { floor, overrides } = policy
  const uninspected = stricter(policy.uninspected, floor?.uninspected) ?? 'pass'
  let order = 0
  const layerOf = (rules: Readonly<Record<Direction, readonly AppliedRule[]>>): Layer => {
    const compiled = (list: readonly AppliedRule[]) => compileRules(list, around).map((entry) => Object.freeze({ ...entry, order: order++ }))
    return { input: compiled(rules.input), output: compiled(rules.output) }
  }
  const below = layerOf({ input: floor?.input.map(asFloor) ?? [], output: floor?.output.map(asFloor) ?? [] })
  const own = layerOf(policy)
  const of = (...layers: readonly Layer[]) => ({
    digest,
    uninspected,
    input: rulesOrNull(
      layers.flatMap(({ input }) => input),
      digest,
    ),
    output: rulesOrNull(
      layers.flatMap(({ output }) => output),
      digest,
    ),
  })
  const plain = of(below, own)
  if (overrides === undefined || overrides.length === 0) return plain.input || plain.output || uninspected !== 'pass' ? Object.freeze(plain) : null
  const list = overrides.map((override) => ({ ...layerOf(override), tags: override.tags, effect: override.effect }))
  const apply = (which: readonly number[]): CompiledPolicy => {
    const chosen = which.map((at) => list[at]!)
    const base = chosen.findLast(({ effect }) => effect === 'replace') ?? own
    return Object.freeze(of(below, base, ...chosen.filter(({ effect }) => effect === 'add')))
  }
  return Object.freeze({ ...plain, overrides: { list, apply: cached(apply) } })
}

const asFloor = (rule: Rule): AppliedRule => ({ ...rule, isFloor: true })

/** Combinations of overrides that calls have asked for; tags are the callers', so their number is bounded. */
const CACHED = 64

const cached = (apply: Overrides['apply']): Overrides['apply'] => {
  const known = new Map<string, CompiledPolicy>()
  return (which) => {
    const key = which.join()
    const before = known.get(key)
    if (before !== undefined) return before
    const made = apply(which)
    if (known.size < CACHED) known.set(key, made)
    return made
  }
}

/** The policy for a call with these tags; `trusted` are those that the operator gave to its key or endpoint. */
export const policyFor = (compiled: CompiledPolicy, tags: CallTags, trusted: CallTags): CompiledPolicy => {
  const { overrides } = compiled
  if (overrides === undefined) return compiled
  const which = overrides.list.flatMap((override, at) => (carries(override.effect === 'add' ? tags : trusted, override.tags) ? [at] : []))
  return which.length === 0 ? compiled : overrides.apply(which)
}

const TAGS = ['criticality', 'domain', 'compliance', 'cost_centre'] as const

const carries = (tags: CallTags, wanted: Override['tags']): boolean => TAGS.every((name) => wanted[name] === undefined || wanted[name] === tags[name])

const compileRules = (rules: readonly AppliedRule[], around: Surroundings): readonly Omit<CompiledScanner, 'order'>[] =>
  rules.flatMap((rule) => {
    const failed: AppliedRule = { ...rule, action: failsClosed(rule) ? 'block' : 'flag' }
    const shed: AppliedRule = { ...rule, action: 'flag' }
    return scannersOf(rule, around.systemPrompt ?? null).map((scanner) => ({ rule, scanner: expiring(rule, scanner, around), failed, shed }))
  })

/** An exception that has expired finds nothing, in the middle of a stream too. */
const expiring = ({ expires_at }: Rule, scanner: Scanner, { nowMs = Date.now }: Surroundings): Scanner => {
  if (expires_at === undefined) return scanner
  const expiresAtMs = Date.parse(expires_at)
  return {
    ...scanner,
    mayMatch: (text) => nowMs() < expiresAtMs && scanner.mayMatch(text),
    scan: (text, from, complete, offset) =>
      nowMs() < expiresAtMs ? scanner.scan(text, from, complete, offset) : { matches: NOTHING, settled: text.length },
  }
}

const rulesOrNull = (scanners: readonly CompiledScanner[], digest: string): CompiledRules | null =>
  scanners.length === 0 ? null : rulesOf(scanners, digest)

/** Compiled scanners as rules: what `compilePolicy` makes of a document, for scanners that no document names. */
export const rulesOf = (scanners: readonly CompiledScanner[], digest: string): CompiledRules =>
  Object.freeze({
    scanners: Object.freeze(scanners),
    messages: laneOf(scanners.filter(({ scanner }) => scanner.part !== 'arguments')),
    values: laneOf(scanners.filter(({ scanner }) => scanner.part === undefined)),
    calls: Object.freeze(scanners.filter(({ scanner }) => scanner.part === 'arguments')),
    digest,
  })

const laneOf = (all: readonly CompiledScanner[]): Lane => {
  const streamed = all.filter(({ scanner }) => scanner.only !== 'document')
  return Object.freeze({
    all: Object.freeze(all),
    awaited: Object.freeze(streamed.filter(({ rule }) => rule.mode !== 'async')),
    beside: Object.freeze(streamed.filter(({ rule }) => rule.mode === 'async')),
  })
}

export const laneFor = (rules: CompiledRules, part: Part): Lane => {
  if (part === 'message') return rules.messages
  return part === 'value' ? rules.values : laneOf(rules.calls.filter(({ scanner }) => scanner.tool === undefined || scanner.tool === part.tool))
}

/** A rule that only notes or exempts protects nothing by blocking: it fails open unless it says otherwise. */
const failsClosed = ({ action, on_failure }: Rule): boolean =>
  (on_failure ?? (action === 'flag' || action === 'allow' ? 'open' : 'closed')) === 'closed'

export const rulesFor = (compiled: CompiledPolicy, direction: Direction): CompiledRules | null => compiled[direction]
