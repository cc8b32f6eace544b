import * as s from '#statistics'
import { highOf, lowOf, numberOf, pOf, rowsOf, type SelftestRow, statisticOf } from './row.ts'

const BENJAMINI_HOCHBERG_1995 = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1]

/** Fleiss's example: 10 subjects, 5 categories, 14 raters. */
const FLEISS = [
  [0, 0, 0, 0, 14],
  [0, 2, 6, 4, 2],
  [0, 0, 3, 5, 6],
  [0, 3, 9, 2, 0],
  [2, 2, 8, 1, 1],
  [7, 7, 0, 0, 0],
  [3, 2, 6, 3, 0],
  [2, 5, 3, 2, 2],
  [6, 5, 2, 1, 0],
  [0, 2, 2, 3, 7],
]

const _ = null
/** Krippendorff's canonical example: 4 observers, 12 units, gaps. */
const KRIPPENDORFF = [
  [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
  [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]

const multiplicity = (): SelftestRow[] => {
  const rejected = (adjusted: Float64Array): number => adjusted.filter((p) => p <= 0.05).length
  return [
    ...rowsOf('Benjamini, Hochberg 1995', [
      ['rejections by Benjamini-Hochberg', '4', rejected(s.benjaminiHochberg(BENJAMINI_HOCHBERG_1995))],
      ['rejections by Holm', '3', rejected(s.holm(BENJAMINI_HOCHBERG_1995))],
      ['rejections by Bonferroni', '3', rejected(s.bonferroni(BENJAMINI_HOCHBERG_1995))],
      ['fourth adjusted p-value', '0.0356', s.benjaminiHochberg(BENJAMINI_HOCHBERG_1995)[3]!],
    ]),
    ...rowsOf('McNemar, textbook example', [
      ['χ² without correction', '21.3556', statisticOf(s.mcnemar(121, 59, { corrected: false }))],
      ['χ² with correction', '20.6722', statisticOf(s.mcnemar(121, 59))],
      ['exact p', '4.434e-6', pOf(s.mcnemarExact(121, 59))],
    ]),
  ]
}

const agreement = (): SelftestRow[] => {
  const repeat = (a: number, b: number, count: number): [number, number][] => Array.from({ length: count }, () => [a, b])
  const pairs = [...repeat(1, 1, 20), ...repeat(1, 0, 5), ...repeat(0, 1, 10), ...repeat(0, 0, 15)]
  const alpha = (scale: s.Scale): number => numberOf(s.krippendorffAlpha(KRIPPENDORFF, { scale }))
  return [
    ...rowsOf('Fleiss 1971, encyclopedia example', [
      ['Fleiss κ', '0.209931', numberOf(s.fleissKappa(FLEISS))],
      [
        'Cohen κ of 20, 5, 10, 15',
        '0.4',
        numberOf(
          s.cohenKappa(
            pairs.map(([a]) => a),
            pairs.map(([, b]) => b),
          ),
        ),
      ],
    ]),
    ...rowsOf('Krippendorff 2011, canonical example', [
      ['α nominal', '0.7434', alpha('nominal')],
      ['α ordinal', '0.8154', alpha('ordinal')],
      ['α interval', '0.8491', alpha('interval')],
      ['α ratio', '0.7974', alpha('ratio')],
    ]),
  ]
}

const sequential = (): SelftestRow[] => {
  const twoArms = (perArm: number): s.TestResult => {
    const error = Math.sqrt((0.1 * 0.9 + 0.14 * 0.86) / perArm)
    return s.asymptoticSequenceTest(0.04, error, 2 * perArm)
  }
  const half = s.asymptoticSequence(0, Math.sqrt(1 / 5000), 5000)
  const mixture = s.msprtBernoulli(0.1, 0.14, 1000, { tau2: 1e-4 })
  const mismatch = s.sampleRatioMismatch([821588, 815482]).test
  return [
    ...rowsOf('sample ratio mismatch', [
      ['p of 5000 : 5200', '0.04767', pOf(s.sampleRatioMismatch([5000, 5200]).test)],
      ['χ² of 821588 : 815482', '22.774', statisticOf(mismatch)],
      ['p of 821588 : 815482', '1.82e-6', pOf(mismatch)],
    ]),
    ...rowsOf('sequential tests (gbstats, mixtureSPRT)', [
      ['ρ at α .05, N* 5000', '0.03984007', s.sequenceTuning(0.05, 5000)],
      ['half-width at n 5000', '0.04292434', highOf(half)],
      ['times a fixed interval', '1.5486', highOf(half) / (1.959963984540054 * Math.sqrt(1 / 5000))],
      ['p of .10 against .14, 2500 each', '0.000645', pOf(twoArms(2500))],
      ['p of .10 against .14, 500 each', '0.50106', pOf(twoArms(500))],
      ['mSPRT Λ', '2.802568', 'undefined' in mixture ? NaN : mixture.likelihoodRatio],
    ]),
  ]
}

const proportions = (): SelftestRow[] =>
  rowsOf('Wilson intervals', [
    ['10 of 10, low', '0.72247', lowOf(s.wilson(10, 10))],
    ['10 of 10, high', '1', highOf(s.wilson(10, 10))],
    ['0 of 10, low', '0', lowOf(s.wilson(0, 10))],
    ['0 of 10, high', '0.27753', highOf(s.wilson(0, 10))],
    ['3 of 100, low', '0.01025', lowOf(s.wilson(3, 100))],
    ['3 of 100, high', '0.08452', highOf(s.wilson(3, 100))],
  ])

export const inferenceRows = (): SelftestRow[] => [...multiplicity(), ...agreement(), ...proportions(), ...sequential()]
