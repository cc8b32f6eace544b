import * as s from '#statistics'
import { pythonRandom } from './python-random.ts'
import { rowsOf, type SelftestRow } from './row.ts'

/** The streams of River's documentation, and the rows at which it says its detectors speak. */
export const streamRows = (): SelftestRow[] => {
  const first = pythonRandom(12345)
  const jump = [...first.choices([0, 1], 1000), ...first.choices([4, 5, 6, 7], 1000)]
  const second = pythonRandom(42)
  const errors = [...second.choices([0, 1], 1000), ...second.choices([0, 1], 1000, [0.3, 0.7])]
  const [adwin, pageHinkley] = [heard(s.adwin(), jump), heard(s.pageHinkley(), jump)]
  const [ddm, eddm] = [heard(s.ddm(), errors), heard(s.eddm({ warn: 0.8, drift: 0.75 }), errors)]
  return rowsOf('River 0.26 documentation', [
    ['ADWIN: change at row', '1023', adwin.drift],
    ['ADWIN: value there', '4', jump[adwin.drift] ?? NaN],
    ['Page-Hinkley: change at row', '1006', pageHinkley.drift],
    ['Page-Hinkley: value there', '5', jump[pageHinkley.drift] ?? NaN],
    ['DDM: warning at row', '1084', ddm.warning],
    ['DDM: change at row', '1334', ddm.drift],
    ['EDDM(0.8, 0.75): warning at row', '1059', eddm.warning],
    ['EDDM(0.8, 0.75): change at row', '1278', eddm.drift],
  ])
}

const heard = (detector: s.Detector<unknown>, values: readonly number[]): { warning: number; drift: number } => {
  const verdicts = values.map(detector.update)
  return { warning: verdicts.indexOf('warning'), drift: verdicts.indexOf('drift') }
}
