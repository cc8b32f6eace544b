import { checkCount, checkNumber, countable, type Numbers, sameLength } from '../columns.ts'
import { chiSquareSurvival, normalSurvival } from '../numeric/distributions.ts'
import { logGamma } from '../numeric/gamma.ts'
import { sum } from '../numeric/sum.ts'
import { InvalidArgument, notDefined, type TestResult, tested } from '../result.ts'
import type { Share } from './difference.ts'

/**
 * Pearson's test that rows and columns of a table are independent; empty rows and columns are dropped.
 * @formula Σ (O-E)²/E, (r-1)(c-1) degrees of freedom; Yates' correction for 2×2 when asked
 * @range statistic 0..∞
 * @source Pearson 1900; Yates 1934
 * @equals scipy.stats.chi2_contingency
 */
export const chiSquareIndependence = (table: readonly Numbers[], { yates = false } = {}): TestResult => {
  const full = table.map((row) => Array.from(row))
  checkTable(full)
  const rows = full.filter((row) => sum(row) > 0)
  const columns = (rows[0] ?? []).map((_, j) => j).filter((j) => rows.some((row) => row[j]! > 0))
  if (rows.length < 2 || columns.length < 2) return notDefined('fewer than two rows or columns have counts')
  const rowTotals = rows.map((row) => sum(row))
  const columnTotals = columns.map((j) => sum(rows.map((row) => row[j]!)))
  const n = sum(rowTotals)
  const df = (rows.length - 1) * (columns.length - 1)
  let statistic = 0
  rows.forEach((row, i) => {
    columns.forEach((j, c) => {
      const expected = (rowTotals[i]! * columnTotals[c]!) / n
      const gap = Math.abs(row[j]! - expected)
      statistic += (gap - (yates && df === 1 ? Math.min(0.5, gap) : 0)) ** 2 / expected
    })
  })
  return tested({ statistic, pValue: chiSquareSurvival(statistic, df), n, degreesOfFreedom: df })
}

/**
 * Pearson's test of counts against expected shares: uniform unless given.
 * @formula Σ (O-E)²/E, K-1 degrees of freedom
 * @range statistic 0..∞
 * @source Pearson 1900
 * @equals scipy.stats.chisquare
 */
export const chiSquareGoodness = (counts: Numbers, shares?: Numbers): TestResult => {
  countable('counts', counts)
  checkTable([Array.from(counts)])
  if (shares !== undefined) sameLength('shares', shares, counts.length)
  const n = sum(counts)
  if (n === 0 || counts.length < 2) return notDefined('fewer than two categories, or no counts')
  const whole = shares === undefined ? counts.length : sum(shares)
  let statistic = 0
  for (let i = 0; i < counts.length; i += 1) {
    const share = shares === undefined ? 1 : shares[i]!
    if (!(share > 0)) throw new InvalidArgument('shares', `must be positive, category ${i} is ${share}`)
    const expected = (n * share) / whole
    statistic += (counts[i]! - expected) ** 2 / expected
  }
  return tested({ statistic, pValue: chiSquareSurvival(statistic, counts.length - 1), n, degreesOfFreedom: counts.length - 1 })
}

/**
 * Fisher's exact test of a 2×2 table, two-sided by probability; the statistic is the sample odds ratio.
 * @formula Σ of the hypergeometric chances not above that of the table
 * @range p 0..1
 * @source Fisher 1922
 * @equals scipy.stats.fisher_exact
 */
export const fisherExact = (a: number, b: number, c: number, d: number): TestResult => {
  for (const [name, count] of Object.entries({ a, b, c, d })) checkCount(name, count)
  const n = a + b + c + d
  if (a + b === 0 || c + d === 0 || a + c === 0 || b + d === 0) return notDefined('a margin of the table is empty')
  const logChoose = (whole: number, part: number): number => logGamma(whole + 1) - logGamma(part + 1) - logGamma(whole - part + 1)
  const logChance = (x: number): number => logChoose(a + b, x) + logChoose(c + d, a + c - x)
  const observed = logChance(a)
  const total = logChoose(n, a + c)
  let pValue = 0
  for (let x = Math.max(0, a + c - (c + d)); x <= Math.min(a + b, a + c); x += 1) {
    // the slack of 1e-7 counts equal chances that differ by rounding, as R and scipy do
    if (logChance(x) <= observed + 1e-7) pValue += Math.exp(logChance(x) - total)
  }
  return tested({ statistic: (a * d) / (b * c), pValue: Math.min(1, pValue), n })
}

/**
 * z test of two proportions, pooled under the null hypothesis.
 * @formula (p₁-p₂)/√(p̂(1-p̂)(1/n₁+1/n₂))
 * @range z any
 * @source Pearson 1900
 * @equals statsmodels proportions_ztest
 */
export const twoProportionZ = (first: Share, second: Share): TestResult => {
  for (const [name, { successes, n }] of [
    ['first', first],
    ['second', second],
  ] as const) {
    checkNumber(`${name}.n`, n, 0)
    checkNumber(`${name}.successes`, successes, 0, n)
  }
  if (first.n === 0 || second.n === 0) return notDefined('a group is empty')
  const pooled = (first.successes + second.successes) / (first.n + second.n)
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / first.n + 1 / second.n))
  if (spread === 0) return notDefined('both groups are all successes or all failures')
  const statistic = (first.successes / first.n - second.successes / second.n) / spread
  return tested({ statistic, pValue: Math.min(1, 2 * normalSurvival(Math.abs(statistic))), n: first.n + second.n })
}

const checkTable = (table: readonly number[][]): void => {
  for (const [i, row] of table.entries()) {
    if (row.length !== table[0]!.length) throw new InvalidArgument('table', `row ${i} has ${row.length} cells, expected ${table[0]!.length}`)
    for (const count of row)
      if (!(count >= 0 && count < Infinity)) throw new InvalidArgument('table', `must hold finite counts, row ${i} has ${count}`)
  }
}
