import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { newId } from '#platform/ids'
import { registryErrors } from './errors.ts'
import { type Model, NewModel } from './model.ts'
import { can } from './permissions.ts'
import { insertModel } from './store.ts'

export const createModel = async (ctx: Ctx, input: unknown): Promise<Model> => {
  permit(ctx, can['create-model'])
  const wanted = parse(NewModel, input)
  return write(ctx, async (tx) => {
    const model: Model = { ...wanted, id: newId('mdl', tx.nowMs), revision: 1, created_at: tx.nowAt, created_by: actorRef(ctx.actor).id }
    if (!(await insertModel(tx, model))) throw registryErrors.model_exists({ name: model.name })
    tx.record({ action: can['create-model'].action, subject: { kind: 'model', id: model.id }, details: { name: model.name } })
    return model
  })
}
