import type { TestReport } from '#safeguards'
import { textOf } from './print.ts'

type Figures = Omit<TestReport, 'name' | 'version' | 'policy_digest' | 'direction' | 'results'>
type Confusion = NonNullable<TestReport['confusion']>
type Share = Confusion['recall']

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`
const shareText = (share: Share): string => (share === null ? '-' : `${percent(share.value)} (${percent(share.low)} to ${percent(share.high)})`)
const microsText = (micros: number): string => (micros < 1_000 ? `${micros.toFixed(0)} µs` : `${(micros / 1_000).toFixed(1)} ms`)

/** For people: the confusion table first, then rates by group, what was found, and what it cost. Intervals are Wilson's, at 95 %. */
export const testText = ({ verdicts, confusion, expectations, groups, kinds, cost }: Figures): string => {
  const texts = Object.values(verdicts).reduce((sum, count) => sum + count, 0)
  const parts = [
    `${texts} texts: ${Object.entries(verdicts)
      .map(([verdict, count]) => `${verdict} ${count}`)
      .join(', ')}`,
    ...(confusion === null ? [] : [confusionText(confusion)]),
    ...(expectations.length === 0 ? [] : [textOf({ items: expectations })]),
    ...(groups.length === 0 ? [] : [textOf({ items: groups.map(groupRow) })]),
    ...(kinds.length === 0 ? [] : [textOf({ items: kinds })]),
    `${microsText(cost.median_micros)} a text in the median, ${microsText(cost.p99_micros)} for one in a hundred, ${microsText(cost.most_micros)} at most; ${cost.characters} characters`,
  ]
  return parts.join('\n\n')
}

const confusionText = (confusion: Confusion): string =>
  textOf({
    items: [
      {
        'there is': 'something',
        found: confusion.true_positives,
        'not found': confusion.false_negatives,
        rate: `recall ${shareText(confusion.recall)}`,
      },
      {
        'there is': 'nothing',
        found: confusion.false_positives,
        'not found': confusion.true_negatives,
        rate: `false positives ${shareText(confusion.false_positive_rate)}`,
      },
    ],
  })

const groupRow = ({ group, cases, found, confusion }: Figures['groups'][number]) => ({
  group,
  texts: cases,
  found,
  recall: shareText(confusion?.recall ?? null),
  'false positives': shareText(confusion?.false_positive_rate ?? null),
})
