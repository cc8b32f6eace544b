import { write } from '#audit'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { Labelling, type Model } from './model.ts'
import { can } from './permissions.ts'
import { loadVersion } from './read-versions.ts'
import { findModel, updateModel } from './store.ts'
import type { Version } from './version.ts'
import { updateVersion } from './version-store.ts'

const applied = <T extends { description: string; tags: Record<string, string>; revision: number }>(before: T, change: Labelling): T => ({
  ...before,
  description: change.description ?? before.description,
  tags: change.tags ?? before.tags,
  revision: before.revision + 1,
})

export const labelModel = async (ctx: Ctx, name: string, ifMatch: string | undefined, input: unknown): Promise<Model> => {
  permit(ctx, can['label-model'])
  const change = parse(Labelling, input)
  return write(ctx, async (tx) => {
    const before = await findModel(tx, name)
    if (before === undefined) throw platformErrors.not_found({ kind: 'model', id: name })
    requireIfMatch(ifMatch, before.revision)
    const after = applied(before, change)
    if (!(await updateModel(tx, before.id, before.revision, after))) throw platformErrors.conflict()
    tx.record({
      action: can['label-model'].action,
      subject: { kind: 'model', id: before.id },
      details: { name, before: { description: before.description, tags: before.tags }, after: { description: after.description, tags: after.tags } },
    })
    return after
  })
}

/** Words about a version; its content, and so its manifest digest, stays. */
export const labelVersion = async (
  ctx: Ctx,
  model: string,
  version: number | string,
  ifMatch: string | undefined,
  input: unknown,
): Promise<Version> => {
  permit(ctx, can['label-version'])
  const change = parse(Labelling, input)
  return write(ctx, async (tx) => {
    const before = await loadVersion(tx, model, version)
    requireIfMatch(ifMatch, before.revision)
    const after = applied(before, change)
    if (!(await updateVersion(tx, before.id, before.revision, after))) throw platformErrors.conflict()
    tx.record({
      action: can['label-version'].action,
      subject: { kind: 'version', id: before.id },
      details: {
        model,
        version: before.version,
        before: { description: before.description, tags: before.tags },
        after: { description: after.description, tags: after.tags },
      },
    })
    return after
  })
}
