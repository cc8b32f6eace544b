import { isDefined, wilson } from '#statistics'
import { Verdict } from '../model.ts'
import type { Case, CaseResult, Confusion, Cost, Share, TestReport } from './model.ts'

export const shareOf = (count: number, of: number): Share | null => {
  if (of === 0) return null
  const share = wilson(count, of)
  return isDefined(share) ? { value: share.value, low: share.interval?.low ?? 0, high: share.interval?.high ?? 1 } : null
}

type Judged = { readonly label: boolean; readonly found: boolean }

const confusionOf = (judged: readonly Judged[]): Confusion | null => {
  if (judged.length === 0) return null
  const count = (label: boolean, found: boolean): number => judged.filter((one) => one.label === label && one.found === found).length
  const [truePositives, falsePositives, trueNegatives, falseNegatives] = [
    count(true, true),
    count(false, true),
    count(false, false),
    count(true, false),
  ]
  return {
    true_positives: truePositives,
    false_positives: falsePositives,
    true_negatives: trueNegatives,
    false_negatives: falseNegatives,
    recall: shareOf(truePositives, truePositives + falseNegatives),
    false_positive_rate: shareOf(falsePositives, falsePositives + trueNegatives),
    precision: shareOf(truePositives, truePositives + falsePositives),
  }
}

export const costOf = (micros: readonly number[], characters: number): Cost => {
  const sorted = [...micros].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return {
    total_micros: micros.reduce((sum, one) => sum + one, 0),
    median_micros: at(0.5),
    p99_micros: at(0.99),
    most_micros: sorted.at(-1) ?? 0,
    characters,
  }
}

type Tried = { readonly given: Case; readonly result: CaseResult }

const judgedOf = (tried: readonly Tried[]): Judged[] =>
  tried.flatMap(({ given: { label }, result: { found } }) => (label === undefined ? [] : [{ label, found }]))

/** The figures of a test: pure, so that the server, the command line and a test of either count alike. */
export const tally = (
  cases: readonly Case[],
  results: readonly CaseResult[],
): Omit<TestReport, 'name' | 'version' | 'policy_digest' | 'direction'> => {
  const tried = cases.map((given, at): Tried => ({ given, result: results[at]! }))
  const groups = Map.groupBy(
    tried.filter(({ given }) => given.group !== undefined),
    ({ given }) => given.group!,
  )
  return {
    verdicts: Object.fromEntries(
      Verdict.options.map((verdict) => [verdict, results.filter((result) => result.verdict === verdict).length]),
    ) as Record<Verdict, number>,
    confusion: confusionOf(judgedOf(tried)),
    expectations: expectationsOf(tried),
    groups: [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([group, own]) => ({
        group,
        cases: own.length,
        found: own.filter(({ result }) => result.found).length,
        confusion: confusionOf(judgedOf(own)),
      })),
    kinds: kindsOf(results),
    cost: costOf(
      results.map(({ micros }) => micros),
      cases.reduce((sum, { text }) => sum + text.length, 0),
    ),
    results: [...results],
  }
}

const expectationsOf = (tried: readonly Tried[]): TestReport['expectations'] =>
  Verdict.options.flatMap((expected) =>
    Verdict.options.flatMap((given) => {
      const cases = tried.filter((one) => one.given.expected === expected && one.result.verdict === given).length
      return cases === 0 ? [] : [{ expected, given, cases }]
    }),
  )

const kindsOf = (results: readonly CaseResult[]): TestReport['kinds'] => {
  const findings = results.flatMap((result, at) => result.findings.map(({ detector, kind }) => ({ detector, kind, at })))
  return [...Map.groupBy(findings, ({ detector, kind }) => `${detector} ${kind}`).values()]
    .map((own) => ({ detector: own[0]!.detector, kind: own[0]!.kind, cases: new Set(own.map(({ at }) => at)).size, findings: own.length }))
    .sort((a, b) => b.findings - a.findings || (a.kind < b.kind ? -1 : 1))
}
