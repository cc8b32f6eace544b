import { countable, encode, type Labels, sameLength } from '../columns.ts'
import { notDefined, type Undefined } from '../result.ts'

export type Anonymity = {
  /** Size of the smallest group of rows that look alike. */
  k: number
  /** Fewest different sensitive values in such a group; null without a sensitive column. */
  lDistinct: number | null
  /** e to the smallest entropy of sensitive values in such a group. */
  lEntropy: number | null
  groups: number
  /** Rows alone in their group. */
  uniqueRows: number
}

/**
 * k-anonymity and l-diversity of a table: how many rows share the same quasi-identifiers, and how varied their sensitive value is.
 * @formula k = min group size; l = min distinct values; entropy l = min exp(-Σ p ln p)
 * @range 1..rows, higher is more private
 * @source Sweeney 2002; Machanavajjhala et al. 2007
 * @equals pandas groupby size and nunique
 */
export const anonymity = (quasiIdentifiers: readonly Labels[], sensitive?: Labels): Anonymity | Undefined => {
  const n = quasiIdentifiers[0]?.length ?? 0
  if (n === 0) return notDefined('no rows')
  countable('quasiIdentifiers[0]', quasiIdentifiers[0]!)
  const keys = new Array<string>(n).fill('')
  for (const [c, column] of quasiIdentifiers.entries()) {
    sameLength(`quasiIdentifiers[${c}]`, column, n)
    const { codes } = encode(`quasiIdentifiers[${c}]`, column)
    for (let i = 0; i < n; i += 1) keys[i] += `${codes[i]},`
  }
  if (sensitive !== undefined) sameLength('sensitive', sensitive, n)
  const secrets = sensitive === undefined ? null : encode('sensitive', sensitive).codes
  const groups = new Map<string, Map<number, number>>()
  keys.forEach((key, i) => {
    const group = groups.get(key) ?? new Map<number, number>()
    const secret = secrets === null ? 0 : secrets[i]!
    group.set(secret, (group.get(secret) ?? 0) + 1)
    groups.set(key, group)
  })
  const all = [...groups.values()].map((group) => [...group.values()])
  const sizes = all.map((counts) => counts.reduce((a, b) => a + b, 0))
  const smallest = (values: number[]): number => values.reduce((a, b) => Math.min(a, b))
  const entropies = all.map((counts, g) => Math.exp(-counts.reduce((total, count) => total + (count / sizes[g]!) * Math.log(count / sizes[g]!), 0)))
  return {
    k: smallest(sizes),
    lDistinct: secrets === null ? null : smallest(all.map((counts) => counts.length)),
    lEntropy: secrets === null ? null : smallest(entropies),
    groups: all.length,
    uniqueRows: sizes.filter((size) => size === 1).length,
  }
}
