import type { Rule, SafeguardPolicy } from './model.ts'

/**
 * An organisation's floor under a project's policy: the floor's rules stand as they are and come first, and an exception of the project
 * (`allow`) does not reach them. Rules only add up, so a project can be stricter and never weaker.
 */
export const composePolicies = (floor: SafeguardPolicy, project: SafeguardPolicy): SafeguardPolicy => ({
  schema: floor.schema,
  input: composeRules(floor.input, project.input),
  output: composeRules(floor.output, project.output),
  ...strictest(floor.uninspected, project.uninspected),
})

const STRICTNESS = ['pass', 'flag', 'block'] as const

const strictest = (floor: SafeguardPolicy['uninspected'], project: SafeguardPolicy['uninspected']): Pick<SafeguardPolicy, 'uninspected'> => {
  const uninspected = STRICTNESS.findLast((mode) => mode === floor || mode === project)
  return uninspected === undefined ? {} : { uninspected }
}

/** With a floor, an exception could only weaken what the floor forbids, since what it exempts is decided by place and not by rule. */
const composeRules = (floor: readonly Rule[], project: readonly Rule[]): Rule[] => [
  ...floor,
  ...project.filter(({ action }) => floor.length === 0 || action !== 'allow'),
]
