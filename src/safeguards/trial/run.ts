import { setImmediate as nextTurn } from 'node:timers/promises'
import { type CallTags, type CompiledPolicy, compilePolicy, policyFor } from '../compile.ts'
import { inspect } from '../inspect.ts'
import type { Direction, Finding, Origin, SafeguardPolicy } from '../model.ts'
import type { SecondStage } from '../second-stage.ts'
import type { CaseResult } from './model.ts'

export type Looker = (text: string, direction: Direction, origin?: Origin) => Promise<CaseResult>

export interface LookOptions {
  readonly secondStage: SecondStage | null
  readonly tags?: CallTags | undefined
  readonly counts?: 'enforced' | 'all'
  readonly nowMs?: () => number
}

/** Other requests go first after as long a stretch of looking. */
const STRETCH_MS = 20

/** Looks at texts one after another as the gateway would, and lets the process do other things meanwhile. */
export const createLooker = (
  document: SafeguardPolicy,
  digest: string,
  { secondStage, tags = {}, counts = 'enforced', nowMs }: LookOptions,
): Looker => {
  const all = compilePolicy(document, digest, nowMs === undefined ? {} : { nowMs })
  const compiled: CompiledPolicy | null = all && policyFor(all, tags, tags)
  let sinceMs = performance.now()
  return async (text, direction, origin = 'user') => {
    if (performance.now() - sinceMs > STRETCH_MS) {
      await nextTurn()
      sinceMs = performance.now()
    }
    const startedMs = performance.now()
    const looked =
      compiled === null
        ? { verdict: 'pass' as const, text, findings: [], later: null }
        : await inspect(compiled, direction, text, origin, { secondStage })
    const findings: readonly Finding[] = looked.later === null ? looked.findings : [...looked.findings, ...(await looked.later)]
    const micros = (performance.now() - startedMs) * 1000
    const found = findings.some(({ action, enforced }) => action !== 'allow' && (enforced || counts === 'all'))
    return { verdict: looked.verdict, found, text: looked.text, findings: [...findings], micros }
  }
}
