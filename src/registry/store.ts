import type { SelectQueryBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { Model } from './model.ts'

interface ModelTables {
  registry_models: {
    project: string
    id: string
    name: string
    description: string
    tags: Json<Record<string, string>>
    revision: number
    last_version: number
    created_at: string
    created_by: string
  }
}

const q = tables<ModelTables>()

const columns = ['id', 'name', 'description', 'tags', 'revision', 'created_at', 'created_by'] as const

/** False when the name is taken. */
export const insertModel = async (tx: Tx, model: Model): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('registry_models')
    .values({ ...model, tags: json(model.tags) } as never)
    .onConflict((conflict) => conflict.columns(['project', 'name']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findModel = (at: Executor, name: string): Promise<Model | undefined> =>
  q(at).selectFrom('registry_models').select(columns).where('name', '=', name).executeTakeFirst()

export interface ModelFilter {
  /** Part of the name or the description, in any case. */
  readonly text?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

export const listModels = (at: Executor, filter: ModelFilter, afterName: string | undefined, limit: number): Promise<Model[]> => {
  let query = q(at).selectFrom('registry_models').select(columns).orderBy('name').limit(limit)
  if (afterName !== undefined) query = query.where('name', '>', afterName)
  if (filter.text !== undefined) {
    const pattern = containing(filter.text)
    query = query.where((is) => is.or([is('name', 'ilike', pattern), is('description', 'ilike', pattern)]))
  }
  return havingTags(query, filter.tags).execute()
}

/** False when somebody else was faster. */
export const updateModel = async (tx: Tx, id: string, seenRevision: number, { description, tags, revision }: Model): Promise<boolean> => {
  const { numUpdatedRows } = await q(tx)
    .updateTable('registry_models')
    .set({ description, tags: json(tags), revision })
    .where('id', '=', id)
    .where('revision', '=', seenRevision)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** The next number, never given twice: the row stays locked until the transaction ends. */
export const takeVersionNumber = async (tx: Tx, model: string): Promise<number | undefined> => {
  const row = await q(tx)
    .updateTable('registry_models')
    .set((is) => ({ last_version: is('last_version', '+', 1) }))
    .where('name', '=', model)
    .returning('last_version')
    .executeTakeFirst()
  return row?.last_version
}

/** A LIKE pattern that takes the text literally. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

export const havingTags = <DB, T extends keyof DB & string, O>(
  query: SelectQueryBuilder<DB, T, O>,
  tags: Readonly<Record<string, string>> | undefined,
): SelectQueryBuilder<DB, T, O> =>
  tags === undefined || Object.keys(tags).length === 0 ? query : query.where(sql<boolean>`tags @> ${json(tags)}::jsonb`)
