import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { newId } from '#platform/ids'
import type { Version } from '#registry'
import { type Card, CardContent, cardDigest, missingOf, NewCard } from './card.ts'
import { findCardOf, insertCard, insertCardVersion } from './card-store.ts'
import { documentationErrors } from './errors.ts'
import type { Evidence, ReportFacts } from './evidence.ts'
import { can } from './permissions.ts'
import { getCard } from './read-cards.ts'

const trainingData = ({ lineage }: Version['manifest']): string =>
  [
    ...lineage.datasets.map(({ name, digest }) => `- ${name}${digest === null ? '' : ` (\`${digest}\`)`}`),
    ...(lineage.base_model === null
      ? []
      : [`- starts from ${lineage.base_model.name}${lineage.base_model.version === null ? '' : `, version ${lineage.base_model.version}`}`]),
  ].join('\n')

/** What registry and report already know; people add what only people know. */
const draftOf = (version: Version, report: ReportFacts | undefined): CardContent =>
  CardContent.parse({
    summary: version.description,
    training_data: trainingData(version.manifest),
    evaluation:
      report === undefined
        ? {}
        : {
            report: { id: report.id, digest: report.digest },
            metrics: report.rows.map(({ id }) => ({ report: report.digest, row: id })),
          },
    limits: report?.simulated === true ? 'The evaluation ran against the built-in simulator: it says nothing about a real model.' : '',
  })

const reportFor = async (ctx: Ctx, { model, version, report }: NewCard, evidence: Evidence): Promise<ReportFacts | undefined> => {
  const id = report ?? (await evidence.latestReport(ctx, model, version))?.id
  if (id === undefined) return undefined
  const found = await evidence.report(ctx, id)
  if (found.model.name !== model || found.model.version !== version) {
    throw documentationErrors.report_of_another_model(
      { report: id, about: `${found.model.name} version ${found.model.version}` },
      { issues: [{ path: 'report', message: 'is about another model version' }] },
    )
  }
  return found
}

export const draftCard = async (ctx: Ctx, input: unknown, evidence: Evidence): Promise<Card> => {
  permit(ctx, can['draft-card'])
  const wanted = parse(NewCard, input)
  const registered = await evidence.version(ctx, wanted.model, wanted.version)
  const content = draftOf(registered, await reportFor(ctx, wanted, evidence))
  const model = { name: wanted.model, version: wanted.version, manifest_digest: registered.manifest_digest }
  const id = await write(ctx, async (tx) => {
    const by = actorRef(ctx.actor).id
    const made = { created_at: tx.nowAt, created_by: by }
    const digest = cardDigest(model, content)
    const cardId = newId('card', tx.nowMs)
    const summary = {
      ...made,
      id: cardId,
      model,
      version: 1,
      digest,
      risk: content.risk.rating,
      missing: missingOf(content),
      updated_at: tx.nowAt,
      updated_by: by,
    }
    if (!(await insertCard(tx, summary))) {
      const existing = await findCardOf(tx, model.name, model.version)
      throw documentationErrors.card_exists({ model: model.name, version: model.version, id: existing?.id ?? '' })
    }
    await insertCardVersion(tx, { ...made, card_id: cardId, version: 1, digest, content })
    tx.record({
      action: can['draft-card'].action,
      subject: { kind: 'card', id: cardId },
      details: { model: model.name, model_version: model.version, digest },
    })
    return cardId
  })
  return getCard(ctx, id, evidence)
}
