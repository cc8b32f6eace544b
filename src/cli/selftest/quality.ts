import * as s from '#statistics'
import { numberOf, rowsOf, type SelftestRow } from './row.ts'

export const qualityRows = (): SelftestRow[] => {
  const f: s.PredictRows = (rows, count) => Float64Array.from({ length: count }, (_, i) => rows[3 * i]! * rows[3 * i + 1]! + rows[3 * i + 2]!)
  const shapley = s.kernelShap(f, [1, 2, 3], { columns: 3, values: [0, 0, 0] }, { seed: 1 })
  const p = [0.9, 0.8, 0.7, 0.6, 0.55, 0.4, 0.3, 0.2, 0.1, 0.05]
  const y = [1, 1, 0, 1, 0, 1, 0, 0, 0, 0]
  const sevenThe = 'the the the the the the the'
  const target = 'police killed the gunman'
  return [
    ...rowsOf('Shapley values by hand', [
      ['φ₁ of x₁x₂+x₃ at (1,2,3)', '1', shapley.values[0]!],
      ['φ₂', '1', shapley.values[1]!],
      ['φ₃', '3', shapley.values[2]!],
    ]),
    ...rowsOf('calibration by hand', [
      ['Brier score', '0.1505', numberOf(s.brierScore(y, p))],
      ['ECE, 5 equal bins', '0.13', numberOf(s.expectedCalibrationError(y, p, { bins: 5 }))],
      ['MCE', '0.25', numberOf(s.maximumCalibrationError(y, p, { bins: 5 }))],
      ['AUC', '0.875', numberOf(s.rocAuc(y, p))],
      ['log loss', '0.449457', numberOf(s.logLoss({ labels: y, probabilities: p.flatMap((x) => [1 - x, x]), classes: 2 }))],
    ]),
    ...rowsOf('Lin 2004, Papineni 2002', [
      ['ROUGE-L "police kill the gunman"', '0.75', s.rougeL('police kill the gunman', target).f1],
      ['ROUGE-L "the gunman kill police"', '0.5', s.rougeL('the gunman kill police', target).f1],
      ['clipped precision of seven "the"', '0.285714', s.rougeN(sevenThe, 'the cat is on the mat', 1).precision],
      ['the same as unigram BLEU / 100', '0.285714', numberOf(s.bleu([sevenThe], [['the cat is on the mat']], { maxOrder: 1 })) / 100],
    ]),
    ...rowsOf('Carlini 2019', [['exposure of a nine-digit canary at rank 1, bits', '29.897', numberOf(s.canaryExposure(1, 1e9))]]),
  ]
}
