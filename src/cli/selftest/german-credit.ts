import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as s from '#statistics'
import { numberOf, rowsOf, type SelftestRow } from './row.ts'

/**
 * The 900 rows of Clarify's own test are not public. Its two conditional numbers depend on a table of 2 x 2 x 2 counts only, whose margins its other numbers
 * give; one table alone (and its mirror) has the published CDDL to 16 digits, and one alone the published CDDPL: both with the same 150 tenants (A151).
 */
const published = (): SelftestRow[] => {
  // [others, rejected and accepted], [foreign workers, rejected and accepted]; tenants first
  const labels = [table(1, 7, 56, 86), table(3, 21, 204, 522)] as const
  const predictions = [table(1, 7, 62, 80), table(3, 21, 219, 507)] as const
  return rowsOf('SageMaker Clarify integration test, German credit', [
    ['CDDL by tenancy', '0.029771892530848814', conditional(labels)],
    ['CDDPL by tenancy', '0.032647137172999274', conditional(predictions)],
  ])
}

type Table = { outcomes: number[]; members: number[] }

const table = (otherRejected: number, otherAccepted: number, ownRejected: number, ownAccepted: number): Table => {
  const cells = [
    [0, 0, otherRejected],
    [1, 0, otherAccepted],
    [0, 1, ownRejected],
    [1, 1, ownAccepted],
  ] as const
  const column = (at: 0 | 1): number[] => cells.flatMap((cell) => Array.from({ length: cell[2] }, () => cell[at]))
  return { outcomes: column(0), members: column(1) }
}

const conditional = (strata: readonly Table[]): number =>
  numberOf(
    s.conditionalDemographicDisparity(
      strata.flatMap(({ outcomes }) => outcomes),
      strata.flatMap(({ members }) => members),
      strata.flatMap(({ outcomes }, stratum) => outcomes.map(() => stratum)),
    ),
  )

type Applicant = Record<string, string | number>

const NUMERIC = ['age', 'month', 'credit_amount', 'investment_as_income_percentage', 'residence_since', 'number_of_credits', 'people_liable_for']

const read = (file: string): Applicant[] =>
  readFileSync(join(import.meta.dirname, '../../../examples/german-credit', file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** The rows that this project ships; expected numbers by test/oracles/german_credit.py. */
const shipped = (): SelftestRow[] => {
  const applicants = read('data.jsonl')
  const is = (column: string, value: string): number[] => applicants.map((row) => (row[column] === value ? 1 : 0))
  const labels = is('credit', 'good')
  const predictions = read('predictions.jsonl').map(({ prediction }) => (prediction === 'good' ? 1 : 0))
  const tenants = is('housing', 'rent')
  const features = { columns: NUMERIC.length, values: Float64Array.from(applicants.flatMap((row) => NUMERIC.map((name) => Number(row[name])))) }
  const facets: [string, number[], Record<'CI' | 'DPL' | 'DPPL' | 'CDDL' | 'CDDPL' | 'FT', string>][] = [
    [
      'foreign workers',
      is('foreign_worker', 'yes'),
      {
        CI: '-0.9276807980049875',
        DPL: '0.2096177008520319',
        DPPL: '0.1229424097782933',
        CDDL: '0.03584714412881324',
        CDDPL: '0.026400840310276754',
        FT: '-0.22639068564036222',
      },
    ],
    [
      'women',
      is('sex', 'female'),
      {
        CI: '0.3940149625935162',
        DPL: '0.0753771063848584',
        DPPL: '0.0003975352812561894',
        CDDL: '0.05585647832171629',
        CDDPL: '-0.03868373012043032',
        FT: '-0.1934156378600823',
      },
    ],
  ]
  return rowsOf(
    'smclarify 0.5 on examples/german-credit',
    facets.flatMap(([name, members, expected]) => {
      const count = (column: readonly number[], group: number, value: number): number =>
        column.filter((x, i) => x === value && members[i] === group).length
      const counts = { advantaged: [count(labels, 0, 0), count(labels, 0, 1)], disadvantaged: [count(labels, 1, 0), count(labels, 1, 1)] }
      const [advantaged, disadvantaged] = s.countByGroup({ labels, predictions, groups: members })
      const got = {
        CI: s.classImbalance(counts),
        DPL: s.differenceInPositiveLabels(counts, 1),
        DPPL: s.differenceInPositivePredictions({ advantaged: advantaged!, disadvantaged: disadvantaged! }),
        CDDL: s.conditionalDemographicDisparity(labels, members, tenants),
        CDDPL: s.conditionalDemographicDisparity(predictions, members, tenants),
        FT: s.flipTest(features, predictions, members),
      }
      return (Object.keys(got) as (keyof typeof got)[]).map((metric): [string, string, number] => [
        `${metric}, ${name}`,
        expected[metric],
        numberOf(got[metric]),
      ])
    }),
  )
}

export const germanCreditRows = (): SelftestRow[] => [...published(), ...shipped()]
