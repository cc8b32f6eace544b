import { encode, type Labels } from '../columns.ts'
import { InvalidArgument } from '../result.ts'

/** One array per rater over the same items; null where a rater did not rate. */
export type Ratings = readonly (readonly (number | string | null)[])[]

/** How far apart two categories are counted. */
export type Scale = 'nominal' | 'ordinal' | 'interval' | 'ratio'

/** `counts[item][category]`: how many raters chose it. */
export type RatingTable = { names: readonly (number | string | boolean)[]; counts: Float64Array[] }

export const tableOf = (ratings: Ratings): RatingTable => {
  const items = ratings[0]?.length ?? 0
  for (const [r, rater] of ratings.entries())
    if (rater.length !== items) throw new InvalidArgument(`ratings[${r}]`, `has ${rater.length} items, expected ${items}`)
  const given = ratings.flatMap((rater) => rater.filter((rating) => rating !== null))
  const { names, codes } = encode('ratings', given as Labels)
  const counts = Array.from({ length: items }, () => new Float64Array(names.length))
  let at = 0
  for (const rater of ratings) {
    rater.forEach((rating, item) => {
      if (rating !== null) counts[item]![codes[at++]!]! += 1
    })
  }
  return { names, counts }
}

/** Categories as numbers, for scales that measure. */
export const numbersOf = (names: RatingTable['names'], scale: Scale): Float64Array =>
  Float64Array.from(names, (name) => {
    if (scale !== 'nominal' && typeof name !== 'number')
      throw new InvalidArgument('ratings', `must be numbers on the ${scale} scale, found ${String(name)}`)
    return typeof name === 'number' ? name : 0
  })
