import { describe } from 'vitest'
import * as s from '#statistics'
import { family } from '../../../test/support/every-function.ts'

describe('texts', () => {
  family(
    {
      ordinary: ['The cat sat on the mat.', 'A cat is on the mat!'],
      'the same': ['exactly the same words', 'exactly the same words'],
      'case and articles': ['THE  Answer', 'an answer'],
      'two lines': ['one two three\nfour five', 'four five\none three'],
      'nothing in common': ['alpha beta', 'gamma delta'],
      'empty output': ['', 'a reference'],
      'empty target': ['an output', ''],
      'both empty': ['', ''],
      numbers: ['it costs 1,000.50 - or 3-4', 'it costs 1,000.50 or 3 - 4'],
      'lone surrogate': ['\ud800 a', 'a \udfff'],
      emoji: ['😀 😀 ok', '😀 ok'],
    },
    {
      bleu: (a: string, b: string) => s.bleu([a], [[b]]),
      'bleu smoothed by floor': (a: string, b: string) => s.bleu([a, b], [[b], [a, b]], { smoothing: 'floor' }),
      'bleu smoothed by addition': (a: string, b: string) => s.bleu([a], [[b, a.slice(3)]], { smoothing: 'add-k', maxOrder: 3 }),
      'bleu of characters': (a: string, b: string) => s.bleu([a], [[b]], { tokenizer: 'char', lowercase: true }),
      'bleu of a sentence': (a: string, b: string) => s.bleu([a], [[b]], { effectiveOrder: true, tokenizer: 'none', smoothing: 'none' }),
      'bleu of order 0': (a: string, b: string) => s.bleu([a], [[b]], { maxOrder: 0 }),
      'bleu without references': (a: string) => s.bleu([a], []),
      'bleu of nothing': () => s.bleu([], []),
      chrf: (a: string, b: string) => s.chrf([a], [[b]]),
      'chrf with words': (a: string, b: string) => s.chrf([a, b], [[b, 'x'], [a]], { wordOrder: 2, lowercase: true, whitespace: true, beta: 1 }),
      'chrf of order 0': (a: string, b: string) => s.chrf([a], [[b]], { characterOrder: 0 }),
      'chrf of nothing': () => s.chrf([], []),
      rougeN: (a: string, b: string) => [1, 2, 3].map((n) => s.rougeN(a, b, n)),
      'rougeN of 0': (a: string, b: string) => s.rougeN(a, b, 0),
      rougeL: s.rougeL,
      rougeLsum: s.rougeLsum,
      f1Set: s.f1Set,
      f1Bag: s.f1Bag,
      isExactMatch: s.isExactMatch,
      isQuasiExactMatch: s.isQuasiExactMatch,
      normalizeAnswer: s.normalizeAnswer,
      levenshtein: (a: string, b: string) => s.levenshtein(a, b),
      'levenshtein of words': (a: string, b: string) => s.levenshtein(a.split(' '), b.split(' ')),
      wordErrorRate: (a: string, b: string) => s.wordErrorRate([a], [b]),
      'wordErrorRate of different lengths': (a: string) => s.wordErrorRate([a, a], [a]),
      distinctN: (a: string, b: string) => s.distinctN([a, b], 2),
      'distinctN of 0': (a: string) => s.distinctN([a], 0),
      longestVerbatimRun: (a: string, b: string) => s.longestVerbatimRun([...a], [...b]),
      distinctSketch: (a: string, b: string) => {
        const sketch = s.distinctSketch(4)
        for (const word of [...a.split(' '), ...b.split(' ')]) sketch.add(word)
        sketch.add(7, 3)
        return [sketch.distinct(), sketch.count, sketch.toJSON()]
      },
      'distinctSketch of precision 3': () => s.distinctSketch(3),
      distinctSketchFrom: (a: string) =>
        s.distinctSketchFrom({ kind: 'hyperloglog', precision: 4, registers: btoa(a.replace(/[^a-z]/g, '')), count: 1 }),
    },
  )
})

describe('ratings', () => {
  const _ = null
  family(
    {
      ordinary: [
        [
          [1, 2, 3, 3, 2, 1, 4, 1, 2, _],
          [1, 2, 3, 3, 2, 2, 4, 1, 2, 5],
          [_, 3, 3, 3, 2, 3, 4, 2, 2, 5],
        ],
      ],
      'two raters': [
        [
          [1, 0, 1, 1, 0],
          [1, 1, 1, 0, 0],
        ],
      ],
      words: [
        [
          ['a', 'b', 'b'],
          ['a', 'b', 'a'],
        ],
      ],
      'full agreement': [
        [
          [1, 2, 3],
          [1, 2, 3],
        ],
      ],
      'one category': [
        [
          [1, 1],
          [1, 1],
        ],
      ],
      'one rater': [[[1, 2, 3]]],
      'an unrated item': [
        [
          [1, _, 2],
          [1, _, 1],
        ],
      ],
      'no pairs': [
        [
          [1, _, 2],
          [_, 1, _],
        ],
      ],
      'no items': [[[], []]],
      'no raters': [[]],
      'different lengths': [[[1, 2], [1]]],
      NaN: [
        [
          [1, NaN],
          [1, 2],
        ],
      ],
    },
    {
      krippendorffAlpha: (r: s.Ratings) => s.krippendorffAlpha(r),
      'krippendorffAlpha ordinal': (r: s.Ratings) => s.krippendorffAlpha(r, { scale: 'ordinal', level: 0.8 }),
      'krippendorffAlpha interval': (r: s.Ratings) => s.krippendorffAlpha(r, { scale: 'interval' }),
      'krippendorffAlpha ratio': (r: s.Ratings) => s.krippendorffAlpha(r, { scale: 'ratio' }),
      gwetAc: (r: s.Ratings) => s.gwetAc(r),
      'gwetAc linear': (r: s.Ratings) => s.gwetAc(r, { weights: 'linear', level: 0.8 }),
      'gwetAc quadratic': (r: s.Ratings) => s.gwetAc(r, { weights: 'quadratic' }),
      dawidSkene: (r: s.Ratings) => s.dawidSkene(r, { rounds: 20 }),
      'dawidSkene, one round': (r: s.Ratings) => s.dawidSkene(r, { rounds: 1 }),
      'dawidSkene, no round': (r: s.Ratings) => s.dawidSkene(r, { rounds: 0 }),
    },
  )
})

describe('comparisons', () => {
  const game = (first: string, second: string, firstWins: number, secondWins: number, ties?: number): s.Comparison => ({
    first,
    second,
    firstWins,
    secondWins,
    ...(ties === undefined ? {} : { ties }),
  })
  family(
    {
      ordinary: [[game('a', 'b', 8, 4), game('b', 'c', 6, 5), game('c', 'a', 3, 7)]],
      'with ties': [[game('a', 'b', 8, 4, 3), game('b', 'c', 6, 5, 2), game('c', 'a', 3, 7, 1)]],
      'two players': [[game('a', 'b', 8, 4)]],
      'two players, two entries': [[game('a', 'b', 5, 1), game('b', 'a', 3, 3)]],
      'ties only': [[game('a', 'b', 0, 0, 5)]],
      'joined by a tie': [[game('a', 'b', 3, 0, 1), game('b', 'c', 2, 2, 0)]],
      'one always wins': [[game('a', 'b', 5, 0)]],
      'one always loses': [[game('a', 'b', 0, 5), game('b', 'c', 1, 1)]],
      'two islands': [[game('a', 'b', 2, 3), game('c', 'd', 2, 3)]],
      'a circle': [[game('a', 'b', 1, 0), game('b', 'c', 1, 0), game('c', 'a', 1, 0)]],
      none: [[]],
      itself: [[game('a', 'a', 1, 1)]],
      negative: [[game('a', 'b', -1, 1)]],
      'not whole': [[game('a', 'b', 1.5, 1)]],
      'negative ties': [[game('a', 'b', 1, 1, -1)]],
    },
    { bradleyTerry: (games: s.Comparison[]) => s.bradleyTerry(games), 'bradleyTerry at 0.8': (games: s.Comparison[]) => s.bradleyTerry(games, 0.8) },
  )
})

describe('tables of numbers', () => {
  const cloud = (rows: number, columns: number, shift: number, seed: number): s.Matrix => {
    const random = s.createRandom(seed)
    return { columns, values: Float64Array.from({ length: rows * columns }, (_, i) => random.normal() + (i % columns === 0 ? shift : 0)) }
  }
  family(
    {
      ordinary: [cloud(30, 3, 0, 1), cloud(24, 3, 1, 2)],
      'one column': [cloud(30, 1, 0, 1), cloud(24, 1, 0.2, 2)],
      'a constant column': [
        { columns: 2, values: [1, 5, 2, 5, 3, 5, 4, 5, 5, 5, 6, 5] },
        { columns: 2, values: [2, 5, 3, 5, 1, 5, 9, 5, 7, 5, 8, 5] },
      ],
      'all the same': [
        { columns: 1, values: [1, 1, 1, 1, 1, 1] },
        { columns: 1, values: [1, 1, 1, 1, 1] },
      ],
      'few rows': [cloud(3, 2, 0, 1), cloud(2, 2, 0, 2)],
      'one row': [cloud(1, 2, 0, 1), cloud(4, 2, 0, 2)],
      empty: [cloud(0, 2, 0, 1), cloud(0, 2, 0, 2)],
      'different columns': [cloud(6, 2, 0, 1), cloud(6, 3, 0, 2)],
      NaN: [{ columns: 1, values: [1, NaN, 2] }, cloud(6, 1, 0, 2)],
      'NaN in the second': [cloud(6, 1, 0, 2), { columns: 1, values: [1, NaN, 2] }],
      huge: [
        { columns: 1, values: [1e308, -1e308, 1e308, -1e308, 0] },
        { columns: 1, values: [1e308, 1, 1e308, -1e308, 0] },
      ],
    },
    {
      maximumMeanDiscrepancy: (a: s.Matrix, b: s.Matrix) => s.maximumMeanDiscrepancy(a, b, { seed: 1, permutations: 49 }),
      'maximumMeanDiscrepancy of a width': (a: s.Matrix, b: s.Matrix) => s.maximumMeanDiscrepancy(a, b, { seed: 1, permutations: 9, sigma: 0.7 }),
      'maximumMeanDiscrepancy by features': (a: s.Matrix, b: s.Matrix) =>
        s.maximumMeanDiscrepancy(a, b, { seed: 1, permutations: 49, exactUpTo: 0, features: 64 }),
      'maximumMeanDiscrepancy without features': (a: s.Matrix, b: s.Matrix) =>
        s.maximumMeanDiscrepancy(a, b, { seed: 1, sigma: 1, exactUpTo: 0, features: 0 }),
      'maximumMeanDiscrepancy of negative permutations': (a: s.Matrix, b: s.Matrix) => s.maximumMeanDiscrepancy(a, b, { seed: 1, permutations: -1 }),
      classifierDrift: (a: s.Matrix, b: s.Matrix) => s.classifierDrift(a, b, { seed: 1, permutations: 19 }),
      'classifierDrift in three folds': (a: s.Matrix, b: s.Matrix) => s.classifierDrift(a, b, { seed: 2, permutations: 9, folds: 3, ridge: 5 }),
      'classifierDrift in one fold': (a: s.Matrix, b: s.Matrix) => s.classifierDrift(a, b, { seed: 1, folds: 1 }),
      'classifierDrift without a ridge': (a: s.Matrix, b: s.Matrix) => s.classifierDrift(a, b, { seed: 1, ridge: 0 }),
      fitReconstruction: (a: s.Matrix) => s.fitReconstruction(a),
      'fitReconstruction of everything': (a: s.Matrix) => s.fitReconstruction(a, 1),
      'fitReconstruction of nothing': (a: s.Matrix) => s.fitReconstruction(a, 0),
      reconstructionError: (a: s.Matrix, b: s.Matrix) => {
        const fit = s.fitReconstruction(a)
        return 'undefined' in fit ? fit : s.reconstructionError(fit, b)
      },
      consistency: (a: s.Matrix) =>
        s.consistency(
          a,
          Float64Array.from({ length: a.values.length / a.columns }, (_, i) => i % 2),
          3,
        ),
      'consistency of no neighbours': (a: s.Matrix) => s.consistency(a, new Float64Array(a.values.length / a.columns), 0),
      'consistency of too few predictions': (a: s.Matrix) => s.consistency(a, [1]),
      flipTest: (a: s.Matrix) => {
        const rows = Array.from({ length: a.values.length / a.columns }, (_, i) => i)
        return s.flipTest(
          a,
          rows.map((i) => Number(a.values[i * a.columns]! > 0)),
          rows.map((i) => i % 2),
        )
      },
      'flipTest of one group': (a: s.Matrix) => {
        const rows = Array.from({ length: a.values.length / a.columns }, (_, i) => i)
        return s.flipTest(
          a,
          rows.map(() => 1),
          rows.map(() => 0),
        )
      },
      kernelShap: (a: s.Matrix, b: s.Matrix) =>
        s.kernelShap(
          (x, n) => Float64Array.from({ length: n }, (_, i) => x[i * a.columns]! ** 2 + (x[i * a.columns + 1] ?? 0)),
          a.values.length > 0 ? Array.from(a.values).slice(0, a.columns) : [],
          b,
          {
            seed: 1,
          },
        ),
      'kernelShap of a model that answers too little': (a: s.Matrix, b: s.Matrix) =>
        s.kernelShap(() => [1], Array.from(a.values).slice(0, a.columns), b, { seed: 1 }),
      'kernelShap of a model that answers NaN': (a: s.Matrix, b: s.Matrix) =>
        s.kernelShap((_, n) => new Float64Array(n).fill(NaN), Array.from(a.values).slice(0, a.columns), b, { seed: 1 }),
      permutationImportance: (a: s.Matrix) =>
        s.permutationImportance(
          (x, n) => Float64Array.from({ length: n }, (_, i) => x[i * a.columns]!),
          a,
          (p) => s.sum(Array.from(p, (x, i) => x * Number(a.values[i * a.columns]! > 0))),
          { seed: 1, repeats: 4 },
        ),
      'permutationImportance repeated once': (a: s.Matrix) =>
        s.permutationImportance(
          (_, n) => new Float64Array(n),
          a,
          () => 1,
          { seed: 1, repeats: 1 },
        ),
      'permutationImportance of a short answer': (a: s.Matrix) =>
        s.permutationImportance(
          () => [],
          a,
          () => 1,
          { seed: 1 },
        ),
      partialDependence: (a: s.Matrix) =>
        s.partialDependence(
          (x, n) => Float64Array.from({ length: n }, (_, i) => x[i * a.columns]! * 2 + (x[i * a.columns + 1] ?? 0)),
          a,
          0,
          [-1, 0, 2],
        ),
      'partialDependence of a column that is not there': (a: s.Matrix) => s.partialDependence((_, n) => new Float64Array(n), a, 9, [0]),
      'partialDependence on a grid with NaN': (a: s.Matrix) => s.partialDependence((_, n) => new Float64Array(n), a, 0, [NaN]),
      'partialDependence of a model that answers NaN': (a: s.Matrix) => s.partialDependence((_, n) => new Float64Array(n).fill(NaN), a, 0, [0]),
    },
  )
})

describe('explanations of a text', () => {
  const weights = [0.5, -0.2, 0.9, 0.1]
  const score: s.ScoreTokens = (kept) => Array.from(kept).reduce((total, k, i) => total + k * weights[i]!, 1)
  family(
    {
      ordinary: [score, weights],
      'a wrong order': [score, [1, 2, 3, 4]],
      'one token': [score, [1]],
      'no tokens': [score, []],
      'a score that is NaN': [() => NaN, weights],
      'NaN importance': [score, [1, NaN]],
    },
    {
      tokenOcclusion: (f: s.ScoreTokens, w: number[]) => s.tokenOcclusion(f, w.length),
      faithfulness: (f: s.ScoreTokens, w: number[]) => s.faithfulness(f, w),
      'faithfulness at one share': (f: s.ScoreTokens, w: number[]) => s.faithfulness(f, w, [0.5]),
      'faithfulness at no share': (f: s.ScoreTokens, w: number[]) => s.faithfulness(f, w, []),
      'faithfulness at twice everything': (f: s.ScoreTokens, w: number[]) => s.faithfulness(f, w, [2]),
    },
  )
})

describe('stereotypes', () => {
  const item = (context: 'ambiguous' | 'disambiguated', answer: s.BbqAnswer, correct: boolean): s.BbqItem => ({ context, answer, correct })
  family(
    {
      ordinary: [
        [
          item('ambiguous', 'biased', false),
          item('ambiguous', 'biased', false),
          item('ambiguous', 'unbiased', false),
          item('ambiguous', 'unknown', true),
          item('disambiguated', 'biased', true),
          item('disambiguated', 'unbiased', true),
          item('disambiguated', 'biased', false),
          item('disambiguated', 'unknown', false),
        ],
      ],
      'always unknown': [[item('ambiguous', 'unknown', true), item('disambiguated', 'unknown', false)]],
      'ambiguous only': [[item('ambiguous', 'biased', false), item('ambiguous', 'unknown', true)]],
      'disambiguated only': [[item('disambiguated', 'unbiased', true)]],
      none: [[]],
    },
    {
      bbqDisambiguatedScore: s.bbqDisambiguatedScore,
      bbqAmbiguousScore: (items: s.BbqItem[]) => s.bbqAmbiguousScore(items),
      'bbqAmbiguousScore over all': (items: s.BbqItem[]) => s.bbqAmbiguousScore(items, 'all'),
    },
  )
  family(
    {
      ordinary: [{ attributes: [[1, 1, 1, 0, 0]], tasks: [[1, 1, 0, 0, 0]], predictedTasks: [[1, 1, 1, 0, 0]] }],
      'two of each': [
        {
          attributes: [
            [1, 1, 0, 0],
            [0, 0, 1, 1],
          ],
          tasks: [
            [1, 0, 0, 1],
            [1, 1, 0, 0],
          ],
          predictedTasks: [
            [1, 1, 0, 0],
            [1, 0, 0, 0],
          ],
        },
      ],
      'no attribute': [{ attributes: [], tasks: [[1]], predictedTasks: [[1]] }],
      'no task': [{ attributes: [[1]], tasks: [], predictedTasks: [] }],
      'no rows': [{ attributes: [[]], tasks: [[]], predictedTasks: [[]] }],
      'an attribute nobody has': [{ attributes: [[0, 0]], tasks: [[1, 0]], predictedTasks: [[1, 0]] }],
      'short task': [{ attributes: [[1, 0]], tasks: [[1]], predictedTasks: [[1, 0]] }],
      'short prediction': [{ attributes: [[1, 0]], tasks: [[1, 0]], predictedTasks: [[1]] }],
      'fewer predictions than tasks': [
        {
          attributes: [[1, 0]],
          tasks: [
            [1, 0],
            [0, 1],
          ],
          predictedTasks: [[1, 0]],
        },
      ],
      'value 2': [{ attributes: [[2, 0]], tasks: [[1, 0]], predictedTasks: [[1, 0]] }],
    },
    { biasAmplification: s.biasAmplification },
  )
})

describe('streams', () => {
  const draw = (n: number, of: (random: s.Random, i: number) => number): number[] => {
    const random = s.createRandom(8)
    return Array.from({ length: n }, (_, i) => of(random, i))
  }
  const fed =
    (make: () => { update: (value: number) => unknown; toJSON: () => unknown }) =>
    (values: number[]): unknown => {
      const detector = make()
      const answers = values.map(detector.update)
      const spoke = answers.flatMap((answer, i) => (answer === 'stable' || typeof answer === 'object' ? [] : [`${i} ${String(answer)}`]))
      return { spoke, last: answers.at(-1), state: detector.toJSON() }
    }
  family(
    {
      'a rising error rate': [draw(400, (random, i) => (random.uniform() < (i < 200 ? 0.1 : 0.5) ? 1 : 0))],
      'a falling error rate': [draw(400, (random, i) => (random.uniform() < (i < 200 ? 0.6 : 0.1) ? 1 : 0))],
      steady: [draw(120, (random) => (random.uniform() < 0.3 ? 1 : 0))],
      short: [[1, 0, 1]],
      'a half': [[0.5, 0.5]],
      'below 0': [[-1]],
      NaN: [[NaN]],
      nothing: [[]],
    },
    {
      adwin: fed(() => s.adwin()),
      'adwin that keeps the newer part': fed(() => s.adwin({ afterDrift: 'keep-newer', clock: 8, delta: 0.05 })),
      'adwin with an impossible delta': fed(() => s.adwin({ delta: 2 })),
      ddm: fed(() => s.ddm()),
      'ddm, quick': fed(() => s.ddm({ warmUp: 10, warn: 1, drift: 2 })),
      'ddm with a negative warm-up': fed(() => s.ddm({ warmUp: -1 })),
      eddm: fed(() => s.eddm()),
      'eddm, quick': fed(() => s.eddm({ warmUp: 5, warn: 0.9, drift: 0.8 })),
      'eddm with half a warm-up': fed(() => s.eddm({ warmUp: 0.5 })),
      pageHinkley: fed(() => s.pageHinkley({ threshold: 10 })),
      'pageHinkley upwards': fed(() => s.pageHinkley({ threshold: 5, mode: 'up' })),
      'pageHinkley downwards': fed(() => s.pageHinkley({ threshold: 5, mode: 'down' })),
      'pageHinkley with half a warm-up': fed(() => s.pageHinkley({ warmUp: 0.5 })),
      cusum: fed(() => s.cusum({ mean: 0.3, deviation: 0.45 })),
      'cusum, slack': fed(() => s.cusum({ mean: 0.3, deviation: 0.45, slack: 0.1, threshold: 3 })),
      'cusum without deviation': fed(() => s.cusum({ mean: 0.3, deviation: 0 })),
      'cusum around NaN': fed(() => s.cusum({ mean: NaN, deviation: 1 })),
      empiricalBernsteinSequence: fed(() => s.empiricalBernsteinSequence()),
      'empiricalBernsteinSequence at 0.2': fed(() => s.empiricalBernsteinSequence({ alpha: 0.2 })),
      'empiricalBernsteinSequence before any value': () => s.empiricalBernsteinSequence().result(),
      'empiricalBernsteinSequence at 0': fed(() => s.empiricalBernsteinSequence({ alpha: 0 })),
      bettingProcess: fed(() => s.bettingProcess({ mean: 0.3 })),
      'bettingProcess upwards': fed(() => s.bettingProcess({ mean: 0.3, alternative: 'greater' })),
      'bettingProcess downwards': fed(() => s.bettingProcess({ mean: 0.3, alternative: 'less' })),
      'bettingProcess at 0': fed(() => s.bettingProcess({ mean: 0 })),
      quantileSketch: (values: number[]) => {
        const sketch = s.quantileSketch(0.05)
        for (const value of values) sketch.add(value * 3 - 1, 2)
        return [sketch.count, sketch.sum, [0, 0.2, 0.5, 1].map((p) => sketch.quantile(p)), sketch.toJSON()]
      },
      'quantileSketch of accuracy 0': () => s.quantileSketch(0),
      'quantileSketch with weight 0': (values: number[]) => s.quantileSketch().add(values[0] ?? 0, 0),
      quantileSketchFrom: (values: number[]) =>
        s.quantileSketchFrom({ ...s.quantileSketch(0.05).toJSON(), zero: values[0] ?? 0, min: 0, max: 0 }).quantile(0.5),
      'testOnline lord': (values: number[]) => online('lord', values),
      'testOnline saffron': (values: number[]) => online('saffron', values),
      bootstrap: (values: number[]) =>
        s.bootstrap(values.length, (rows) => (rows.length % 3 === 1 ? NaN : rows[0]! + rows.length), { seed: 1, replicates: 20 }),
      'bootstrap of two schemes': (values: number[]) =>
        s.bootstrap(values.length, () => 1, { seed: 1, replicates: 20, blockLength: 1, strata: new Uint8Array(values.length) }),
      'bootstrap of long blocks': (values: number[]) => s.bootstrap(values.length, () => 1, { seed: 1, replicates: 20, blockLength: 1e6 }),
      'bootstrap of too few clusters': (values: number[]) =>
        s.bootstrap(values.length, () => 1, { seed: 1, replicates: 20, clusters: [1, 2, 3, 4, 5] }),
      'bootstrap that is defined in a few resamples only': (values: number[]) => {
        let call = 0
        return s.bootstrap(values.length, () => (call++ % 3 === 0 ? call : NaN), { seed: 1, replicates: 30 })
      },
      'bootstrap that loses some resamples': (values: number[]) => {
        let call = 0
        return s.bootstrap(values.length, () => (call++ % 4 !== 3 ? call : NaN), { seed: 1, replicates: 30 })
      },
      shuffle: (values: number[]) => {
        const copied = values.slice(0, 12).map((_, i) => i)
        s.shuffle(copied, s.createRandom(3))
        return copied
      },
    },
  )
})

const online = (kind: 'lord' | 'saffron', values: readonly number[]): unknown => {
  let state = s.startOnline(kind, 0.1)
  const thresholds = values.slice(0, 60).map((value, i) => {
    const step = s.testOnline(state, value === 1 ? 0.001 * (i % 7) : value * 0.9 + 0.05 * (i % 5))
    state = step.state
    return step.threshold
  })
  return { thresholds, state }
}
