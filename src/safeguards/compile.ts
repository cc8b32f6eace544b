import type { Scanner } from './detectors/detector.ts'
import { scannersOf } from './detectors/index.ts'
import type { Direction, Rule, SafeguardPolicy } from './model.ts'

export type CompiledScanner = { readonly rule: Rule; readonly scanner: Scanner; readonly order: number }

/** One direction, ready to run; null in a policy that says nothing about it. */
export type CompiledRules = { readonly scanners: readonly CompiledScanner[]; readonly digest: string }

export type CompiledPolicy = {
  readonly digest: string
  readonly input: CompiledRules | null
  readonly output: CompiledRules | null
}

/** `digest` is that of the policy document: it goes into each finding. Null when the policy has no rule at all. */
export const compilePolicy = (policy: SafeguardPolicy, digest: string): CompiledPolicy | null => {
  const compiled = Object.freeze({ digest, input: compileRules(policy.input, digest), output: compileRules(policy.output, digest) })
  return compiled.input || compiled.output ? compiled : null
}

const compileRules = (rules: readonly Rule[], digest: string): CompiledRules | null => {
  const scanners = rules
    .flatMap((rule) => scannersOf(rule).map((scanner) => ({ rule, scanner })))
    .map((entry, order) => Object.freeze({ ...entry, order }))
  return scanners.length === 0 ? null : Object.freeze({ scanners: Object.freeze(scanners), digest })
}

export const rulesFor = (compiled: CompiledPolicy, direction: Direction): CompiledRules | null => compiled[direction]
