import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { can } from './permissions.ts'
import { type Alias, AliasName, MoveAlias } from './version.ts'
import { deleteAlias, findAlias, findVersion, insertAlias, updateAlias } from './version-store.ts'

/** Points an alias at a version. A new alias needs no If-Match; moving one does, so that nobody undoes a move unseen. */
export const moveAlias = async (ctx: Ctx, model: string, alias: string, ifMatch: string | undefined, input: unknown): Promise<Alias> => {
  permit(ctx, can['move-alias'])
  const { version } = parse(MoveAlias, input)
  parse(AliasName, alias)
  return write(ctx, async (tx) => {
    if (version > 2_147_483_647 || (await findVersion(tx, model, version)) === undefined)
      throw platformErrors.not_found({ kind: 'version', id: `${model}/${version}` })
    const before = await findAlias(tx, model, alias)
    if (before !== undefined) requireIfMatch(ifMatch, before.revision)
    else if (ifMatch !== undefined) throw platformErrors.precondition_failed()
    const after: Alias = {
      alias,
      model,
      version,
      revision: (before?.revision ?? 0) + 1,
      updated_at: tx.nowAt,
      updated_by: actorRef(ctx.actor).id,
    }
    const isDone = before === undefined ? await insertAlias(tx, after) : await updateAlias(tx, before.revision, after)
    if (!isDone) throw platformErrors.conflict()
    tx.record({
      action: can['move-alias'].action,
      subject: { kind: 'alias', id: `${model}@${alias}` },
      details: { model, alias, from: before?.version ?? null, to: version },
    })
    tx.publish('registry.alias-moved', { model, alias, from: before?.version ?? null, to: version })
    return after
  })
}

export const removeAlias = async (ctx: Ctx, model: string, alias: string, ifMatch: string | undefined): Promise<void> => {
  permit(ctx, can['remove-alias'])
  await write(ctx, async (tx) => {
    const before = await findAlias(tx, model, alias)
    if (before === undefined) throw platformErrors.not_found({ kind: 'alias', id: `${model}@${alias}` })
    requireIfMatch(ifMatch, before.revision)
    if (!(await deleteAlias(tx, before))) throw platformErrors.conflict()
    tx.record({
      action: can['remove-alias'].action,
      subject: { kind: 'alias', id: `${model}@${alias}` },
      details: { model, alias, from: before.version },
    })
    tx.publish('registry.alias-moved', { model, alias, from: before.version, to: null })
  })
}
