import type { CompiledPolicy } from './compile.ts'

/** What a process has to have for a policy. */
export interface Needs {
  /** The transformer: a process that has none must not take the policy into service. */
  readonly secondStage: boolean
  /** A key and a vault: some rule hashes or tokenises. */
  readonly surrogates: boolean
}

const known = new WeakMap<CompiledPolicy, Needs>()

export const needsOf = (compiled: CompiledPolicy): Needs => {
  let needs = known.get(compiled)
  if (needs === undefined) {
    const overriding = compiled.overrides?.list.flatMap(({ input, output }) => [...input, ...output]) ?? []
    const all = [...(compiled.input?.scanners ?? []), ...(compiled.output?.scanners ?? []), ...overriding]
    needs = Object.freeze({
      secondStage: all.some(({ scanner }) => scanner.refine !== undefined),
      surrogates: all.some(({ rule }) => rule.action === 'hash' || rule.action === 'tokenise'),
    })
    known.set(compiled, needs)
  }
  return needs
}
