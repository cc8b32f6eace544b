import { checkCount } from '../columns.ts'
import { cholesky, solveCholesky } from '../numeric/linear-algebra.ts'
import { InvalidArgument, notDefined, type Result, type Undefined } from '../result.ts'
import { criticalZ } from '../uncertainty/proportion.ts'

/** One or many comparisons of the same pair. */
export type Comparison = { first: string; second: string; firstWins: number; secondWins: number; ties?: number }

export type Strengths = {
  /** Log strength against the mean of all, with intervals; strongest first. */
  players: { name: string; strength: Result }[]
  /** Davidson's ν: how readily equals tie. 0 without ties. */
  tieTendency: number
  comparisons: number
}

const ROUNDS = 200

/**
 * Strengths from paired comparisons with ties.
 * @formula P(i beats j) ∝ π_i, P(j beats i) ∝ π_j, P(tie) ∝ ν√(π_i π_j); maximum likelihood by Newton steps, mean log strength 0
 * @range any; a difference d means odds e^d among decided games
 * @source Bradley, Terry 1952; Davidson 1970
 * @equals maximum likelihood by scipy.optimize
 */
export const bradleyTerry = (comparisons: readonly Comparison[], level = 0.95): Strengths | Undefined => {
  const z = criticalZ(level)
  const games = comparisons.map(checkComparison)
  const names = [...new Set(games.flatMap(({ first, second }) => [first, second]))].sort()
  const k = names.length
  if (k < 2) return notDefined('fewer than two players')
  if (!isConnected(names, games)) return notDefined('a set of players never lost or tied against the others: no finite strengths')
  const index = new Map(names.map((name, i) => [name, i]))
  const totalTies = games.reduce((sum, { ties }) => sum + ties, 0)
  const fitted = maximumLikelihood(games, index, k, totalTies > 0)
  if (fitted === null) return notDefined('the comparisons do not determine the strengths')
  const { parameters, information } = fitted
  const total = games.reduce((sum, { firstWins, secondWins, ties }) => sum + firstWins + secondWins + ties, 0)
  const players = names.map((name, i) => {
    const value = parameters[i]!
    const half = z * Math.sqrt(varianceOf(information, parameters.length, k, i))
    const own = games
      .filter(({ first, second }) => first === name || second === name)
      .reduce((sum, { firstWins, secondWins, ties }) => sum + firstWins + secondWins + ties, 0)
    return {
      name,
      value,
      strength: { value, n: own, interval: { low: value - half, high: value + half, level, method: 'inverse information' } } satisfies Result,
    }
  })
  players.sort((a, b) => b.value - a.value)
  return {
    players: players.map(({ name, strength }) => ({ name, strength })),
    tieTendency: totalTies > 0 ? Math.exp(parameters[k]!) : 0,
    comparisons: total,
  }
}

type Game = Required<Comparison>

const checkComparison = (comparison: Comparison): Game => {
  const { first, second, firstWins, secondWins, ties = 0 } = comparison
  if (first === second) throw new InvalidArgument('comparisons', `pair ${first} with itself`)
  for (const [name, count] of Object.entries({ firstWins, secondWins, ties })) checkCount(`comparisons.${name}`, count)
  return { first, second, firstWins, secondWins, ties }
}

/** Parameters: k log strengths, then ln ν when there are ties. Newton steps of at most 1 until they vanish. */
const maximumLikelihood = (
  games: readonly Game[],
  index: ReadonlyMap<string, number>,
  k: number,
  withTies: boolean,
): { parameters: Float64Array; information: Float64Array } | null => {
  const size = k + (withTies ? 1 : 0)
  const parameters = new Float64Array(size)
  for (let round = 0; round < ROUNDS; round += 1) {
    const { gradient, hessian } = derivatives(games, index, parameters, k, withTies)
    const information = cholesky(hessian, size)
    if (information === null) return null
    const step = solveCholesky(information, size, gradient)
    const length = Math.max(...step.map(Math.abs))
    for (let i = 0; i < size; i += 1) parameters[i]! += (length > 1 ? 1 / length : 1) * step[i]!
    if (length < 1e-11) return { parameters, information }
  }
  return null
}

/**
 * Gradient of the log likelihood, and minus its second derivative. Strengths matter up to a constant only: 1/k added to each cell of their block makes the
 * matrix regular and keeps their sum at 0.
 */
const derivatives = (
  games: readonly Game[],
  index: ReadonlyMap<string, number>,
  parameters: Float64Array,
  k: number,
  withTies: boolean,
): { gradient: Float64Array; hessian: Float64Array } => {
  const size = parameters.length
  const gradient = new Float64Array(size)
  const hessian = new Float64Array(size * size)
  for (let i = 0; i < k; i += 1) for (let j = 0; j < k; j += 1) hessian[i * size + j] = 1 / k
  for (const game of games) {
    const i = index.get(game.first)!
    const j = index.get(game.second)!
    const at = withTies ? [i, j, k] : [i, j]
    // the log chance of an outcome is its coefficients times the parameters, minus one common logarithm: the information is their covariance
    const coefficients = withTies
      ? [
          [1, 0, 0],
          [0, 1, 0],
          [0.5, 0.5, 1],
        ]
      : [
          [1, 0],
          [0, 1],
        ]
    const weights = coefficients.map((row) =>
      Math.exp(row.reduce((sum, c, p) => sum + c * parameters[at[p]!]!, -Math.max(parameters[i]!, parameters[j]!))),
    )
    const total = weights.reduce((a, b) => a + b, 0)
    const chances = weights.map((weight) => weight / total)
    const seen = [game.firstWins, game.secondWins, game.ties]
    const n = game.firstWins + game.secondWins + game.ties
    const mean = at.map((_, p) => chances.reduce((sum, chance, o) => sum + chance * coefficients[o]![p]!, 0))
    at.forEach((row, p) => {
      gradient[row]! += chances.reduce((sum, chance, o) => sum + (seen[o]! - n * chance) * coefficients[o]![p]!, 0)
      at.forEach((column, q) => {
        const square = chances.reduce((sum, chance, o) => sum + chance * coefficients[o]![p]! * coefficients[o]![q]!, 0)
        hessian[row * size + column]! += n * (square - mean[p]! * mean[q]!)
      })
    })
  }
  return { gradient, hessian }
}

/** Variance of a strength minus the mean of all: contrast eᵢ - 1/k. */
const varianceOf = (information: Float64Array, size: number, k: number, player: number): number => {
  const contrast = Float64Array.from({ length: size }, (_, i) => (i >= k ? 0 : (i === player ? 1 : 0) - 1 / k))
  return solveCholesky(information, size, contrast).reduce((sum, x, i) => sum + x * contrast[i]!, 0)
}

/** Finite strengths need a way of wins (or ties) from every player to every other (Ford 1957). */
const isConnected = (names: readonly string[], games: readonly Game[]): boolean => {
  const reach = (forward: boolean): number => {
    const seen = new Set([names[0]!])
    for (const name of seen) {
      for (const { first, second, firstWins, secondWins, ties } of games) {
        if (first === name && (forward ? firstWins : secondWins) + ties > 0) seen.add(second)
        if (second === name && (forward ? secondWins : firstWins) + ties > 0) seen.add(first)
      }
    }
    return seen.size
  }
  return reach(true) === names.length && reach(false) === names.length
}
