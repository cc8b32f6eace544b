import { type Estimate, estimate, isDefined, type Result } from '../result.ts'
import { checkpoint, type Running } from '../running.ts'
import { criticalZ } from '../uncertainty/proportion.ts'

const MOST_BLOCKS = 500

/**
 * Interval by leaving out one item after another (blocks of items beyond 500): needs no formula of the coefficient, and no seed.
 * @formula value ± z·√((g-1)/g Σ(θ₋ᵢ - θ̄)²)
 * @range that of the coefficient
 * @source Quenouille 1956; Tukey 1958
 * @equals the definition in numpy
 */
export const withJackknife = <Item>(
  items: readonly Item[],
  coefficient: (items: readonly Item[]) => Result,
  level: number,
  running: Running = {},
): Result => {
  const z = criticalZ(level)
  const whole = coefficient(items)
  if (!isDefined(whole) || items.length < 3) return whole
  const blocks = Math.min(items.length, MOST_BLOCKS)
  const values: number[] = []
  for (let b = 0; b < blocks; b += 1) {
    checkpoint(running, b, blocks)
    const left = coefficient(items.filter((_, i) => i % blocks !== b))
    if (isDefined(left)) values.push(left.value)
  }
  return values.length < blocks ? whole : spread(whole, values, z, level)
}

const spread = (whole: Estimate, values: number[], z: number, level: number): Result => {
  const g = values.length
  const centre = values.reduce((a, b) => a + b, 0) / g
  const half = z * Math.sqrt(((g - 1) / g) * values.reduce((total, value) => total + (value - centre) ** 2, 0))
  return estimate(whole.value, whole.n, { low: whole.value - half, high: Math.min(1, whole.value + half), level, method: 'jackknife over items' })
}
