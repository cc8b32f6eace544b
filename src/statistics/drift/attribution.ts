import { estimate, InvalidArgument, notDefined, type Result } from '../result.ts'

/**
 * Has the order of feature importance changed? Baseline importances, discounted in the live order, over the same in their own order.
 * @formula Σ a(f'ᵢ)/log₂(i+1) ÷ Σ a(fᵢ)/log₂(i+1), a = baseline |attribution|
 * @range 0..1; below 0.90 SageMaker Clarify reports a violation
 * @source Amazon SageMaker Clarify, feature attribution drift
 * @equals the published formula
 */
export const attributionNdcg = (baseline: Readonly<Record<string, number>>, live: Readonly<Record<string, number>>): Result => {
  const names = Object.keys(baseline)
  for (const name of names) {
    if (!Number.isFinite(baseline[name]) || !Number.isFinite(live[name]))
      throw new InvalidArgument('live', `and baseline must both hold a finite attribution of ${name}`)
  }
  if (Object.keys(live).length !== names.length) throw new InvalidArgument('live', 'has features that the baseline lacks')
  const discounted = (by: Readonly<Record<string, number>>): number =>
    names.toSorted((a, b) => Math.abs(by[b]!) - Math.abs(by[a]!)).reduce((total, name, i) => total + Math.abs(baseline[name]!) / Math.log2(i + 2), 0)
  const best = discounted(baseline)
  return best === 0 ? notDefined('every baseline attribution is 0') : estimate(discounted(live) / best, names.length)
}
