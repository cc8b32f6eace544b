import type { Tx } from '#audit'
import type { Digest } from '#platform/canonical'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { CardContent, CardSummary, RiskRating } from './card.ts'

interface CardTables {
  documentation_cards: {
    project: string
    id: string
    model: string
    model_version: number
    manifest_digest: Digest
    version: number
    digest: Digest
    risk: RiskRating
    missing: Json<string[]>
    created_at: string
    created_by: string
    updated_at: string
    updated_by: string
  }
  documentation_card_versions: {
    project: string
    card_id: string
    version: number
    digest: Digest
    content: Json<CardContent>
    created_at: string
    created_by: string
  }
}

const q = tables<CardTables>()

const columns = [
  'id',
  'model',
  'model_version',
  'manifest_digest',
  'version',
  'digest',
  'risk',
  'missing',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
] as const

type CardRow = Omit<CardSummary, 'model'> & { model: string; model_version: number; manifest_digest: Digest }

const toSummary = ({ model, model_version, manifest_digest, ...row }: CardRow): CardSummary => ({
  ...row,
  model: { name: model, version: model_version, manifest_digest },
})

/** False when this model version has a card. */
export const insertCard = async (tx: Tx, { model, ...card }: CardSummary): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('documentation_cards')
    .values({
      ...card,
      model: model.name,
      model_version: model.version,
      manifest_digest: model.manifest_digest,
      missing: json(card.missing),
    } as never)
    .onConflict((conflict) => conflict.columns(['project', 'model', 'model_version']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** False when somebody saved in between. */
export const advanceCard = async (tx: Tx, id: string, from: number, next: Omit<CardSummary, 'id' | 'model' | 'created_at' | 'created_by'>) => {
  const { numUpdatedRows } = await q(tx)
    .updateTable('documentation_cards')
    .set({ ...next, missing: json(next.missing) })
    .where('id', '=', id)
    .where('version', '=', from)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export interface CardVersionRow {
  readonly card_id: string
  readonly version: number
  readonly digest: Digest
  readonly content: CardContent
  readonly created_at: string
  readonly created_by: string
}

export const insertCardVersion = async (tx: Tx, row: CardVersionRow): Promise<void> => {
  await q(tx)
    .insertInto('documentation_card_versions')
    .values({ ...row, content: json(row.content) } as never)
    .execute()
}

export const findCard = async (at: Executor, id: string): Promise<CardSummary | undefined> => {
  const row = await q(at).selectFrom('documentation_cards').select(columns).where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toSummary(row)
}

export const findCardOf = async (at: Executor, model: string, version: number): Promise<CardSummary | undefined> => {
  const row = await q(at)
    .selectFrom('documentation_cards')
    .select(columns)
    .where('model', '=', model)
    .where('model_version', '=', version)
    .executeTakeFirst()
  return row === undefined ? undefined : toSummary(row)
}

export const listCards = async (at: Executor, model: string | undefined, beforeId: string | undefined, limit: number): Promise<CardSummary[]> => {
  let query = q(at).selectFrom('documentation_cards').select(columns).orderBy('id', 'desc').limit(limit)
  if (model !== undefined) query = query.where('model', '=', model)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return (await query.execute()).map(toSummary)
}

const versionColumns = ['card_id', 'version', 'digest', 'content', 'created_at', 'created_by'] as const

export const findCardVersion = (at: Executor, cardId: string, version: number): Promise<CardVersionRow | undefined> =>
  q(at)
    .selectFrom('documentation_card_versions')
    .select(versionColumns)
    .where('card_id', '=', cardId)
    .where('version', '=', version)
    .executeTakeFirst()

export const listCardVersions = (at: Executor, cardId: string, before: number | undefined, limit: number): Promise<CardVersionRow[]> => {
  const query = q(at)
    .selectFrom('documentation_card_versions')
    .select(versionColumns)
    .where('card_id', '=', cardId)
    .orderBy('version', 'desc')
    .limit(limit)
  return (before === undefined ? query : query.where('version', '<', before)).execute()
}

export const authorsUpTo = async (at: Executor, cardId: string, version: number): Promise<string[]> => {
  const rows = await q(at)
    .selectFrom('documentation_card_versions')
    .select('created_by')
    .distinct()
    .where('card_id', '=', cardId)
    .where('version', '<=', version)
    .orderBy('created_by')
    .execute()
  return rows.map((row) => row.created_by)
}
