import { describe } from 'vitest'
import * as s from '#statistics'
import { family, outcomeOf, sparse } from '../../../test/support/every-function.ts'

const A = [3.1, 4.7, 2.2, 8.4, 5.5, 6.1, 1.9, 7.3, 4.4, 5.2]
const B = [2.8, 6.9, 3.3, 9.9, 4.1, 7.7, 2.5, 9.1]

describe('two samples', () => {
  family(
    {
      ordinary: [A, B],
      'both empty': [[], []],
      'first empty': [[], A],
      'second empty': [A, []],
      'one value each': [[1], [2]],
      'two values each': [
        [1, 2],
        [2, 4],
      ],
      'three and one': [[1, 2, 5], [3]],
      'one and three': [[3], [1, 2, 5]],
      'all ties': [
        [3, 3, 3],
        [3, 3],
      ],
      'no overlap': [
        [1, 2, 3, 4],
        [11, 12, 13],
      ],
      'NaN first': [[1, NaN], A],
      'NaN second': [A, [1, NaN]],
      'infinity first': [[Infinity, 1], A],
      'infinity second': [A, [-Infinity]],
      huge: [
        [1e308, -1e308, 1e308],
        [-1e308, 1e308, -1e308],
      ],
      '2^32 rows': [sparse(2 ** 32), A],
      holes: [sparse(3), A],
    },
    {
      'kolmogorovSmirnov exact': (a: number[], b: number[]) => s.kolmogorovSmirnov(a, b),
      'kolmogorovSmirnov asymptotic': (a: number[], b: number[]) => s.kolmogorovSmirnov(a, b, { method: 'asymptotic' }),
      wasserstein: s.wasserstein,
      wassersteinNormed: s.wassersteinNormed,
      energyDistance: s.energyDistance,
      cramerVonMises: (a: number[], b: number[]) => s.cramerVonMises(a, b),
      'cramerVonMises asymptotic': (a: number[], b: number[]) => s.cramerVonMises(a, b, { method: 'asymptotic' }),
      andersonDarling: (a: number[], b: number[]) => s.andersonDarling([a, b]),
      welch: s.welch,
      mannWhitney: (a: number[], b: number[]) => s.mannWhitney(a, b),
      'mannWhitney asymptotic': (a: number[], b: number[]) => s.mannWhitney(a, b, { method: 'asymptotic' }),
      kruskalWallis: (a: number[], b: number[]) => s.kruskalWallis([a, b]),
      cohenD: s.cohenD,
      hedgesG: s.hedgesG,
      cliffDelta: s.cliffDelta,
      differenceOfMeans: (a: number[], b: number[]) => s.differenceOfMeans(a, b),
      'differenceOfMeans at 0.8': (a: number[], b: number[]) => s.differenceOfMeans(a, b, 0.8),
      permutationTest: (a: number[], b: number[]) => s.permutationTest(a, b, (x, y) => s.mean(x) - s.mean(y), { seed: 1, permutations: 99 }),
      quantileEdges: (a: number[], b: number[]) => s.binCounts(b, s.quantileEdges(a, 4), 'current'),
      binCounts: (a: number[], b: number[]) => [s.binCounts(a, Float64Array.of(2, 4)), s.binCounts(b, Float64Array.of(3), 'current')],
      categoryCounts: (a: number[], b: number[]) => s.categoryCounts(a, b),
      predictionPoweredMean: (a: number[], b: number[]) => s.predictionPoweredMean(a, a.length > 99 ? a : Array.from(a, (x) => x + 1), b),
      sampledExposure: (a: number[], b: number[]) => s.sampledExposure(a[0]!, b),
    },
  )
})

describe('driftReport', () => {
  const numeric = (reference: ArrayLike<number>, current: ArrayLike<number>): s.DriftColumn => ({ name: 'x', kind: 'numeric', reference, current })
  const category = (reference: string[], current: string[]): s.DriftColumn => ({ name: 'c', kind: 'category', reference, current })
  const many = (shift: number): Float64Array => {
    const random = s.createRandom(4)
    return Float64Array.from({ length: 400 }, () => random.normal() + shift)
  }
  family(
    {
      'nothing changed': [[numeric(many(0), many(0)), category(['a', 'a', 'b'], ['a', 'a', 'b'])]],
      moved: [[numeric(many(0), many(0.5)), numeric(many(0), many(0.02)), category([...'aaaabbbbcc'], [...'aaccccccdd'])]],
      'moved, lenient': [[numeric(many(0), many(0.5))], { minimumEffect: 0.9 }],
      'moved, four bins': [[numeric(many(0), many(0.5))], { bins: 4, alpha: 0.2 }],
      'large samples': [
        [
          numeric(
            Float64Array.from({ length: 10_001 }, (_, i) => i),
            Float64Array.from({ length: 9000 }, (_, i) => i),
          ),
        ],
      ],
      'no columns': [[]],
      'an empty side': [[numeric([], [1]), numeric([1], []), category([], ['a']), category(['a'], [])]],
      'one category': [[category(['a'], ['a', 'a'])]],
      'NaN in the reference': [[numeric([NaN], [1])]],
      'NaN in the current': [[numeric([1], [NaN])]],
      'alpha 2': [[], { alpha: 2 }],
      'a constant': [[numeric([5, 5, 5], [5, 5])]],
    },
    { driftReport: s.driftReport },
  )
})

describe('pairs of numbers', () => {
  family(
    {
      ordinary: [
        [1.5, 2.5, 3.1, 4.7, 5.2, 7.9],
        [1.1, 2.9, 2.8, 5.5, 5.1, 6.6],
      ],
      'with ties': [
        [1, 2, 2, 3, 5, 5],
        [2, 1, 1, 3, 4, 4],
      ],
      weights: [[1, 2, 4], [2, 2, 3], { weights: [1, 2, 3] }],
      'negative weight': [[1, 2], [1, 3], { weights: [1, -1] }],
      empty: [[], []],
      'one pair': [[1], [2]],
      'two pairs': [
        [1, 2],
        [2, 5],
      ],
      'three pairs': [
        [1, 2, 4],
        [2, 3, 3],
      ],
      'different lengths': [[1, 2, 3], [1]],
      'first constant': [
        [2, 2, 2, 2],
        [1, 2, 3, 4],
      ],
      'second constant': [
        [1, 2, 3, 4],
        [2, 2, 2, 2],
      ],
      equal: [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ],
      'turned around': [
        [1, 2, 3, 4],
        [4, 3, 2, 1],
      ],
      'a zero': [
        [0, 2, 3],
        [1, 2, 3],
      ],
      'NaN first': [
        [NaN, 1],
        [1, 2],
      ],
      'NaN second': [
        [1, 2],
        [1, NaN],
      ],
      huge: [
        [1e308, -1e308, 1e308, 2],
        [-1e308, 1e308, -1e308, 1],
      ],
      '2^32 rows': [sparse(2 ** 32), sparse(2 ** 32)],
    },
    {
      meanAbsoluteError: s.meanAbsoluteError,
      rootMeanSquaredError: s.rootMeanSquaredError,
      meanAbsolutePercentageError: s.meanAbsolutePercentageError,
      rSquared: s.rSquared,
      quantileLoss: (a: number[], b: number[], o: object) => s.quantileLoss(a, b, 0.3, o),
      pearson: (a: number[], b: number[]) => s.pearson(a, b, 0.9),
      spearman: (a: number[], b: number[]) => s.spearman(a, b),
      kendallTauB: s.kendallTauB,
      pairedT: s.pairedT,
      wilcoxon: s.wilcoxon,
      pairedPermutationTest: (a: number[], b: number[]) => s.pairedPermutationTest(a, b, { seed: 1, permutations: 199 }),
      counterfactualGap: s.counterfactualGap,
      counterfactualLean: (a: number[], b: number[]) => s.counterfactualLean(a, b),
      crowsPairsScore: (a: number[], b: number[]) => s.crowsPairsScore(a, b),
      crowsPairsLogRatio: s.crowsPairsLogRatio,
      ndcg: (a: number[], b: number[]) => s.ndcg(a, b),
      'ndcg of 2, exponential, in order': (a: number[], b: number[]) => s.ndcg(a, b, { k: 2, gain: 'exponential', ties: 'order' }),
      fitIsotonic: (a: number[], b: number[]) => s.fitIsotonic(a, b),
      clusteredMean: (a: number[], b: number[]) => s.clusteredMean(a, b),
      weightedQuantile: (a: number[], b: number[]) => s.weightedQuantile(a, b, 0.4),
      deltaMethod: (a: number[], b: number[]) => s.deltaMethod([a, b], ([x, y]) => x! / y!),
      cuped: (a: number[], b: number[]) => s.cuped({ outcome: a, before: b }, { outcome: b, before: a }),
      riskCoverageArea: s.riskCoverageArea,
      labelKl: (advantaged: number[], disadvantaged: number[]) => s.labelKl({ advantaged, disadvantaged }),
      labelJs: (advantaged: number[], disadvantaged: number[]) => s.labelJs({ advantaged, disadvantaged }),
      labelL2: (advantaged: number[], disadvantaged: number[]) => s.labelL2({ advantaged, disadvantaged }),
      labelTvd: (advantaged: number[], disadvantaged: number[]) => s.labelTvd({ advantaged, disadvantaged }),
      labelKs: (advantaged: number[], disadvantaged: number[]) => s.labelKs({ advantaged, disadvantaged }),
      classImbalance: (advantaged: number[], disadvantaged: number[]) => s.classImbalance({ advantaged, disadvantaged }),
      differenceInPositiveLabels: (advantaged: number[], disadvantaged: number[]) => s.differenceInPositiveLabels({ advantaged, disadvantaged }, 1),
      sampleRatioMismatch: (a: number[], b: number[]) => s.sampleRatioMismatch(a, b),
      chiSquareGoodness: s.chiSquareGoodness,
    },
  )
})

describe('labels and predictions', () => {
  family(
    {
      ordinary: [
        [0, 1, 1, 0, 1, 1, 0, 1],
        [0, 1, 0, 0, 1, 1, 1, 1],
      ],
      weighted: [[0, 1, 1, 0], [0, 1, 0, 1], { weights: [1, 2, 0.5, 3] }],
      booleans: [
        [false, true, true],
        [true, true, false],
      ],
      'three classes': [
        ['a', 'b', 'c', 'a'],
        ['a', 'c', 'c', 'b'],
      ],
      macro: [['a', 'b', 'c', 'a'], ['a', 'c', 'c', 'b'], { average: 'macro', zeroDivision: 0 }],
      'macro without a rule': [['a', 'b', 'c', 'a'], ['a', 'c', 'c', 'b'], { average: 'macro' }],
      micro: [['a', 'b', 'c', 'a'], ['a', 'c', 'c', 'b'], { average: 'micro' }],
      'weighted by class': [['a', 'b', 'c', 'a'], ['a', 'c', 'c', 'b'], { average: 'weighted', zeroDivision: 1 }],
      'another positive': [[0, 1, 1, 0], [0, 1, 0, 1], { positive: 0 }],
      'a positive that does not occur': [[0, 1, 1, 0], [0, 1, 0, 1], { positive: 7 }],
      'nothing positive': [
        [0, 0],
        [0, 0],
      ],
      'nothing positive, counted as 0': [[0, 0], [0, 0], { zeroDivision: 0 }],
      'nothing predicted': [
        [0, 1],
        [0, 0],
      ],
      'one class': [
        [1, 1, 1],
        [1, 1, 1],
      ],
      empty: [[], []],
      'different lengths': [[0, 1], [0]],
      'NaN first': [
        [0, NaN],
        [0, 1],
      ],
      'NaN second': [
        [0, 1],
        [NaN, 1],
      ],
      'lone surrogates': [
        ['\ud800', 'a', 'a'],
        ['\ud800', '\udfff', 'a'],
      ],
      'level 1': [[0, 1], [0, 1], { level: 1 }],
      'adjusted for chance': [[0, 1, 1, 0], [0, 1, 0, 1], { adjusted: true }],
      'zero weights': [[0, 1], [0, 1], { weights: [0, 0] }],
      '2^32 rows': [sparse(2 ** 32), sparse(2 ** 32)],
    },
    {
      accuracy: s.accuracy,
      balancedAccuracy: s.balancedAccuracy,
      precision: s.precision,
      recall: s.recall,
      fBeta: s.fBeta,
      'fBeta of 2': (a: number[], b: number[], o: object) => s.fBeta(a, b, { ...o, beta: 2 }),
      matthewsCorrelation: s.matthewsCorrelation,
      confusion: (a: number[], b: number[], o: { weights?: number[] } = {}) => s.confusion(a, b, o.weights),
      cellsOf: (a: number[], b: number[]) => s.cellsOf(s.confusion(a, b), 1),
      cohenKappa: (a: number[], b: number[]) => s.cohenKappa(a, b),
      'cohenKappa linear': (a: number[], b: number[], o: { weights?: number[] } = {}) =>
        s.cohenKappa(a, b, o.weights === undefined ? { weights: 'linear', level: 0.9 } : { weights: 'linear', rowWeights: o.weights }),
      'cohenKappa quadratic': (a: number[], b: number[]) => s.cohenKappa(a, b, { weights: 'quadratic' }),
      theilIndex: s.theilIndex,
      generalizedEntropy: (a: number[], b: number[]) => s.generalizedEntropy(a, b),
      'generalizedEntropy of 0': (a: number[], b: number[]) => s.generalizedEntropy(a, b, 0),
      betweenGroupEntropy: (a: number[], b: number[]) => s.betweenGroupEntropy(a, b, a.length > 99 ? [] : Array.from(a, (_, i) => i % 2)),
      counterfactualFlipRate: (a: number[], b: number[]) => s.counterfactualFlipRate(a, b),
      demographicDisparity: s.demographicDisparity,
      conditionalDemographicDisparity: (a: number[], b: number[]) =>
        s.conditionalDemographicDisparity(a, b, a.length > 99 ? [] : Array.from(a, (_, i) => i % 2)),
      exactMatch: (a: string[], b: string[]) => (a.length > 99 ? s.exactMatch(a, []) : s.exactMatch(Array.from(a, String), Array.from(b, String))),
      quasiExactMatch: (a: string[], b: string[]) =>
        a.length > 99 ? s.quasiExactMatch(a, []) : s.quasiExactMatch(Array.from(a, String), Array.from(b, String)),
      anonymity: (a: string[], b: string[]) => [s.anonymity([a], b), s.anonymity([a, b])],
    },
  )
})

describe('labels and scores', () => {
  family(
    {
      ordinary: [
        [0, 1, 1, 0, 1, 0, 1, 1, 0, 0],
        [0.1, 0.8, 0.6, 0.3, 0.9, 0.65, 0.4, 0.7, 0.2, 0.35],
      ],
      'with ties': [
        [0, 1, 1, 0, 1, 0],
        [0.5, 0.5, 0.7, 0.2, 0.7, 0.7],
      ],
      weighted: [[0, 1, 1, 0], [0.1, 0.4, 0.8, 0.6], { weights: [1, 2, 0, 3] }],
      'one positive': [
        [0, 1, 0],
        [0.2, 0.6, 0.4],
      ],
      'one negative': [
        [1, 1, 0],
        [0.2, 0.6, 0.4],
      ],
      'positives only': [
        [1, 1],
        [0.2, 0.4],
      ],
      'negatives only': [
        [0, 0],
        [0.2, 0.4],
      ],
      'all the same score': [
        [0, 1, 0, 1],
        [0.5, 0.5, 0.5, 0.5],
      ],
      'certain and wrong': [
        [0, 1, 0, 1],
        [1, 0, 1, 0],
      ],
      'certain and right': [
        [0, 1, 0, 1],
        [0, 1, 0, 1],
      ],
      'on the edges of bins': [
        [0, 1, 1, 0],
        [0.3, 0.7, 0.6, 0.1],
      ],
      empty: [[], []],
      'label 2': [
        [0, 2],
        [0.1, 0.2],
      ],
      NaN: [
        [0, 1],
        [0.1, NaN],
      ],
      'above 1': [
        [0, 1],
        [0.1, 1.5],
      ],
      'below 0': [
        [0, 1],
        [-0.1, 0.5],
      ],
      'different lengths': [[0, 1], [0.1]],
      '2^32 rows': [sparse(2 ** 32), sparse(2 ** 32)],
    },
    {
      rocAuc: s.rocAuc,
      averagePrecision: s.averagePrecision,
      precisionRecallAuc: s.precisionRecallAuc,
      rocCurve: s.rocCurve,
      brierScore: s.brierScore,
      brierDecomposition: s.brierDecomposition,
      reliabilityCurve: (a: number[], b: number[]) => s.reliabilityCurve(a, b, { bins: 4 }),
      expectedCalibrationError: (a: number[], b: number[]) => s.expectedCalibrationError(a, b),
      'expectedCalibrationError by mass': (a: number[], b: number[]) => s.expectedCalibrationError(a, b, { bins: 3, rule: 'equal-mass' }),
      maximumCalibrationError: (a: number[], b: number[]) => s.maximumCalibrationError(a, b),
      spiegelhalterTest: s.spiegelhalterTest,
      hosmerLemeshowTest: (a: number[], b: number[]) => s.hosmerLemeshowTest(a, b, 4),
      membershipAttack: (a: number[], b: number[]) => s.membershipAttack(a, b, [0, 0.2, 0.5]),
      fitCalibration: s.fitCalibration,
      expectedPerformance: (a: number[], b: number[]) => {
        const fit = s.fitCalibration(a, b)
        return 'undefined' in fit
          ? fit
          : s.expectedPerformance(
              fit,
              b,
              Array.from(b, (score) => (score >= 0.5 ? 1 : 0)),
            )
      },
      applyIsotonic: (a: number[], b: number[]) => {
        const fit = s.fitCalibration(a, b)
        return 'undefined' in fit ? fit : [-1, 0, 0.15, 0.25, 0.5, 0.66, 0.7, 1, 2].map((at) => s.applyIsotonic(fit, at))
      },
    },
  )
})

describe('counts of the same bins', () => {
  family(
    {
      ordinary: [
        [50, 30, 20],
        [40, 40, 25],
      ],
      'two bins': [
        [12, 8],
        [5, 15],
      ],
      'an empty bin': [
        [5, 0, 3],
        [4, 1, 3],
      ],
      'a bin that both lack': [
        [5, 0, 3],
        [4, 0, 3],
      ],
      empty: [[], []],
      'all zero': [
        [0, 0],
        [0, 0],
      ],
      'first all zero': [
        [0, 0],
        [1, 2],
      ],
      'second all zero': [
        [1, 2],
        [0, 0],
      ],
      'one bin': [[4], [5]],
      'no bin in common': [
        [4, 0],
        [0, 5],
      ],
      negative: [
        [4, -1],
        [3, 2],
      ],
      'negative second': [
        [4, 1],
        [3, -2],
      ],
      NaN: [
        [4, NaN],
        [3, 2],
      ],
      infinity: [
        [4, 1],
        [Infinity, 2],
      ],
      'different lengths': [[1, 2], [1]],
      huge: [
        [1e308, 1e308],
        [1e308, 1],
      ],
    },
    {
      psi: (a: number[], b: number[]) => s.psi(a, b),
      'psi with a floor': (a: number[], b: number[]) => s.psi(a, b, { zeros: 'floor' }),
      'psi with another floor': (a: number[], b: number[]) => s.psi(a, b, { zeros: 'floor', floorValue: 0.01 }),
      kullbackLeibler: s.kullbackLeibler,
      jensenShannonDistance: s.jensenShannonDistance,
      jensenShannonDistanceBase2: s.jensenShannonDistanceBase2,
      hellinger: s.hellinger,
      totalVariation: s.totalVariation,
      largestShift: s.largestShift,
      chiSquareIndependence: (a: number[], b: number[]) => s.chiSquareIndependence([a, b]),
      'chiSquareIndependence with Yates': (a: number[], b: number[]) => s.chiSquareIndependence([a, b], { yates: true }),
      cramerV: (a: number[], b: number[]) => s.cramerV([a, b]),
      'labelKl as Clarify': (advantaged: number[], disadvantaged: number[]) => s.labelKl({ advantaged, disadvantaged }, { mode: 'clarify-compat' }),
      'labelKs as Clarify': (advantaged: number[], disadvantaged: number[]) => s.labelKs({ advantaged, disadvantaged }, { mode: 'clarify-compat' }),
      fleissKappa: (a: number[], b: number[]) => s.fleissKappa([a, b, a]),
    },
  )
})

describe('one column', () => {
  family(
    {
      ordinary: [A],
      'with ties': [[1, 1, 2, 2, 2, 3]],
      'zeros and ones': [[0, 1, 1, 0, 1, 1, 1]],
      empty: [[]],
      'one value': [[3]],
      'two values': [[3, 5]],
      'all ties': [[3, 3, 3]],
      'all zero': [[0, 0]],
      negative: [[-1, 2, -3]],
      NaN: [[1, NaN]],
      infinity: [[1, -Infinity]],
      huge: [[1e308, 1e308, 1e308]],
      'cancels out': [[1e16, 1, -1e16]],
      '2^32 rows': [sparse(2 ** 32)],
    },
    {
      meanInterval: (x: number[]) => s.meanInterval(x),
      'meanInterval at 0.5': (x: number[]) => s.meanInterval(x, 0.5),
      quantile: (x: number[]) => [0, 0.1, 0.5, 0.77, 1].map((p) => outcomeOf(() => s.quantile(x, p))),
      bootstrapMean: (x: number[]) => s.bootstrapMean(x, { seed: 1, replicates: 99 }),
      'bootstrapMean bca': (x: number[]) => s.bootstrapMean(x, { seed: 1, replicates: 99, method: 'bca' }),
      'bootstrapMean in blocks': (x: number[]) => s.bootstrapMean(x, { seed: 1, replicates: 49, blockLength: Math.min(2, Math.max(1, x.length)) }),
      'bootstrapMean of clusters': (x: number[]) =>
        s.bootstrapMean(x, { seed: 1, replicates: 49, method: 'bca', clusters: Array.from({ length: Math.min(99, x.length) }, (_, i) => i >> 1) }),
      'bootstrapMean of strata': (x: number[]) =>
        s.bootstrapMean(x, { seed: 1, replicates: 49, strata: Array.from({ length: Math.min(99, x.length) }, (_, i) => i % 2) }),
      generalizedEntropyOf: (x: number[]) => [2, 1, 0, 0.5, -1].map((alpha) => outcomeOf(() => s.generalizedEntropyOf(x, alpha))),
      sum: (x: number[]) => (x.length > 99 ? 0 : s.sum(x)),
      mean: (x: number[]) => (x.length > 99 ? 0 : s.mean(x)),
      variance: (x: number[]) => (x.length > 99 ? 0 : [s.variance(x), s.variance(x, 0)]),
      weightedMean: (x: number[]) =>
        x.length > 99
          ? 0
          : s.weightedMean(
              x,
              Array.from(x, (_, i) => i + 1),
            ),
      logSumExp: (x: number[]) => (x.length > 99 ? 0 : s.logSumExp(x)),
      bonferroni: s.bonferroni,
      holm: s.holm,
      benjaminiHochberg: s.benjaminiHochberg,
      benjaminiYekutieli: (x: number[]) => (x.length > 99 ? 0 : s.benjaminiYekutieli(x)),
      'bonferroni of tenths': (x: number[]) => s.bonferroni(x.length > 99 ? [] : Array.from(x, (y) => y / 10)),
      'holm of tenths': (x: number[]) => s.holm(x.length > 99 ? [] : Array.from(x, (y) => y / 10)),
      'benjaminiHochberg of tenths': (x: number[]) => s.benjaminiHochberg(x.length > 99 ? [] : Array.from(x, (y) => y / 10)),
      'benjaminiYekutieli of tenths': (x: number[]) => s.benjaminiYekutieli(x.length > 99 ? [] : Array.from(x, (y) => y / 10)),
      groupSequentialBounds: (x: number[]) => s.groupSequentialBounds(x.length > 9 ? [] : x),
      shared: (x: number[]) => (x.length > 99 ? 0 : s.shared(x)),
    },
  )
})
