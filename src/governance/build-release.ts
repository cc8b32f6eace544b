import { z } from 'zod'
import { write } from '#audit'
import { type CardVersion, cardAuthors, type Evidence, findCardOf, getCardVersion, type ReportFacts } from '#documentation'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import type { Version } from '#registry'
import { bindPolicy } from '#safeguards'
import { governanceErrors } from './errors.ts'
import { can } from './permissions.ts'
import { getRelease, type Release } from './read-releases.ts'
import { Digest, Name, type ReleaseDocument, releaseDigest, SafeguardsPart } from './release.ts'
import { findRelease, insertRelease } from './release-store.ts'

export const NewRelease = z
  .strictObject({
    model: Name,
    version: z.int().min(1),
    system_prompt: z.string().min(1).max(100_000).nullable().default(null),
    safeguards: z
      .strictObject({ name: Name, version: z.int().min(1) })
      .nullable()
      .default(null),
    /** The card's newest version when left out. */
    card_version: z.int().min(1).optional(),
    /** The report that the card quotes when left out. */
    report: z.string().min(1).max(100).optional(),
  })
  .meta({ id: 'NewRelease' })
export type NewRelease = z.infer<typeof NewRelease>

interface Parts {
  readonly version: Version
  readonly card: CardVersion
  readonly report: ReportFacts
  readonly safeguards: { readonly document: ReleaseDocument['safeguards']; readonly author: string | null } | null
}

const cardOf = async (ctx: Ctx, { model, version, card_version }: NewRelease): Promise<CardVersion> => {
  const summary = await findCardOf(ctx, model, version)
  if (summary === undefined) throw platformErrors.not_found({ kind: 'model card of', id: `${model} version ${version}` })
  return getCardVersion(ctx, summary.id, card_version ?? summary.version)
}

const gather = async (ctx: Ctx, wanted: NewRelease, evidence: Evidence): Promise<Parts> => {
  const version = await evidence.version(ctx, wanted.model, wanted.version)
  const card = await cardOf(ctx, wanted)
  const reportId = wanted.report ?? card.content.evaluation.report?.digest
  if (reportId === undefined) {
    throw governanceErrors.release_parts_mismatch(
      {},
      { issues: [{ path: 'report', message: 'the card quotes no evaluation report, and none is named' }] },
    )
  }
  const report = await evidence.report(ctx, reportId)
  const policy = await bindPolicy(ctx, wanted.safeguards)
  const safeguards = policy === null ? null : { document: SafeguardsPart.parse(policy.bound), author: policy.author }
  return { version, card, report, safeguards }
}

/** Every part speaks of the same model version, and the evidence is about what will be served. */
const requireMatch = ({ version, card, report }: Parts, wanted: NewRelease): void => {
  const issues = [
    ...(card.model.manifest_digest === version.manifest_digest ? [] : [{ path: 'card', message: 'describes another model version' }]),
    ...(report.model.manifest_digest === version.manifest_digest ? [] : [{ path: 'report', message: 'is about another model version' }]),
    ...(card.content.evaluation.report?.digest === report.digest ? [] : [{ path: 'report', message: 'is not the one that the card quotes' }]),
    ...(report.system_prompt === wanted.system_prompt ? [] : [{ path: 'system_prompt', message: 'is not the one that was assessed' }]),
  ]
  if (issues.length > 0) throw governanceErrors.release_parts_mismatch({}, { issues })
}

const documentOf = ({ version, card, report, safeguards }: Parts, system_prompt: string | null): ReleaseDocument => {
  const { hosted } = version.manifest
  if (hosted === null) throw governanceErrors.release_not_hosted({ model: version.model, version: version.version })
  return {
    model: {
      name: version.model,
      version: version.version,
      manifest_digest: version.manifest_digest,
      connection: hosted.connection,
      upstream_model: hosted.upstream_model,
      parameters: hosted.parameters,
    },
    system_prompt,
    safeguards: safeguards?.document ?? null,
    card: { id: card.card_id, version: card.version, digest: card.digest },
    report: { id: report.id, digest: Digest.parse(report.digest) },
  }
}

/** The same content is the same release: built twice, it is found again. */
export const buildRelease = async (ctx: Ctx, input: unknown, evidence: Evidence): Promise<Release> => {
  permit(ctx, can['build-release'])
  const wanted = parse(NewRelease, input)
  const parts = await gather(ctx, wanted, evidence)
  const document = documentOf(parts, wanted.system_prompt)
  requireMatch(parts, wanted)
  const digest = releaseDigest(document)
  if ((await findRelease(ctx.read, digest)) !== undefined) return getRelease(ctx, digest)
  const by = actorRef(ctx.actor).id
  const authors = [
    by,
    parts.version.created_by,
    parts.report.created_by,
    ...(parts.safeguards?.author == null ? [] : [parts.safeguards.author]),
    ...(await cardAuthors(ctx, parts.card.card_id, parts.card.version)),
  ]
  await write(ctx, async (tx) => {
    const row = {
      digest,
      id: newId('rel', tx.nowMs),
      model: document.model.name,
      model_version: document.model.version,
      document,
      risk: parts.card.content.risk.rating,
      authors: [...new Set(authors)].sort(),
      created_at: tx.nowAt,
      created_by: by,
      suspended_at: null,
      suspended_by: null,
      suspended_reason: null,
    }
    const isNew = await insertRelease(tx, row)
    tx.record({
      action: can['build-release'].action,
      subject: { kind: 'release', id: digest },
      details: { id: row.id, model: row.model, version: row.model_version, authors: row.authors, is_new: isNew },
    })
  })
  return getRelease(ctx, digest)
}
