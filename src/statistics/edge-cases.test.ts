import { describe, expect, it } from 'vitest'
import * as s from '#statistics'

/**
 * Every function of a family meets every hostile input of that family. The law: a finite answer, a reason, or an error that names the argument.
 * Never NaN, never a crash of another kind, never a silent 0 for nothing.
 */
type Call = (...columns: never[]) => unknown
type Outcome = 'answer' | 'undefined' | 'refused'

const sparse = (length: number): ArrayLike<number> => ({ length })

const holdsNaN = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isNaN(value)
  if (value === null || typeof value !== 'object') return false
  return Object.values(value).some(holdsNaN)
}

const outcomeOf = (call: Call, columns: unknown[]): Outcome => {
  try {
    const result = call(...(columns as never[]))
    if (holdsNaN(result)) throw new Error(`NaN in ${JSON.stringify(result)}`)
    return result !== null && typeof result === 'object' && 'undefined' in result ? 'undefined' : 'answer'
  } catch (error) {
    if (!(error instanceof s.InvalidArgument)) throw error
    expect(error.argument).not.toBe('')
    expect(error.message.startsWith(error.argument)).toBe(true)
    return 'refused'
  }
}

/** `allowed` where several outcomes are right, because the functions of the family differ on purpose. */
type Hostile = [name: string, columns: unknown[], allowed: Outcome[]]

const family = (name: string, functions: Record<string, Call>, hostile: Hostile[]): void => {
  describe(name, () => {
    describe.each(hostile)('%s', (_, columns, allowed) => {
      it.each(Object.entries(functions))('%s', (_name, call) => {
        expect(allowed).toContain(outcomeOf(call, columns))
      })
    })
  })
}

const ramp = [1, 2, 3, 4, 5, 6]

family(
  'two samples of numbers',
  {
    kolmogorovSmirnov: s.kolmogorovSmirnov,
    wasserstein: s.wasserstein,
    wassersteinNormed: s.wassersteinNormed,
    energyDistance: s.energyDistance,
    cramerVonMises: s.cramerVonMises,
    welch: s.welch,
    mannWhitney: s.mannWhitney,
    cohenD: s.cohenD,
    hedgesG: s.hedgesG,
    cliffDelta: s.cliffDelta,
    differenceOfMeans: s.differenceOfMeans,
    kruskalWallis: (a: number[], b: number[]) => s.kruskalWallis([a, b]),
    andersonDarling: (a: number[], b: number[]) => s.andersonDarling([a, b]),
    permutationTest: (a: number[], b: number[]) => s.permutationTest(a, b, (x, y) => s.mean(x) - s.mean(y), { seed: 1, permutations: 50 }),
  },
  [
    ['both empty', [[], []], ['undefined']],
    ['one empty', [ramp, []], ['undefined']],
    ['one value each', [[1], [2]], ['answer', 'undefined']],
    [
      'all ties',
      [
        [3, 3, 3, 3],
        [3, 3, 3],
      ],
      ['answer', 'undefined'],
    ],
    ['NaN', [ramp, [1, NaN]], ['refused']],
    ['infinity', [[Infinity, 1], ramp], ['refused']],
    [
      '1e308',
      [
        [1e308, -1e308, 1e308],
        [-1e308, 1e308, -1e308],
      ],
      ['answer', 'undefined'],
    ],
    [
      'denormal',
      [
        [5e-324, 0, 5e-324],
        [0, 0, 5e-324],
      ],
      ['answer', 'undefined'],
    ],
    ['2^32 rows', [sparse(2 ** 32), ramp], ['refused']],
    ['holes', [sparse(3), ramp], ['refused']],
  ],
)

family(
  'paired numbers',
  {
    meanAbsoluteError: s.meanAbsoluteError,
    rootMeanSquaredError: s.rootMeanSquaredError,
    meanAbsolutePercentageError: s.meanAbsolutePercentageError,
    rSquared: s.rSquared,
    quantileLoss: (a: number[], b: number[]) => s.quantileLoss(a, b, 0.5),
    pearson: s.pearson,
    spearman: s.spearman,
    kendallTauB: s.kendallTauB,
    pairedT: s.pairedT,
    wilcoxon: s.wilcoxon,
    counterfactualGap: s.counterfactualGap,
    counterfactualLean: s.counterfactualLean,
    crowsPairsScore: s.crowsPairsScore,
    pairedPermutationTest: (a: number[], b: number[]) => s.pairedPermutationTest(a, b, { seed: 1, permutations: 50 }),
  },
  [
    ['empty', [[], []], ['undefined']],
    ['different lengths', [ramp, [1]], ['refused']],
    [
      'all ties',
      [
        [2, 2, 2, 2, 2, 2],
        [2, 2, 2, 2, 2, 2],
      ],
      ['answer', 'undefined'],
    ],
    ['NaN', [ramp, [1, 2, NaN, 4, 5, 6]], ['refused', 'undefined']],
    ['infinity', [[1, 2, 3, 4, 5, -Infinity], ramp], ['refused']],
    [
      '1e308',
      [
        [1e308, -1e308, 1e308, 2],
        [-1e308, 1e308, -1e308, 1],
      ],
      ['answer', 'undefined'],
    ],
    ['2^32 rows', [sparse(2 ** 32), sparse(2 ** 32)], ['refused']],
  ],
)

family(
  'labels and predictions',
  {
    accuracy: s.accuracy,
    balancedAccuracy: s.balancedAccuracy,
    precision: s.precision,
    recall: s.recall,
    fBeta: s.fBeta,
    matthewsCorrelation: s.matthewsCorrelation,
    cohenKappa: s.cohenKappa,
    theilIndex: s.theilIndex,
    counterfactualFlipRate: s.counterfactualFlipRate,
  },
  [
    ['empty', [[], []], ['undefined']],
    ['different lengths', [[0, 1], [0]], ['refused']],
    [
      'one class',
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
      ['answer', 'undefined'],
    ],
    [
      'no positive anywhere',
      [
        [0, 0],
        [0, 0],
      ],
      ['answer', 'undefined'],
    ],
    [
      'NaN',
      [
        [0, NaN],
        [0, 1],
      ],
      ['refused'],
    ],
    [
      'lone surrogates',
      [
        ['\ud800', 'a'],
        ['\ud800', '\udfff'],
      ],
      ['answer', 'undefined', 'refused'],
    ],
    [
      'numbers and strings of the same look',
      [
        [1, '1'],
        ['1', 1],
      ],
      ['answer', 'undefined', 'refused'],
    ],
    ['2^32 rows', [sparse(2 ** 32), sparse(2 ** 32)], ['refused']],
  ],
)

family(
  'labels and scores',
  {
    rocAuc: s.rocAuc,
    averagePrecision: s.averagePrecision,
    precisionRecallAuc: s.precisionRecallAuc,
    rocCurve: (a: number[], b: number[]) => {
      const curve = s.rocCurve(a, b)
      return 'undefined' in curve ? curve : curve.truePositiveRate
    },
    brierScore: s.brierScore,
    brierDecomposition: s.brierDecomposition,
    expectedCalibrationError: s.expectedCalibrationError,
    maximumCalibrationError: s.maximumCalibrationError,
    spiegelhalterTest: s.spiegelhalterTest,
    hosmerLemeshowTest: s.hosmerLemeshowTest,
    membershipAttack: s.membershipAttack,
  },
  [
    ['empty', [[], []], ['undefined']],
    [
      'one class',
      [
        [1, 1],
        [0.2, 0.4],
      ],
      ['answer', 'undefined'],
    ],
    [
      'all ties',
      [
        [0, 1, 0, 1],
        [0.5, 0.5, 0.5, 0.5],
      ],
      ['answer', 'undefined'],
    ],
    [
      'certain and wrong',
      [
        [0, 1, 0, 1],
        [1, 0, 1, 0],
      ],
      ['answer', 'undefined'],
    ],
    [
      'label 2',
      [
        [0, 2],
        [0.1, 0.2],
      ],
      ['refused'],
    ],
    [
      'NaN',
      [
        [0, 1],
        [0.1, NaN],
      ],
      ['refused'],
    ],
    ['different lengths', [[0, 1], [0.1]], ['refused']],
    ['2^32 rows', [sparse(2 ** 32), sparse(2 ** 32)], ['refused']],
  ],
)

family(
  'counts of the same bins',
  {
    psi: s.psi,
    kullbackLeibler: s.kullbackLeibler,
    jensenShannonDistance: s.jensenShannonDistance,
    jensenShannonDistanceBase2: s.jensenShannonDistanceBase2,
    hellinger: s.hellinger,
    totalVariation: s.totalVariation,
    largestShift: s.largestShift,
    chiSquareIndependence: (a: number[], b: number[]) => s.chiSquareIndependence([a, b]),
    cramerV: (a: number[], b: number[]) => s.cramerV([a, b]),
    chiSquareGoodness: s.chiSquareGoodness,
    labelKl: (advantaged: number[], disadvantaged: number[]) => s.labelKl({ advantaged, disadvantaged }),
    labelJs: (advantaged: number[], disadvantaged: number[]) => s.labelJs({ advantaged, disadvantaged }),
    labelTvd: (advantaged: number[], disadvantaged: number[]) => s.labelTvd({ advantaged, disadvantaged }),
    classImbalance: (advantaged: number[], disadvantaged: number[]) => s.classImbalance({ advantaged, disadvantaged }),
  },
  [
    ['empty', [[], []], ['undefined']],
    [
      'all zero',
      [
        [0, 0],
        [0, 0],
      ],
      ['undefined'],
    ],
    ['one bin', [[4], [5]], ['answer', 'undefined']],
    [
      'no bin in common',
      [
        [4, 0],
        [0, 5],
      ],
      ['answer', 'undefined', 'refused'],
    ],
    [
      'negative',
      [
        [4, -1],
        [3, 2],
      ],
      ['refused'],
    ],
    [
      'NaN',
      [
        [4, NaN],
        [3, 2],
      ],
      ['refused'],
    ],
    ['different lengths', [[1, 2], [1]], ['refused']],
    [
      '1e308',
      [
        [1e308, 1e308],
        [1e308, 1],
      ],
      ['answer', 'undefined', 'refused'],
    ],
  ],
)

family(
  'one sample',
  {
    meanInterval: s.meanInterval,
    quantile: (x: number[]) => s.quantile(x, 0.5),
    weightedQuantile: (x: number[]) =>
      s.weightedQuantile(
        x,
        Array.from({ length: Math.min(9, x.length) }, () => 1),
        0.5,
      ),
    bootstrapMean: (x: number[]) => s.bootstrapMean(x, { seed: 1, replicates: 50 }),
    bca: (x: number[]) => s.bootstrapMean(x, { seed: 1, replicates: 50, method: 'bca' }),
    generalizedEntropyOf: s.generalizedEntropyOf,
    clusteredMean: (x: number[]) =>
      s.clusteredMean(
        x,
        Array.from({ length: Math.min(9, x.length) }, (_, i) => i % 2),
      ),
  },
  [
    ['empty', [[]], ['undefined']],
    ['one value', [[3]], ['answer', 'undefined']],
    ['all ties', [[3, 3, 3]], ['answer']],
    ['NaN', [[1, NaN]], ['refused']],
    ['infinity', [[1, Infinity]], ['refused']],
    ['1e308', [[1e308, 1e308, 1e308]], ['answer', 'undefined']],
    ['2^32 rows', [sparse(2 ** 32)], ['refused']],
  ],
)

describe('group metrics', () => {
  const cells = (rows: Partial<s.GroupInput>) =>
    s.countByGroup({ labels: [0, 1, 1, 0], predictions: [0, 1, 0, 1], groups: ['a', 'a', 'b', 'b'], ...rows })
  it('are undefined with one group, whatever the rate', () => {
    for (const rate of Object.keys(s.rates) as s.RateName[])
      expect(s.rateDifference(cells({ groups: ['a', 'a', 'a', 'a'] }), rate)).toHaveProperty('undefined')
  })
  it('are undefined where a rate has no rows, and never 0', () => {
    const noPositives = cells({ labels: [0, 0, 0, 0] })
    expect(s.equalOpportunityDifference(noPositives)).toHaveProperty('undefined')
    expect(s.equalizedOddsRatio(noPositives)).toHaveProperty('undefined')
    expect(s.rateOf(noPositives[0]!, 'truePositiveRate')).toHaveProperty('undefined')
  })
  it('refuse negative, missing and too short weights by name', () => {
    for (const weights of [
      [1, 1, 1, -1],
      [1, 1, 1, NaN],
      [1, 1, 1],
      [0, 0, 0, 0],
      [1e308, 1e308, 1, 1],
    ])
      expect(() => cells({ weights })).toThrow(/^weights/)
  })
  it('hide groups under the floor, and say so', () => {
    const frame = s.fairnessFrame(
      { labels: [0, 1, 1, 0, 1], predictions: [0, 1, 0, 1, 1], sensitive: { g: ['a', 'a', 'b', 'b', 'c'] }, rates: ['selectionRate'] },
      { suppressBelow: 2 },
    )
    expect(frame[0]!.groups[2]!.rates.selectionRate).toEqual({ undefined: 'suppressed: fewer than 2 rows' })
    expect(frame[0]!.difference.selectionRate).toMatchObject({ value: 0 })
  })
})

describe('text metrics', () => {
  const odd = ['', ' ', '\ud800', '\u0000', '😀'.repeat(3), 'a\u00a0b', '<skipped>-\n', 'ﬀ', '\uFEFF']
  it('take any string, alone surrogates included, and stay in their range', () => {
    for (const output of odd) {
      for (const target of odd) {
        for (const value of [s.f1Set(output, target), s.f1Bag(output, target), s.rougeL(output, target).f1, s.rougeLsum(output, target).f1]) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
        }
        expect(s.bleu([output], [[target]])).toMatchObject({ value: expect.toSatisfy((x: number) => x >= 0 && x <= 100.0001) })
        expect(s.chrf([output], [[target]])).toMatchObject({ value: expect.toSatisfy((x: number) => x >= 0 && x <= 100.0001) })
        expect(s.levenshtein(output, target)).toBe(s.levenshtein(target, output))
      }
    }
  })
  it('refuse outputs without references', () => {
    expect(() => s.bleu(['a'], [[]])).toThrow(/^references/)
    expect(() => s.chrf(['a'], [])).toThrow(/^references/)
  })
})

describe('streams and sketches', () => {
  it.each([
    ['adwin', s.adwin()],
    ['ddm', s.ddm()],
    ['eddm', s.eddm()],
    ['page-hinkley', s.pageHinkley()],
    ['cusum', s.cusum({ mean: 0, deviation: 1 })],
    ['quantile sketch', { update: (x: number) => s.quantileSketch().add(x) }],
    ['empirical Bernstein', s.empiricalBernsteinSequence()],
    ['betting', s.bettingProcess({ mean: 0.5 })],
  ])('%s refuses NaN and infinity', (_, detector) => {
    for (const value of [NaN, Infinity, -Infinity]) expect(() => detector.update(value)).toThrow(s.InvalidArgument)
  })
  it('refuse a state that no sketch wrote', () => {
    const state = s.quantileSketch().toJSON()
    expect(() => s.quantileSketchFrom({ ...state, positive: { low: 0, counts: [-1] } })).toThrow(/^state/)
    expect(() => s.quantileSketchFrom({ ...state, accuracy: 2 })).toThrow(/^state/)
    const distinct = s.distinctSketch(4).toJSON()
    expect(() => s.distinctSketchFrom({ ...distinct, precision: 5 })).toThrow(/^state/)
    expect(() => s.quantileSketch(0.01).merge(s.quantileSketch(0.02).toJSON())).toThrow(/^other/)
  })
})
