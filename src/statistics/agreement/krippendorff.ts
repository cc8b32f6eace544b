import { estimate, notDefined, type Result } from '../result.ts'
import type { Running } from '../running.ts'
import { withJackknife } from './jackknife.ts'
import { numbersOf, type Ratings, type Scale, tableOf } from './ratings.ts'

/**
 * Agreement of any number of raters, on any scale, with ratings missing anywhere. Interval by jackknife over items.
 * @formula 1 - D_o/D_e over pairable ratings; distance: 0/1, (Σ of counts between, half the ends)², (a-b)² or ((a-b)/(a+b))²
 * @range up to 1; 0 is chance, below 0.667 draw no conclusions
 * @source Krippendorff 2011
 * @equals krippendorff.alpha
 */
export const krippendorffAlpha = (
  ratings: Ratings,
  { scale = 'nominal', level = 0.95, ...running }: Running & { scale?: Scale; level?: number } = {},
): Result => {
  const { names, counts } = tableOf(ratings)
  const at = numbersOf(names, scale)
  return withJackknife(counts, (items) => alphaOf(items, at, scale), level, running)
}

const alphaOf = (items: readonly Float64Array[], at: Float64Array, scale: Scale): Result => {
  const q = at.length
  const totals = new Float64Array(q)
  const coincidences = new Float64Array(q * q)
  for (const item of items) {
    const raters = item.reduce((a, b) => a + b, 0)
    // a rating that nobody else shares the item with cannot agree or disagree
    if (raters < 2) continue
    for (let k = 0; k < q; k += 1) {
      totals[k]! += item[k]!
      if (item[k] === 0) continue
      for (let l = 0; l < q; l += 1) coincidences[k * q + l]! += (item[k]! * (item[l]! - (k === l ? 1 : 0))) / (raters - 1)
    }
  }
  const n = totals.reduce((a, b) => a + b, 0)
  if (n === 0) return notDefined('no item has two ratings')
  const distance = distanceOn(scale, at, totals)
  let observed = 0
  let expected = 0
  for (let k = 0; k < q; k += 1) {
    for (let l = 0; l < q; l += 1) {
      if (k === l) continue
      const d = distance(k, l)
      observed += coincidences[k * q + l]! * d
      expected += (totals[k]! * totals[l]! * d) / (n - 1)
    }
  }
  return expected === 0 ? notDefined('one category only is used') : estimate(1 - observed / expected, items.length)
}

const distanceOn = (scale: Scale, at: Float64Array, totals: Float64Array): ((k: number, l: number) => number) => {
  switch (scale) {
    case 'nominal':
      return () => 1
    case 'interval':
      return (k, l) => (at[k]! - at[l]!) ** 2
    case 'ratio':
      return (k, l) => (at[k]! + at[l]! === 0 ? 0 : ((at[k]! - at[l]!) / (at[k]! + at[l]!)) ** 2)
    case 'ordinal':
      return (k, l) => {
        const [low, high] = k < l ? [k, l] : [l, k]
        let between = -(totals[low]! + totals[high]!) / 2
        for (let g = low; g <= high; g += 1) between += totals[g]!
        return between * between
      }
  }
}
