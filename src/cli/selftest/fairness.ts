import * as s from '#statistics'
import { highOf, lowOf, numberOf, rowsOf, type SelftestRow, statisticOf } from './row.ts'

const cell = (group: string, tp: number, fn: number, fp: number, tn: number): s.GroupCell => ({ group, tp, fn, fp, tn })

/** COMPAS enters as counts only: the public table holds names and birth dates. */
const compas = (): SelftestRow[] => {
  const groups = [cell('Black', 1369, 532, 805, 990), cell('White', 505, 461, 349, 1139)]
  const all = cell('all', 2035, 1216, 1282, 2681)
  const percent = (who: s.GroupCell, rate: s.RateName): number => 100 * numberOf(s.rateOf(who, rate))
  const [black, white] = groups as [s.GroupCell, s.GroupCell]
  const highOnly = [cell('White', 195, 771, 81, 1407), cell('Black', 741, 1160, 284, 1511)] as const
  const violent = [cell('Black', 273, 170, 1043, 1692), cell('White', 77, 129, 380, 1679)] as const
  const rates = (name: string, who: s.GroupCell, falsePositive: string, falseNegative: string): [string, string, number][] => [
    [`${name} false positive rate %`, falsePositive, percent(who, 'falsePositiveRate')],
    [`${name} false negative rate %`, falseNegative, percent(who, 'falseNegativeRate')],
  ]
  const favourable = (who: s.GroupCell): number => 1 - numberOf(s.rateOf(who, 'selectionRate'))
  return [
    ...rowsOf('ProPublica 2016, COMPAS', [
      ...rates('Black', black, '44.85', '27.99'),
      ...rates('White', white, '23.45', '47.72'),
      ...rates('all', all, '32.35', '37.40'),
      ['Black precision', '0.63', numberOf(s.rateOf(black, 'precision'))],
      ['White precision', '0.59', numberOf(s.rateOf(white, 'precision'))],
      ['all precision', '0.61', numberOf(s.rateOf(all, 'precision'))],
    ]),
    ...rowsOf('derived from the same counts', [
      ['false positive rate ratio', '1.912093', percent(black, 'falsePositiveRate') / percent(white, 'falsePositiveRate')],
      ['false positive rate difference', '0.213925', numberOf(s.rateDifference(groups, 'falsePositiveRate'))],
      ['z of that difference', '12.780', statisticOf(s.twoProportionZ(s.rates.falsePositiveRate(black), s.rates.falsePositiveRate(white)))],
      ['Wilson low, Black', '0.425595', lowOf(s.wilson(805, 1795))],
      ['Wilson high, Black', '0.471561', highOf(s.wilson(805, 1795))],
      ['equalized odds difference', '0.213925', numberOf(s.equalizedOddsDifference(groups))],
      ['equal opportunity difference', '0.197373', numberOf(s.equalOpportunityDifference(groups))],
      ['average odds difference', '0.205649', numberOf(s.averageOddsDifference(groups, 'Black', 'White'))],
      ['high-risk rate ratio', '1.690224', numberOf(s.disparateImpact(groups, 'Black', 'White'))],
      ['favourable rate ratio', '0.631593', favourable(black) / favourable(white)],
    ]),
    ...rowsOf('ProPublica 2016, high score only', [
      ...rates('White', highOnly[0], '5.44', '79.81'),
      ...rates('Black', highOnly[1], '15.82', '61.02'),
    ]),
    ...rowsOf('ProPublica 2016, violent recidivism', [
      ...rates('Black', violent[0], '38.14', '38.37'),
      ...rates('White', violent[1], '18.46', '62.62'),
    ]),
  ]
}

const clarify = (): SelftestRow[] => {
  const groups = { advantaged: cell('a', 27, 1, 1, 3), disadvantaged: cell('d', 556, 52, 31, 229) }
  const labels = { advantaged: [4, 28], disadvantaged: [260, 608] }
  // benefits ŷ - y + 1: 2 for each false positive, 0 for each false negative, else 1
  const benefits = [...Array.from({ length: 32 }, () => 2), ...Array.from({ length: 53 }, () => 0), ...Array.from({ length: 815 }, () => 1)]
  return rowsOf('SageMaker Clarify integration test, German credit', [
    ['CI', '-0.9288888888888889', numberOf(s.classImbalance(labels))],
    ['DPL', '0.17453917050691248', numberOf(s.differenceInPositiveLabels(labels, 1))],
    ['KL', '0.08543332780657628', numberOf(s.labelKl(labels))],
    ['JS', '0.023326469309177138', numberOf(s.labelJs(labels))],
    ['LP', '0.2468356620962257', numberOf(s.labelL2(labels))],
    ['TVD', '0.17453917050691245', numberOf(s.labelTvd(labels))],
    ['KS', '0.17453917050691248', numberOf(s.labelKs(labels))],
    ['DPPL', '0.19873271889400923', numberOf(s.differenceInPositivePredictions(groups))],
    ['DI', '0.7728768926925609', numberOf(s.clarifyDisparateImpact(groups))],
    ['AD', '0.03312211981566815', numberOf(s.accuracyDifference(groups))],
    ['RD', '0.049812030075187974', numberOf(s.recallDifference(groups))],
    ['SD', '0.13076923076923075', numberOf(s.specificityDifference(groups))],
    ['DAR', '0.017096617181796114', numberOf(s.differenceInAcceptanceRates(groups))],
    ['DRR', '0.06494661921708189', numberOf(s.differenceInRejectionRates(groups))],
    ['DCA', '-0.035775127768313375', numberOf(s.differenceInConditionalAcceptance(groups))],
    ['DCR', '-0.07473309608540923', numberOf(s.differenceInConditionalRejection(groups))],
    ['TE', '0.6774193548387097', numberOf(s.treatmentEquality(groups))],
    ['GE', '0.04922014234295094', numberOf(s.generalizedEntropyOf(benefits))],
  ])
}

/** Admitted and applied, men then women, by department (R's UCBAdmissions). */
const BERKELEY: Readonly<Record<string, [number, number, number, number]>> = {
  A: [512, 825, 89, 108],
  B: [353, 560, 17, 25],
  C: [120, 325, 202, 593],
  D: [138, 417, 131, 375],
  E: [53, 191, 94, 393],
  F: [22, 373, 24, 341],
}

const berkeley = (): SelftestRow[] => {
  const outcomes: number[] = []
  const women: number[] = []
  const departments: string[] = []
  const push = (count: number, outcome: number, woman: number, department: string): void => {
    for (let i = 0; i < count; i += 1) {
      outcomes.push(outcome)
      women.push(woman)
      departments.push(department)
    }
  }
  for (const [department, [menIn, men, womenIn, womenAll]] of Object.entries(BERKELEY)) {
    push(menIn, 1, 0, department)
    push(men - menIn, 0, 0, department)
    push(womenIn, 1, 1, department)
    push(womenAll - womenIn, 0, 1, department)
  }
  const sum = (at: 0 | 1 | 2 | 3): number => Object.values(BERKELEY).reduce((total, row) => total + row[at], 0)
  return rowsOf('Berkeley admissions 1973', [
    ['demographic disparity of women', '0.143826', numberOf(s.demographicDisparity(outcomes, women))],
    ['CDDL by department: the sign turns', '-0.019283', numberOf(s.conditionalDemographicDisparity(outcomes, women, departments))],
    [
      'DPL',
      '0.141645',
      numberOf(s.differenceInPositiveLabels({ advantaged: [sum(1) - sum(0), sum(0)], disadvantaged: [sum(3) - sum(2), sum(2)] }, 1)),
    ],
  ])
}

const fairlearn = (): SelftestRow[] => {
  const labels = [0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]
  const predictions = [0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0]
  const cells = s.countByGroup({ labels, predictions, groups: [...'bbabbcccaacabccbcc'] })
  const rate = (g: number, name: s.RateName): number => numberOf(s.rateOf(cells[g]!, name))
  const overall = (name: s.RateName): number => numberOf(s.rateOf(s.totalOf(cells), name))
  return rowsOf('Fairlearn user guide', [
    ['true positive rate a', '0.5', rate(0, 'truePositiveRate')],
    ['true positive rate b', '0.6', rate(1, 'truePositiveRate')],
    ['true positive rate c', '0.4', rate(2, 'truePositiveRate')],
    ['false positive rate a', '1', rate(0, 'falsePositiveRate')],
    ['false positive rate b', '0', rate(1, 'falsePositiveRate')],
    ['false positive rate c', '0.667', rate(2, 'falsePositiveRate')],
    ['selection rate a', '0.75', rate(0, 'selectionRate')],
    ['selection rate b', '0.5', rate(1, 'selectionRate')],
    ['selection rate c', '0.5', rate(2, 'selectionRate')],
    ['demographic parity difference', '0.25', numberOf(s.demographicParityDifference(cells))],
    ['demographic parity ratio', '0.667', numberOf(s.demographicParityRatio(cells))],
    ['equalized odds difference', '1.0', numberOf(s.equalizedOddsDifference(cells))],
    ['equalized odds ratio', '0', numberOf(s.equalizedOddsRatio(cells))],
    ['overall true positive rate', '0.5', overall('truePositiveRate')],
    ['overall false positive rate', '0.667', overall('falsePositiveRate')],
    ['overall selection rate', '0.556', overall('selectionRate')],
  ])
}

const eeoc = (): SelftestRow[] => {
  const ratios = s.impactRatios([cell('men', 48, 0, 0, 32), cell('women', 12, 0, 0, 28)])
  return rowsOf('EEOC questions and answers', [['impact ratio 12/40 over 48/80', '0.50', numberOf(ratios[1]!.impactRatio)]])
}

export const fairnessRows = (): SelftestRow[] => [...compas(), ...clarify(), ...berkeley(), ...fairlearn(), ...eeoc()]
