import type { Scanner } from './detectors/detector.ts'
import { NO_RELEASE, type Protected, scannersOf } from './detectors/index.ts'
import type { Direction, Rule, SafeguardPolicy } from './model.ts'

export type CompiledScanner = {
  readonly rule: Rule
  readonly scanner: Scanner
  readonly order: number
  /** The rule as it acts when it cannot be carried out, and when its second stage is left out. */
  readonly failed: Rule
  readonly shed: Rule
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
}

/** `digest` is that of the policy document: it goes into each finding. Null when the policy has no rule at all. */
export const compilePolicy = (policy: SafeguardPolicy, digest: string, release: Protected = NO_RELEASE): CompiledPolicy | null => {
  const input = compileRules(policy.input, digest, release)
  const output = compileRules(policy.output, digest, release)
  return input || output ? Object.freeze({ digest, input, output, uninspected: policy.uninspected ?? 'pass' }) : null
}

const compileRules = (rules: readonly Rule[], digest: string, release: Protected): CompiledRules | null => {
  const scanners = rules
    .flatMap((rule) => {
      const failed: Rule = { ...rule, action: failsClosed(rule) ? 'block' : 'flag' }
      const shed: Rule = { ...rule, action: 'flag' }
      return scannersOf(rule, release).map((scanner) => ({ rule, scanner, failed, shed }))
    })
    .map((entry, order) => Object.freeze({ ...entry, order }))
  return scanners.length === 0 ? null : rulesOf(scanners, digest)
}

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

/** Whether some rule needs the transformer: a process that has none must not take the policy into service. */
export const needsSecondStage = ({ input, output }: CompiledPolicy): boolean =>
  [input, output].some((rules) => rules?.scanners.some(({ scanner }) => scanner.refine !== undefined) === true)
