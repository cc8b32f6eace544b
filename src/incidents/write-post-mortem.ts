import { digestOf } from '#platform/canonical'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { changeIncident } from './change-incident.ts'
import { incidentErrors } from './errors.ts'
import { can } from './permissions.ts'
import { draftFrom, measure, missingIn, type PostMortem, PostMortemEdit, PostMortemText } from './post-mortem.ts'
import { getIncident } from './read.ts'
import { findAlertWindowFrom, listTimeline } from './store/incidents.ts'
import { findPostMortem, savePostMortem } from './store/runbooks.ts'

/** What was written, or a draft from the record (version 0). */
export const getPostMortem = async (ctx: Ctx, id: string): Promise<PostMortem> => {
  permit(ctx, can.read)
  const incident = await getIncident(ctx, id)
  const stored = await findPostMortem(ctx.read, id)
  const text = stored?.document ?? draftFrom(incident, await listTimeline(ctx.read, id, undefined, 50))
  return {
    incident_id: id,
    version: stored?.version ?? 0,
    ...text,
    measured: measure(incident, await findAlertWindowFrom(ctx.read, id)),
    missing: missingIn(text),
    published_at: stored?.published_at ?? null,
    published_by: stored?.published_by ?? null,
    digest: stored?.digest ?? null,
  }
}

export const writePostMortem = async (
  ctx: Ctx,
  { id, ifMatch, text }: { id: string; ifMatch: string | undefined; text: unknown },
): Promise<PostMortem> => {
  permit(ctx, can['write-post-mortem'])
  const edit = parse(PostMortemEdit, text)
  await changeIncident(ctx, can['write-post-mortem'], id, async (incident, tx) => {
    const current = await findPostMortem(tx, id)
    if (current?.published_at != null) throw incidentErrors.post_mortem_published()
    requireIfMatch(ifMatch, current?.version ?? 0)
    const version = (current?.version ?? 0) + 1
    const before = current?.document ?? draftFrom(incident, await listTimeline(tx, id, undefined, 50))
    const document = PostMortemText.parse({ ...before, ...edit })
    await savePostMortem(tx, id, { version, document, published_at: null, published_by: null, digest: null })
    return { incident, timeline: [], details: { version } }
  })
  return getPostMortem(ctx, id)
}

/** From then on it cannot be changed, and its digest stands in the audit log. */
export const publishPostMortem = async (ctx: Ctx, id: string): Promise<PostMortem> => {
  permit(ctx, can['publish-post-mortem'])
  await changeIncident(ctx, can['publish-post-mortem'], id, async (incident, tx) => {
    const current = await findPostMortem(tx, id)
    if (current === undefined) throw platformErrors.not_found({ kind: 'post-mortem', id })
    if (current.published_at !== null) throw incidentErrors.post_mortem_published()
    const missing = missingIn(current.document)
    if (missing.length > 0) throw incidentErrors.post_mortem_incomplete({ missing: missing.join(', ') })
    const digest = digestOf({ incident_id: id, version: current.version, ...current.document })
    await savePostMortem(tx, id, { ...current, published_at: tx.nowAt, published_by: actorRef(ctx.actor).name, digest })
    return { incident, timeline: [{ kind: 'post-mortem', text: 'The post-mortem is published.', data: { digest } }], details: { digest } }
  })
  return getPostMortem(ctx, id)
}
