import { checkWeights, finite, type Numbers, sameLength } from '../../columns.ts'
import { ascendingOrder } from '../../numeric/order.ts'

/** A non-decreasing curve through (x, y): linear between its points, flat outside. Plain JSON. */
export type Isotonic = { x: number[]; y: number[] }

/**
 * Least squares under the condition that y never falls as x rises: calibrates scores to probabilities.
 * @formula pool adjacent violators
 * @range min y..max y
 * @source Ayer et al. 1955
 * @equals sklearn.isotonic.IsotonicRegression(out_of_bounds='clip')
 */
export const fitIsotonic = (x: Numbers, y: Numbers, weights?: Numbers): Isotonic => {
  sameLength('y', y, x.length)
  finite('x', x)
  finite('y', y)
  const w = checkWeights(weights, x.length)
  const points = distinct(x, y, w)
  const blocks: { value: number; weight: number; first: number; last: number }[] = []
  points.forEach(({ mean, weight }, i) => {
    blocks.push({ value: mean, weight, first: i, last: i })
    while (blocks.length > 1 && blocks.at(-2)!.value >= blocks.at(-1)!.value) {
      const b = blocks.pop()!
      const a = blocks.pop()!
      const total = a.weight + b.weight
      blocks.push({ value: (a.value * a.weight + b.value * b.weight) / total, weight: total, first: a.first, last: b.last })
    }
  })
  const knots = blocks.flatMap(({ value, first, last }) =>
    first === last
      ? [[points[first]!.x, value]]
      : [
          [points[first]!.x, value],
          [points[last]!.x, value],
        ],
  )
  return { x: knots.map(([at]) => at!), y: knots.map(([, value]) => value!) }
}

/** Rows of one x become one point with their mean. */
const distinct = (x: Numbers, y: Numbers, w: Numbers | null): { x: number; mean: number; weight: number }[] => {
  const points: { x: number; mean: number; weight: number }[] = []
  for (const row of ascendingOrder(x)) {
    const weight = w === null ? 1 : w[row]!
    if (weight === 0) continue
    const last = points.at(-1)
    if (last !== undefined && last.x === x[row]) {
      last.weight += weight
      last.mean += ((y[row]! - last.mean) * weight) / last.weight
    } else points.push({ x: x[row]!, mean: y[row]!, weight })
  }
  return points
}

export const applyIsotonic = ({ x, y }: Isotonic, at: number): number => {
  if (at <= x[0]!) return y[0]!
  if (at >= x[x.length - 1]!) return y[y.length - 1]!
  let low = 0
  let high = x.length - 1
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (x[middle]! <= at) low = middle
    else high = middle
  }
  return y[low]! + ((y[high]! - y[low]!) * (at - x[low]!)) / (x[high]! - x[low]!)
}
