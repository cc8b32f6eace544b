import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { type Card, type CardContent, CardEdit, cardDigest, editedContent, missingOf } from './card.ts'
import { advanceCard, insertCardVersion } from './card-store.ts'
import { documentationErrors } from './errors.ts'
import type { Evidence } from './evidence.ts'
import { can } from './permissions.ts'
import { quoteMetrics } from './quote.ts'
import { getCard } from './read-cards.ts'

/** A card quotes reports about its own model version only, and only rows that they have. */
const checkQuotes = async (ctx: Ctx, card: Card, content: CardContent, evidence: Evidence): Promise<void> => {
  const { report, metrics } = content.evaluation
  const digests = new Map(metrics.map((metric, index) => [metric.report, `evaluation.metrics.${index}.report`]))
  if (report !== null) digests.set(report.digest, 'evaluation.report')
  for (const [digest, path] of digests) {
    const found = await evidence.report(ctx, digest)
    const isOurs = found.model.manifest_digest === card.model.manifest_digest && (report?.digest !== digest || report.id === found.id)
    if (!isOurs) {
      throw documentationErrors.report_of_another_model(
        { report: digest, about: `${found.model.name} version ${found.model.version}` },
        { issues: [{ path, message: 'is not a report about this model version' }] },
      )
    }
  }
  const lost = (await quoteMetrics(ctx, content, evidence)).findIndex(({ found }) => !found)
  if (lost >= 0) {
    const issues = [{ path: `evaluation.metrics.${lost}.row`, message: 'the report has no such row' }]
    throw documentationErrors.metric_not_in_report({}, { issues })
  }
}

/** Each save is a new immutable version; saving what is there already changes nothing. */
export const saveCard = async (
  ctx: Ctx,
  { id, content: input, if_match }: { id: string; content: unknown; if_match: string | undefined },
  evidence: Evidence,
): Promise<Card> => {
  permit(ctx, can['save-card'])
  const edit = parse(CardEdit, input)
  const card = await getCard(ctx, id, evidence)
  requireIfMatch(if_match, card.version)
  const content = editedContent(card.content, edit)
  const digest = cardDigest(card.model, content)
  if (digest === card.digest) return card
  await checkQuotes(ctx, card, content, evidence)
  await write(ctx, async (tx) => {
    const by = actorRef(ctx.actor).id
    const version = card.version + 1
    const next = { version, digest, risk: content.risk.rating, missing: missingOf(content), updated_at: tx.nowAt, updated_by: by }
    if (!(await advanceCard(tx, id, card.version, next))) throw platformErrors.precondition_failed()
    await insertCardVersion(tx, { card_id: id, version, digest, content, created_at: tx.nowAt, created_by: by })
    tx.record({ action: can['save-card'].action, subject: { kind: 'card', id }, details: { version, digest, before: card.digest } })
  })
  return getCard(ctx, id, evidence)
}
