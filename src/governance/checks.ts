import { type CardVersion, type Evidence, getCardVersion, type ReportFacts } from '#documentation'
import type { Ctx } from '#platform/context'
import type { Check } from './approval.ts'
import type { ApprovalPolicyDocument } from './policy.ts'
import type { ReleaseDocument } from './release.ts'

const reportChecks = ({ verdict, rows }: ReportFacts): Check[] => {
  if (verdict === 'pass') return [{ id: 'report_passes', passed: true, detail: 'the evaluation report passes' }]
  const open = rows.filter((row) => row.verdict === 'fail' || row.verdict === 'inconclusive')
  // A verdict may come from outside the rows, such as calls that failed for good.
  if (open.length === 0) return [{ id: 'report_passes', passed: false, detail: `the evaluation report says ${verdict}` }]
  return open.map((row) => ({
    id: `row:${row.id}`,
    passed: false,
    detail: `${row.metric}${row.group == null ? '' : ` (${row.group})`}: ${row.verdict}${row.value === null ? '' : `, measured ${row.value}`}`,
  }))
}

const cardCheck = ({ missing }: CardVersion): Check => ({
  id: 'card_is_complete',
  passed: missing.length === 0,
  detail: missing.length === 0 ? 'the model card is complete' : `the model card lacks ${missing.join(', ')}`,
})

/** The policy's rules against the evidence of this release, one waivable line each. */
export const runChecks = async (ctx: Ctx, { model, card, report }: ReleaseDocument, policy: ApprovalPolicyDocument, evidence: Evidence) => {
  const wants = policy.checks
  const [found, cardVersion, newest] = await Promise.all([
    evidence.report(ctx, report.digest),
    getCardVersion(ctx, card.id, card.version),
    evidence.latestReport(ctx, model.name, model.version),
  ])
  const isNewest = newest === undefined || newest.digest === report.digest
  const checks: Check[] = [
    ...(wants.report_passes ? reportChecks(found) : []),
    ...(wants.report_is_newest
      ? [{ id: 'report_is_newest', passed: isNewest, detail: isNewest ? 'no newer report' : `there is a newer report, ${newest.id}` }]
      : []),
    ...(wants.card_is_complete ? [cardCheck(cardVersion)] : []),
    ...(wants.not_simulated
      ? [{ id: 'not_simulated', passed: !found.simulated, detail: found.simulated ? 'the evaluation was simulated' : 'evaluated on the real model' }]
      : []),
  ]
  return checks
}
