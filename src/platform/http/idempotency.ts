/**
 * `Idempotency-Key` on a POST: bound to caller, route and body digest. The first request runs; a twin in flight is
 * refused, a later one gets the stored answer, another body under the same key is refused. Kept for a day. Answers are
 * sealed at rest: some carry a credential or a one-time link that is stored nowhere else.
 */
import type { Clock } from '../clock/index.ts'
import { isoAt } from '../clock/index.ts'
import type { Ctx } from '../context/index.ts'
import { actorRef } from '../context/index.ts'
import { platformErrors } from '../errors/index.ts'
import { type Json, json, migration, tables } from '../store/index.ts'

interface IdempotencyTables {
  http_idempotency: {
    project: string
    caller: string
    key: string
    request: string
    status: number | null
    answer: Json<{ sealed: string }> | null
    created_at: string
  }
}
const q = tables<IdempotencyTables>()

export const idempotencyMigrations = [
  migration('platform-002-idempotency', [
    `create table http_idempotency (
      project text not null, caller text not null, key text not null, request text not null,
      status integer, answer jsonb, created_at timestamptz not null, primary key (project, caller, key))`,
  ]),
]

const DAY_MS = 86_400_000
const PURPOSE = 'idempotency'

export interface StoredAnswer {
  readonly status: number
  readonly value: unknown
}

export const onceOnly = async (ctx: Ctx, clock: Clock, key: string, request: string, run: () => Promise<StoredAnswer>): Promise<StoredAnswer> => {
  const caller = actorRef(ctx.actor).id
  const boundTo = JSON.stringify([ctx.project, caller, key])
  const own = q(ctx.read)
  await own
    .deleteFrom('http_idempotency')
    .where('created_at', '<', isoAt(clock.now() - DAY_MS))
    .execute()
  const claimed = await own
    .insertInto('http_idempotency')
    .values({ caller, key, request, status: null, answer: null, created_at: isoAt(clock.now()) } as never)
    .onConflict((conflict) => conflict.columns(['project', 'caller', 'key']).doNothing())
    .executeTakeFirst()
  if (claimed.numInsertedOrUpdatedRows === 0n) {
    const found = await own.selectFrom('http_idempotency').selectAll().where('caller', '=', caller).where('key', '=', key).executeTakeFirst()
    if (found === undefined || found.request !== request) throw platformErrors.idempotency_mismatch()
    if (found.status === null) throw platformErrors.idempotency_in_flight()
    const text = found.answer === null ? 'null' : ctx.secrets.open(PURPOSE, boundTo, found.answer.sealed)
    return { status: found.status, value: JSON.parse(text) as unknown }
  }
  try {
    const answer = await run()
    await own
      .updateTable('http_idempotency')
      .set({ status: answer.status, answer: json({ sealed: ctx.secrets.seal(PURPOSE, boundTo, JSON.stringify(answer.value ?? null)) }) })
      .where('caller', '=', caller)
      .where('key', '=', key)
      .execute()
    return answer
  } catch (error) {
    // Nothing was done, or it was rolled back: the same key may try again.
    await own.deleteFrom('http_idempotency').where('caller', '=', caller).where('key', '=', key).execute()
    throw error
  }
}
