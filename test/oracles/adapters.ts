import * as s from '#statistics'

type Rows = s.GroupInput
type Compat = { mode: s.ClarifyMode }

/** Rows in, a metric on group counts out: 0 and 1 are the advantaged and the disadvantaged group. */
const onCells =
  <Rest extends unknown[]>(metric: (cells: readonly s.GroupCell[], ...rest: Rest) => unknown) =>
  (rows: Rows, ...rest: Rest): unknown =>
    metric(s.countByGroup(rows), ...rest)

const onTwoGroups =
  (metric: (groups: s.TwoGroups, options: Compat) => unknown) =>
  (rows: Rows, options: Compat): unknown => {
    const [advantaged, disadvantaged] = s.countByGroup(rows)
    return metric({ advantaged: advantaged!, disadvantaged: disadvantaged! }, options)
  }

/** Rates of each group as lists, one slice after another, null where a rate does not exist: as the oracle prints a frame. */
const frame = (labels: number[], predictions: number[], sensitive: s.NamedColumns, control: s.NamedColumns, rates: s.RateName[]): unknown =>
  s.fairnessFrame({ labels, predictions, sensitive, control, rates }).map(({ groups }) =>
    groups.map((group) =>
      rates.map((name) => {
        const result = group.rates[name]!
        return s.isDefined(result) ? result.value : null
      }),
    ),
  )

/** Indices at which a detector speaks. */
const heard = (detector: s.Detector<unknown>, values: number[]): { found: number[]; warned: number[] } => {
  const verdicts = values.map(detector.update)
  const at = (verdict: s.Verdict): number[] => verdicts.flatMap((one, i) => (one === verdict ? [i] : []))
  return { found: at('drift'), warned: at('warning') }
}

type Formula = { line: number[]; pairs: [number, number, number][]; step: number[] }

const modelOf =
  ({ line, pairs, step }: Formula): s.PredictRows =>
  (rows, count) =>
    Float64Array.from({ length: count }, (_, i) => {
      const x = rows.subarray(i * line.length, (i + 1) * line.length)
      const along = (weights: number[]): number => weights.reduce((total, w, f) => total + w * x[f]!, 0)
      return along(line) + pairs.reduce((total, [a, b, c]) => total + c * x[a]! * x[b]!, 0) + (along(step) > 0 ? 1 : 0)
    })

/** Functions that take a function, or answer in another shape than the oracle: called as the oracle files give their arguments. */
export const adapters: Record<string, (...args: never[]) => unknown> = {
  demographicParityDifference: onCells(s.demographicParityDifference),
  demographicParityRatio: onCells(s.demographicParityRatio),
  equalOpportunityDifference: onCells(s.equalOpportunityDifference),
  equalOpportunityRatio: onCells(s.equalOpportunityRatio),
  equalizedOddsDifference: onCells(s.equalizedOddsDifference),
  equalizedOddsRatio: onCells(s.equalizedOddsRatio),
  averageOddsDifference: onCells(s.averageOddsDifference),
  averageAbsoluteOddsDifference: onCells(s.averageAbsoluteOddsDifference),
  disparateImpact: onCells(s.disparateImpact),
  differentialFairness: onCells(s.differentialFairness),
  differenceInPositivePredictions: onTwoGroups(s.differenceInPositivePredictions),
  clarifyDisparateImpact: onTwoGroups(s.clarifyDisparateImpact),
  accuracyDifference: onTwoGroups(s.accuracyDifference),
  recallDifference: onTwoGroups(s.recallDifference),
  specificityDifference: onTwoGroups(s.specificityDifference),
  differenceInAcceptanceRates: onTwoGroups(s.differenceInAcceptanceRates),
  differenceInRejectionRates: onTwoGroups(s.differenceInRejectionRates),
  differenceInConditionalAcceptance: onTwoGroups(s.differenceInConditionalAcceptance),
  differenceInConditionalRejection: onTwoGroups(s.differenceInConditionalRejection),
  treatmentEquality: onTwoGroups(s.treatmentEquality),
  fairnessFrame: frame,
  // tails are compared as p-values: relative down to 1e-30
  normalCdf: (z: number) => ({ pValue: s.normalCdf(z) }),
  chiSquareSurvival: (x: number, df: number) => ({ pValue: s.chiSquareSurvival(x, df) }),
  binomialCdf: (k: number, n: number, p: number) => ({ pValue: s.binomialCdf(k, n, p) }),
  poissonCdf: (k: number, mean: number) => ({ pValue: s.poissonCdf(k, mean) }),
  cramerVonMises: (a: number[], b: number[], options: { method: 'exact' | 'asymptotic' }) => {
    const test = s.cramerVonMises(a, b, options)
    return s.isDefined(test) ? { ...test, p: test.pValue } : test
  },
  reconstructionError: (reference: s.Matrix, rows: s.Matrix) => {
    const fit = s.fitReconstruction(reference)
    return 'undefined' in fit ? fit : s.reconstructionError(fit, rows)
  },
  adwin: (values: number[]) => {
    const detector = s.adwin()
    return { ...heard(detector, values), width: detector.width }
  },
  pageHinkley: (values: number[]) => heard(s.pageHinkley(), values),
  ddm: (values: number[]) => heard(s.ddm(), values),
  eddm: (values: number[]) => heard(s.eddm(), values),
  applyIsotonic: (x: number[], y: number[], at: number[]) => {
    const curve = s.fitIsotonic(x, y)
    return at.map((value) => s.applyIsotonic(curve, value))
  },
  expectedPerformance: (scores: number[], labels: number[], predictions: number[]) => {
    const calibration = s.fitCalibration(labels, scores)
    return 'undefined' in calibration ? calibration : s.expectedPerformance(calibration, scores, predictions)
  },
  bradleyTerry: (games: s.Comparison[]) => {
    const fit = s.bradleyTerry(games)
    if ('undefined' in fit) return fit
    return {
      tieTendency: fit.tieTendency,
      strengths: Object.fromEntries(fit.players.map(({ name, strength }) => [name, s.isDefined(strength) ? strength.value : NaN])),
    }
  },
  testOnline: (kind: 'lord' | 'saffron', pValues: number[], alpha: number) => {
    let state = s.startOnline(kind, alpha)
    return pValues.map((p) => {
      const step = s.testOnline(state, p)
      state = step.state
      return step.threshold
    })
  },
  kernelShap: (formula: Formula, row: number[], background: s.Matrix) => s.kernelShap(modelOf(formula), row, background, { seed: 1 }),
  empiricalBernsteinSequence: (values: number[], alpha: number) => {
    const sequence = s.empiricalBernsteinSequence({ alpha })
    values.forEach(sequence.update)
    return sequence.toJSON()
  },
  bettingProcess: (values: number[], mean: number) => {
    const process = s.bettingProcess({ mean })
    return values.map(process.update).at(-1)
  },
}
