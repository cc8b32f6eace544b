import { checkCount } from '../columns.ts'
import { notDefined, type Undefined } from '../result.ts'
import { checkpoint, type Running } from '../running.ts'
import { type Ratings, tableOf } from './ratings.ts'

export type DawidSkene = {
  categories: (number | string | boolean)[]
  /** Chance of each category, by item. */
  items: Float64Array[]
  /** `confusion[rater][true][given]`. */
  confusion: Float64Array[][]
  prevalence: Float64Array
  rounds: number
}

/**
 * True categories from raters of unknown reliability: how often each confuses what with what, and what the items then are. Starts from the share of votes.
 * @formula EM on P(item is k) ∝ prevalence_k Π confusion_r[k][given]
 * @range chances 0..1
 * @source Dawid, Skene 1979
 * @equals the EM recursion in numpy from the same start
 */
export const dawidSkene = (
  ratings: Ratings,
  { rounds = 100, tolerance = 1e-9, ...running }: Running & { rounds?: number; tolerance?: number } = {},
): DawidSkene | Undefined => {
  checkCount('rounds', rounds, 1, 100_000)
  const { names, counts } = tableOf(ratings)
  const q = names.length
  if (q === 0 || counts.some((item) => item.every((count) => count === 0))) return notDefined('an item has no rating')
  const codes = ratings.map((rater) => rater.map((rating) => (rating === null ? -1 : names.indexOf(rating))))
  let items: Float64Array[] = counts.map((item) => item.map((count) => count / item.reduce((a, b) => a + b, 0)))
  let model = maximise(items, codes, q)
  let done = 0
  for (let change = Infinity; done < rounds && change > tolerance; done += 1) {
    checkpoint(running, done, rounds)
    const next = expect(model, codes, items.length, q)
    change = Math.max(...next.map((item, i) => Math.max(...item.map((p, k) => Math.abs(p - items[i]![k]!)))))
    items = next
    model = maximise(items, codes, q)
  }
  return { categories: [...names], items, ...model, rounds: done }
}

type Model = { confusion: Float64Array[][]; prevalence: Float64Array }

const maximise = (items: readonly Float64Array[], codes: readonly number[][], q: number): Model => {
  const prevalence = new Float64Array(q)
  for (const item of items) for (let k = 0; k < q; k += 1) prevalence[k]! += item[k]! / items.length
  const confusion = codes.map((rater) => {
    const table = Array.from({ length: q }, () => new Float64Array(q))
    rater.forEach((given, i) => {
      if (given >= 0) for (let k = 0; k < q; k += 1) table[k]![given]! += items[i]![k]!
    })
    return table.map((row) => {
      const total = row.reduce((a, b) => a + b, 0)
      return total > 0 ? row.map((x) => x / total) : row
    })
  })
  return { confusion, prevalence }
}

/** In logarithms, so that many raters do not underflow. */
const expect = ({ confusion, prevalence }: Model, codes: readonly number[][], n: number, q: number): Float64Array[] =>
  Array.from({ length: n }, (_, i) => {
    const logs = Float64Array.from({ length: q }, (_, k) =>
      codes.reduce((total, rater, r) => (rater[i]! < 0 ? total : total + Math.log(confusion[r]![k]![rater[i]!]!)), Math.log(prevalence[k]!)),
    )
    const top = Math.max(...logs)
    const weights = logs.map((x) => Math.exp(x - top))
    const total = weights.reduce((a, b) => a + b, 0)
    return weights.map((x) => x / total)
  })
