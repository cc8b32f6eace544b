import { exitCodes } from './connection.ts'
import { driftRows } from './selftest/drift.ts'
import { fairnessRows } from './selftest/fairness.ts'
import { germanCreditRows } from './selftest/german-credit.ts'
import { inferenceRows } from './selftest/inference.ts'
import { logRows } from './selftest/log.ts'
import { qualityRows } from './selftest/quality.ts'
import type { SelftestRow } from './selftest/row.ts'
import { streamRows } from './selftest/streams.ts'

export type { SelftestRow }

/** Published numbers, computed again with the code that a review stands on. Any row that is not ok means: trust no report of this installation. */
export const runSelftest = (): SelftestRow[] => [
  ...fairnessRows(),
  ...germanCreditRows(),
  ...inferenceRows(),
  ...qualityRows(),
  ...driftRows(),
  ...streamRows(),
  ...logRows(),
]

/** What `plimsoll selftest` does: prints the table and answers the exit code. */
export const selftest = ({ json }: { json: boolean }): number => {
  const rows = runSelftest()
  console.log(printSelftest(rows, json))
  return rows.every(({ ok }) => ok) ? exitCodes.done : exitCodes['not verified']
}

const HEAD = ['', 'source', 'number', 'expected', 'got', 'difference']

export const printSelftest = (rows: readonly SelftestRow[], asJson: boolean): string => {
  const failed = rows.filter(({ ok }) => !ok).length
  if (asJson) return JSON.stringify({ ok: failed === 0, checked: rows.length, failed, rows }, null, 2)
  const cells = rows.map(({ source, item, expected, got, difference, ok }) => [
    ok ? 'ok' : 'FAIL',
    source,
    item,
    clip(expected),
    clip(got),
    difference === null ? '' : difference.toExponential(1),
  ])
  const widths = HEAD.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]!.length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  const verdict =
    failed === 0
      ? `${rows.length} numbers checked, no difference`
      : `${failed} of ${rows.length} numbers differ: do not trust the reports of this installation`
  return [line(HEAD), ...cells.map(line), '', verdict].join('\n')
}

const clip = (text: string): string => (text.length > 22 ? `${text.slice(0, 21)}…` : text)
