import { describe } from 'vitest'
import * as s from '#statistics'
import { family, outcomeOf } from '../../../test/support/every-function.ts'

const cell = (group: string | number, tp: number, fn: number, fp: number, tn: number): s.GroupCell => ({ group, tp, fn, fp, tn })

describe('two shares', () => {
  const share = (successes: number, n: number): s.Share => ({ successes, n })
  family(
    {
      ordinary: [share(30, 50), share(18, 60)],
      small: [share(1, 3), share(2, 2)],
      'none and all': [share(0, 10), share(10, 10)],
      'none in both': [share(0, 10), share(0, 12)],
      'all in both': [share(10, 10), share(12, 12)],
      'first empty': [share(0, 0), share(1, 2)],
      'second empty': [share(1, 2), share(0, 0)],
      'more than all': [share(3, 2), share(1, 2)],
      'second more than all': [share(1, 2), share(3, 2)],
      negative: [share(-1, 2), share(1, 2)],
      fractions: [share(1.5, 2), share(1, 2)],
      NaN: [share(NaN, 2), share(1, 2)],
      'infinite size': [share(1, 2), share(1, Infinity)],
    },
    {
      newcombe: (a: s.Share, b: s.Share) => s.newcombe(a, b),
      'newcombe at 0.8': (a: s.Share, b: s.Share) => s.newcombe(a, b, 0.8),
      agrestiCaffo: (a: s.Share, b: s.Share) => s.agrestiCaffo(a, b),
      riskRatio: (a: s.Share, b: s.Share) => s.riskRatio(a, b),
      twoProportionZ: s.twoProportionZ,
      wilson: (a: s.Share) => s.wilson(a.successes, a.n),
      clopperPearson: (a: s.Share) => s.clopperPearson(a.successes, a.n, 0.9),
      poissonRate: (a: s.Share) => s.poissonRate(a.successes, a.n),
      'poissonRate of no time': (a: s.Share) => s.poissonRate(a.n, 0),
      fisherExact: (a: s.Share, b: s.Share) => s.fisherExact(a.successes, a.n - a.successes, b.successes, b.n - b.successes),
      mcnemar: (a: s.Share, b: s.Share) => s.mcnemar(a.successes, b.successes),
      'mcnemar uncorrected': (a: s.Share, b: s.Share) => s.mcnemar(a.successes, b.successes, { corrected: false }),
      mcnemarExact: (a: s.Share, b: s.Share) => s.mcnemarExact(a.successes, b.successes),
      roganGladen: (a: s.Share) => s.roganGladen(a.successes, a.n, { sensitivity: 0.9, sensitivityN: 50, specificity: 0.8, specificityN: 40 }),
      'roganGladen of a coin': (a: s.Share) =>
        s.roganGladen(a.successes, a.n, { sensitivity: 0.5, sensitivityN: 50, specificity: 0.5, specificityN: 40 }),
      'roganGladen of a detector hardly tested': (a: s.Share) =>
        s.roganGladen(a.successes, a.n, { sensitivity: 0.52, sensitivityN: 1, specificity: 0.5, specificityN: 1 }),
      'roganGladen of an impossible detector': (a: s.Share) =>
        s.roganGladen(a.successes, a.n, { sensitivity: 1.1, sensitivityN: 50, specificity: 0.5, specificityN: 40 }),
      privacyLowerBound: (a: s.Share, b: s.Share) =>
        s.privacyLowerBound({ members: a.n, missed: a.n - a.successes, others: b.n, falseAlarms: b.successes }),
      'privacyLowerBound with delta': (a: s.Share, b: s.Share) =>
        s.privacyLowerBound({ members: b.n, missed: b.successes, others: a.n, falseAlarms: a.n - a.successes }, { delta: 0.01, level: 0.9 }),
      isNonInferior: (a: s.Share, b: s.Share) => [0, 0.1, 0.9].map((margin) => outcomeOf(() => s.isNonInferior(s.newcombe(a, b), margin))),
      'isNonInferior without an interval': () => s.isNonInferior(s.estimate(0, 1), 0.1),
      'isNonInferior with a negative margin': () => s.isNonInferior(s.estimate(0, 1), -0.1),
      msprtBernoulli: (a: s.Share, b: s.Share) => s.msprtBernoulli(a.successes / a.n, b.successes / b.n, 200, { tau2: 0.01 }),
      'msprtBernoulli after more evidence': (a: s.Share, b: s.Share) =>
        s.msprtBernoulli(a.successes / a.n, b.successes / b.n, 9, { tau2: 0.01, before: 0.02 }),
      cohenH: (a: s.Share, b: s.Share) => s.cohenH(a.successes / a.n, b.successes / b.n),
      proportionSampleSize: (a: s.Share, b: s.Share) => s.proportionSampleSize(a.successes / a.n, b.successes / b.n),
    },
  )
})

describe('group counts', () => {
  const groups = [cell('a', 20, 5, 8, 30), cell('b', 9, 6, 2, 40), cell('c', 4, 4, 4, 5)]
  family(
    {
      ordinary: [groups],
      'two groups': [groups.slice(0, 2)],
      'two groups, turned round': [[groups[1], groups[0]]],
      'one group': [groups.slice(0, 1)],
      none: [[]],
      'an empty group': [[groups[0], cell('b', 0, 0, 0, 0), groups[2]]],
      'no positives': [[cell('a', 0, 0, 3, 4), cell('b', 0, 0, 1, 7)]],
      'no negatives': [[cell('a', 3, 4, 0, 0), cell('b', 1, 7, 0, 0)]],
      'nobody selected': [[cell('a', 0, 4, 0, 3), cell('b', 0, 7, 0, 2)]],
      'everybody selected': [[cell('a', 3, 0, 4, 0), cell('b', 1, 0, 7, 0)]],
      'nobody of the first selected': [[cell('a', 0, 4, 0, 3), cell('b', 2, 5, 1, 1)]],
      'nobody of the second selected': [[cell('a', 2, 5, 1, 1), cell('b', 0, 4, 0, 3)]],
      perfect: [[cell('a', 5, 0, 0, 5), cell('b', 2, 0, 0, 8)]],
      'a small group': [[groups[0], cell('b', 1, 0, 0, 1), groups[2]]],
      'no false positives': [[cell('a', 5, 2, 0, 5), cell('b', 2, 3, 0, 8)]],
      negative: [[groups[0], cell('b', -1, 0, 0, 1)]],
      NaN: [[groups[0], cell('b', 1, NaN, 0, 1)]],
      infinite: [[groups[0], cell('b', 1, 0, Infinity, 1)]],
    },
    {
      rateDifference: (cells: s.GroupCell[]) => s.rateDifference(cells, 'precision'),
      'rateDifference of large groups': (cells: s.GroupCell[]) => s.rateDifference(cells, 'accuracy', { minimumN: 5, level: 0.8 }),
      'rateDifference with a bad floor': (cells: s.GroupCell[]) => s.rateDifference(cells, 'accuracy', { minimumN: -1 }),
      'rateDifference with a bad level': (cells: s.GroupCell[]) => s.rateDifference(cells, 'accuracy', { level: 0 }),
      rateRatio: (cells: s.GroupCell[]) => s.rateRatio(cells, 'selectionRate'),
      'rateRatio of the base rate': (cells: s.GroupCell[]) => s.rateRatio(cells, 'baseRate', { level: 0.9 }),
      demographicParityDifference: (cells: s.GroupCell[]) => s.demographicParityDifference(cells),
      demographicParityRatio: (cells: s.GroupCell[]) => s.demographicParityRatio(cells),
      equalOpportunityDifference: (cells: s.GroupCell[]) => s.equalOpportunityDifference(cells),
      equalOpportunityRatio: (cells: s.GroupCell[]) => s.equalOpportunityRatio(cells),
      equalizedOddsDifference: (cells: s.GroupCell[]) => s.equalizedOddsDifference(cells),
      'equalizedOddsDifference, mean': (cells: s.GroupCell[]) => s.equalizedOddsDifference(cells, { aggregate: 'mean' }),
      equalizedOddsRatio: (cells: s.GroupCell[]) => s.equalizedOddsRatio(cells),
      'equalizedOddsRatio, mean': (cells: s.GroupCell[]) => s.equalizedOddsRatio(cells, { aggregate: 'mean' }),
      averageOddsDifference: (cells: s.GroupCell[]) => s.averageOddsDifference(cells, 'b', 'a'),
      averageAbsoluteOddsDifference: (cells: s.GroupCell[]) => s.averageAbsoluteOddsDifference(cells, 'b', 'a'),
      disparateImpact: (cells: s.GroupCell[]) => s.disparateImpact(cells, 'b', 'a'),
      'disparateImpact at 0.8': (cells: s.GroupCell[]) => s.disparateImpact(cells, 'a', 'b', 0.8),
      'disparateImpact of a stranger': (cells: s.GroupCell[]) => s.disparateImpact(cells, 'z', 'a'),
      'disparateImpact against a stranger': (cells: s.GroupCell[]) => s.disparateImpact(cells, 'a', 'z'),
      impactRatios: (cells: s.GroupCell[]) => s.impactRatios(cells),
      'impactRatios without small groups': (cells: s.GroupCell[]) => s.impactRatios(cells, { minimumShare: 0.15 }),
      'impactRatios with an impossible share': (cells: s.GroupCell[]) => s.impactRatios(cells, { minimumShare: 1.5 }),
      differentialFairness: (cells: s.GroupCell[]) => s.differentialFairness(cells),
      'differentialFairness, not smoothed': (cells: s.GroupCell[]) => s.differentialFairness(cells, 0),
      impossibility: s.impossibility,
      totalOf: s.totalOf,
      rates: (cells: s.GroupCell[]) => cells.map((one) => (Object.keys(s.rates) as s.RateName[]).map((name) => outcomeOf(() => s.rateOf(one, name)))),
    },
  )
})

describe('two groups, as Clarify counts', () => {
  const a = cell('a', 27, 1, 5, 13)
  const d = cell('d', 56, 12, 31, 29)
  family(
    {
      ordinary: [a, d],
      'first empty': [cell('a', 0, 0, 0, 0), d],
      'second empty': [a, cell('d', 0, 0, 0, 0)],
      'first has no positives': [cell('a', 0, 0, 5, 13), d],
      'first has no negatives': [cell('a', 27, 1, 0, 0), d],
      'nobody of the first selected': [cell('a', 0, 5, 0, 13), d],
      'nobody of the second selected': [a, cell('d', 0, 12, 0, 29)],
      'everybody selected': [cell('a', 9, 0, 3, 0), cell('d', 5, 0, 6, 0)],
      'no mistakes in either': [cell('a', 9, 0, 0, 4), cell('d', 5, 0, 0, 7)],
      negative: [cell('a', 9, -1, 3, 0), d],
      NaN: [a, cell('d', NaN, 0, 6, 0)],
    },
    Object.fromEntries(
      Object.entries({
        differenceInPositivePredictions: s.differenceInPositivePredictions,
        clarifyDisparateImpact: s.clarifyDisparateImpact,
        accuracyDifference: s.accuracyDifference,
        recallDifference: s.recallDifference,
        specificityDifference: s.specificityDifference,
        differenceInAcceptanceRates: s.differenceInAcceptanceRates,
        differenceInRejectionRates: s.differenceInRejectionRates,
        differenceInConditionalAcceptance: s.differenceInConditionalAcceptance,
        differenceInConditionalRejection: s.differenceInConditionalRejection,
        treatmentEquality: s.treatmentEquality,
      }).flatMap(([name, metric]) => [
        [name, (advantaged: s.GroupCell, disadvantaged: s.GroupCell) => metric({ advantaged, disadvantaged }, { level: 0.9 })],
        [
          `${name} as Clarify`,
          (advantaged: s.GroupCell, disadvantaged: s.GroupCell) => metric({ advantaged, disadvantaged }, { mode: 'clarify-compat' }),
        ],
      ]),
    ),
  )
})

describe('rows by group', () => {
  const labels = [0, 1, 1, 0, 1, 0, 1, 1, 0, 1]
  const predictions = [0, 1, 0, 1, 1, 0, 1, 0, 0, 1]
  const sex = [...'fmfmfmffmm']
  const age = [1, 1, 2, 2, 1, 2, 1, 2, 1, 1]
  family(
    {
      ordinary: [{ labels, predictions, sensitive: { sex } }],
      intersections: [{ labels, predictions, sensitive: { sex, age } }],
      controlled: [{ labels, predictions, sensitive: { sex }, control: { age } }],
      'two controls': [{ labels, predictions, sensitive: { sex }, control: { age, site: [...'xyxyxyxyxx'] } }],
      suppressed: [{ labels, predictions, sensitive: { sex, age } }, { suppressBelow: 3 }],
      'another level': [{ labels, predictions, sensitive: { sex } }, { level: 0.5 }],
      weighted: [{ labels, predictions, sensitive: { sex }, weights: [1, 2, 1, 2, 1, 2, 1, 2, 1, 0.5] }],
      'no sensitive column': [{ labels, predictions, sensitive: {} }],
      'short sensitive column': [{ labels, predictions, sensitive: { sex: ['f'] } }],
      'short control column': [{ labels, predictions, sensitive: { sex }, control: { age: [1] } }],
      'short predictions': [{ labels, predictions: [1], sensitive: { sex } }],
      'a missing group': [{ labels: [0, 1], predictions: [0, 1], sensitive: { sex: ['f', NaN] } }],
      'label 3': [{ labels: [0, 3], predictions: [0, 1], sensitive: { sex: ['f', 'm'] } }],
      'prediction 3': [{ labels: [0, 1], predictions: [0, 3], sensitive: { sex: ['f', 'm'] } }],
      'negative weight': [{ labels: [0, 1], predictions: [0, 1], sensitive: { sex: ['f', 'm'] }, weights: [1, -1] }],
      'no rows': [{ labels: [], predictions: [], sensitive: { sex: [] } }],
    },
    {
      fairnessFrame: (input: s.FrameInput, options: s.FrameOptions) =>
        s.fairnessFrame({ ...input, rates: ['selectionRate', 'truePositiveRate', 'falsePositiveRate'] }, options),
      countByGroup: (input: s.FrameInput) => s.countByGroup({ ...input, groups: input.sensitive.sex ?? [] }),
      metricByGroup: ({ labels: y, predictions: p, sensitive }: s.FrameInput) =>
        s.metricByGroup(sensitive.sex ?? [], (rows) =>
          s.accuracy(
            Array.from(rows, (i) => y[i]!),
            Array.from(rows, (i) => p[i]!),
          ),
        ),
      'metricByGroup that is never above 0': ({ sensitive }: s.FrameInput) =>
        s.metricByGroup(sensitive.sex ?? [], (rows) => s.estimate(-rows.length, rows.length)),
      'metricByGroup that one group lacks': ({ sensitive }: s.FrameInput) =>
        s.metricByGroup(sensitive.sex ?? [], (rows) => (rows[0] === 0 ? s.notDefined('no') : s.estimate(1, rows.length))),
    },
  )
})

describe('numbers of one experiment or plan', () => {
  family(
    {
      ordinary: [0.3, 0.05, 400],
      small: [0.01, 0.2, 3],
      zero: [0, 0, 0],
      'zero spread': [0.2, 0, 10],
      negative: [-0.2, 0.1, 50],
      'negative spread': [0.2, -0.1, 50],
      large: [0.999, 0.9, 1e6],
      'above one': [2, 1.5, 30],
      'not whole': [0.2, 0.1, 2.5],
      NaN: [NaN, 0.1, 10],
      'NaN second': [0.2, NaN, 10],
      'NaN third': [0.2, 0.1, NaN],
      infinite: [Infinity, 0.1, 10],
    },
    {
      asymptoticSequence: (x: number, e: number, n: number) => s.asymptoticSequence(x, e, n),
      'asymptoticSequence tuned': (x: number, e: number, n: number) => s.asymptoticSequence(x, e, n, { alpha: 0.1, tunedFor: 300 }),
      asymptoticSequenceTest: (x: number, e: number, n: number) => s.asymptoticSequenceTest(x, e, n),
      'asymptoticSequenceTest tuned': (x: number, e: number, n: number) => s.asymptoticSequenceTest(x, e, n, { alpha: 0.1, tunedFor: 300 }),
      sequenceTuning: (x: number, _: number, n: number) => s.sequenceTuning(x, n),
      msprtNormal: (x: number, v: number, n: number) => s.msprtNormal(x, n, { variance: v, tau2: 0.02 }),
      'msprtNormal without a prior': (x: number, v: number, n: number) => s.msprtNormal(x, n, { variance: v, tau2: 0 }),
      'msprtNormal after more evidence': (x: number, v: number, n: number) => s.msprtNormal(x, n, { variance: v, tau2: 0.02, before: 0.03 }),
      normalPower: (x: number, alpha: number, n: number) => s.normalPower(x, n, { alpha }),
      'normalPower of unequal groups': (x: number, _: number, n: number) => s.normalPower(x, n, { ratio: 3 }),
      normalSampleSize: (x: number) => s.normalSampleSize(x),
      'normalSampleSize of more power': (x: number, alpha: number) => s.normalSampleSize(x, 0.95, { alpha, ratio: 2 }),
      'normalSampleSize of hardly any power': (x: number) => s.normalSampleSize(x, 0.04),
      'normalSampleSize of too much power': (x: number) => s.normalSampleSize(x, 1),
      precisionSampleSize: (x: number, p: number) => s.precisionSampleSize(x, p),
      'precisionSampleSize at a level': (x: number, level: number) => s.precisionSampleSize(x, 0.5, level),
      psiThreshold: (_: number, alpha: number, n: number) => s.psiThreshold(10, n, 50, alpha),
      'psiThreshold of one bin': (_: number, alpha: number, n: number) => s.psiThreshold(1, n, 50, alpha),
      'psiThreshold of nothing current': (_: number, alpha: number, n: number) => s.psiThreshold(10, 50, n, alpha),
      jensenShannonThreshold: (_: number, alpha: number, n: number) => s.jensenShannonThreshold(10, n, 50, alpha),
      canaryExposure: (_: number, rank: number, n: number) => s.canaryExposure(Math.round(rank * 40), n),
      icatScore: (x: number, y: number) => s.icatScore(100 * x, 100 * y),
      estimate: (x: number, y: number, n: number) => [
        outcomeOf(() => s.estimate(x, n)),
        outcomeOf(() => s.estimate(x, n, { low: y, high: 1, level: 0.9, method: 'm' })),
      ],
      distributions: (x: number, p: number, n: number) => [
        s.normalCdf(x),
        s.normalSurvival(x),
        s.normalDensity(x),
        s.normalQuantile(p),
        s.chiSquareSurvival(x, 3),
        s.chiSquareQuantile(p, 3),
        s.studentQuantile(p, 4),
        s.betaQuantile(p, 2, 3),
        s.binomialCdf(3, 10, Math.min(1, Math.max(0, x))),
        s.binomialSurvival(3, 10, Math.min(1, Math.max(0, x))),
        s.poissonCdf(Math.min(5, n), Math.abs(x)),
      ],
      startOnline: (alpha: number) => s.startOnline('lord', alpha),
      createRandom: (seed: number, _: number, n: number) => {
        const random = s.createRandom(n)
        return [
          seed === 0,
          random.bits(),
          random.uniform(),
          random.integer(10),
          random.integer(3e6),
          random.normal(),
          random.binomial(10, 0.3),
          random.binomial(500, 0.7),
        ]
      },
    },
  )
})

describe('attempts of problems', () => {
  family(
    {
      ordinary: [[10, 10, 8], [3, 10, 0], 2],
      'one try': [[10, 5], [3, 5], 1],
      'all tries': [[4, 4], [4, 3], 4],
      'more than were made': [[3, 10], [1, 2], 5],
      'more passed than tried': [[3], [4], 1],
      'not whole': [[3.5], [1], 1],
      empty: [[], [], 1],
      'different lengths': [[1, 2], [1], 1],
      'k of 0': [[3], [1], 0],
    },
    { passAtK: s.passAtK, passHatK: s.passHatK },
  )
})

describe('rankings', () => {
  family(
    {
      ordinary: [
        [
          [0, 1, 0, 1],
          [1, 0, 0],
          [0, 0],
        ],
        2,
        [3, 1, 2],
      ],
      'nothing relevant': [[[0, 0]], 1, [0]],
      'no queries': [[], 1, []],
      'an empty ranking': [[[], [1]], 3, [1, 1]],
      NaN: [[[1, NaN]], 1, [1]],
      'k of 0': [[[1]], 0, [1]],
      'different lengths': [[[1]], 1, [1, 2]],
    },
    {
      meanReciprocalRank: (r: number[][]) => s.meanReciprocalRank(r),
      meanAveragePrecision: (r: number[][]) => s.meanAveragePrecision(r),
      'meanAveragePrecision of what exists': (r: number[][], _: number, relevant: number[]) => s.meanAveragePrecision(r, relevant),
      precisionAtK: (r: number[][], k: number) => s.precisionAtK(r, k),
      recallAtK: (r: number[][], k: number, relevant: number[]) => s.recallAtK(r, k, relevant),
    },
  )
})

describe('probabilities of classes', () => {
  family(
    {
      ordinary: [{ labels: [0, 2, 1], probabilities: [0.7, 0.2, 0.1, 0.1, 0.3, 0.6, 0.5, 0.25, 0.25], classes: 3 }],
      weighted: [{ labels: [0, 1], probabilities: [0.7, 0.3, 0.4, 0.6], classes: 2, weights: [1, 3] }],
      'certain and wrong': [{ labels: [0, 1], probabilities: [0, 1, 1, 0], classes: 2 }],
      ties: [{ labels: [0, 1], probabilities: [0.5, 0.5, 0.5, 0.5], classes: 2 }],
      'not summing to one': [{ labels: [0], probabilities: [0.5, 0.6], classes: 2 }],
      'a label too high': [{ labels: [2], probabilities: [0.5, 0.5], classes: 2 }],
      'a negative label': [{ labels: [-1], probabilities: [0.5, 0.5], classes: 2 }],
      NaN: [{ labels: [0], probabilities: [NaN, 0.5], classes: 2 }],
      'one class': [{ labels: [0], probabilities: [1], classes: 1 }],
      'too few': [{ labels: [0, 1], probabilities: [1, 0], classes: 2 }],
      empty: [{ labels: [], probabilities: [], classes: 2 }],
    },
    {
      logLoss: s.logLoss,
      topKAccuracy: (scores: s.ClassScores) => s.topKAccuracy(scores, 1),
      'topKAccuracy of 2': (scores: s.ClassScores) => s.topKAccuracy(scores, 2),
      'topKAccuracy of 0': (scores: s.ClassScores) => s.topKAccuracy(scores, 0),
    },
  )
})

describe('attributions', () => {
  family(
    {
      ordinary: [
        { a: 0.5, b: 0.3, c: -0.15 },
        { a: 0.1, b: 0.4, c: 0.2 },
      ],
      'the same order': [
        { a: 0.5, b: 0.3 },
        { a: 3, b: -2 },
      ],
      zeros: [
        { a: 0, b: 0 },
        { a: 1, b: 2 },
      ],
      none: [{}, {}],
      'one missing': [{ a: 1, b: 2 }, { a: 1 }],
      'one more': [{ a: 1 }, { a: 1, b: 2 }],
      NaN: [{ a: 1 }, { a: NaN }],
    },
    { attributionNdcg: s.attributionNdcg },
  )
})
