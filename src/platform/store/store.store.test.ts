import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { openTestStore } from '../../../test/support/stores.ts'
import { type Json, json, tables } from './index.ts'

interface Sample {
  samples: { project: string; id: number; big: number; price: string; at: string; doc: Json<unknown>; flag: boolean }
  children: { project: string; id: number; sample: number }
}
const q = tables<Sample>()
const { store, drop } = await openTestStore()

beforeAll(async () => {
  await store.raw(
    'create table samples (project text not null, id int primary key, big bigint, price numeric(20,6), at timestamptz, doc jsonb, flag boolean); create table children (project text not null, id int primary key, sample int)',
  )
  return drop
})

const row = (id: number) => ({
  id,
  big: 2 ** 52,
  price: '12345678901234.567891',
  at: '2026-06-01T10:20:30.456Z',
  doc: json([1, { a: null }]),
  flag: true,
})

describe('a stored row', () => {
  it('comes back with the same types on both engines', async () => {
    const at = store.at('types')
    await q(at)
      .insertInto('samples')
      .values(row(1) as never)
      .execute()
    expect(await q(at).selectFrom('samples').selectAll().executeTakeFirst()).toEqual({ ...row(1), project: 'types', doc: [1, { a: null }] })
  })

  it('keeps timestamps in any zone and era as UTC text', async () => {
    const { rows } = await sql<{
      a: string
      b: string
      c: number
    }>`select '1999-12-31 23:59:59.5-09:30'::timestamptz a, '2026-01-01'::timestamptz at time zone 'UTC' is not null b, count(*) c from pg_class`.execute(
      store.root,
    )
    expect(rows[0]?.a).toBe('2000-01-01T09:29:59.500Z')
    expect(typeof rows[0]?.c).toBe('number')
  })

  it('refuses an integer that a number cannot hold', async () => {
    await expect(sql`select 9007199254740993::bigint n`.execute(store.root)).rejects.toThrow(/does not fit/)
  })

  it('says which constraint a statement broke', async () => {
    const at = store.at('twice')
    await q(at)
      .insertInto('samples')
      .values(row(2) as never)
      .execute()
    await expect(
      q(at)
        .insertInto('samples')
        .values(row(2) as never)
        .execute(),
    ).rejects.toMatchObject({ code: '23505', constraint: 'samples_pkey' })
  })
})

describe('a project', () => {
  it('neither sees, changes nor deletes rows of another', async () => {
    const [mine, theirs] = [store.at('mine'), store.at('theirs')]
    await q(mine)
      .insertInto('samples')
      .values([row(10), row(11)] as never)
      .execute()
    await q(theirs)
      .insertInto('samples')
      .values(row(12) as never)
      .execute()
    expect((await q(mine).selectFrom('samples as s').select('s.id').orderBy('s.id').execute()).map(({ id }) => id)).toEqual([10, 11])
    expect(await q(mine).updateTable('samples').set({ flag: false }).where('id', '=', 12).executeTakeFirst()).toMatchObject({ numUpdatedRows: 0n })
    expect(await q(mine).deleteFrom('samples').where('id', '=', 12).executeTakeFirst()).toMatchObject({ numDeletedRows: 0n })
    expect(await q(theirs).updateTable('samples').set({ flag: false }).executeTakeFirst()).toMatchObject({ numUpdatedRows: 1n })
  })

  it('is narrowed inside subqueries, common table expressions and or-conditions too', async () => {
    const [mine, other] = [store.at('sub'), store.at('other-sub')]
    await q(mine)
      .insertInto('samples')
      .values(row(20) as never)
      .execute()
    await q(other)
      .insertInto('samples')
      .values(row(21) as never)
      .execute()
    await q(mine)
      .insertInto('children')
      .values({ id: 1, sample: 20 } as never)
      .execute()
    const either = await q(mine)
      .selectFrom('samples')
      .select('id')
      .where((eb) => eb.or([eb('id', '=', 20), eb('id', '=', 21)]))
      .execute()
    expect(either).toEqual([{ id: 20 }])
    const nested = await q(mine)
      .selectFrom('children')
      .select('id')
      .where('sample', 'in', (eb) => eb.selectFrom('samples').select('id'))
      .execute()
    expect(nested).toEqual([{ id: 1 }])
    const derived = await q(mine)
      .with('recent', (db) => db.selectFrom('samples').select('id'))
      .selectFrom('recent')
      .select('id')
      .execute()
    expect(derived).toEqual([{ id: 20 }])
  })

  it('cannot be written into a row by hand', () => {
    expect(() =>
      q(store.at('a'))
        .insertInto('samples')
        .values({ ...row(30), project: 'b' })
        .compile(),
    ).toThrow('comes from its executor')
    expect(() => q(store.at('a')).updateTable('samples').set({ project: 'b' }).compile()).toThrow('never changes its project')
  })
})

describe('a transaction', () => {
  it('leaves nothing behind when it fails', async () => {
    await expect(
      store.transaction('tx', async (tx) => {
        await q(tx)
          .insertInto('samples')
          .values(row(40) as never)
          .execute()
        throw new Error('after the insert')
      }),
    ).rejects.toThrow('after the insert')
    expect(await q(store.at('tx')).selectFrom('samples').select('id').execute()).toEqual([])
  })

  it('does not swallow queries of others that run beside it', async () => {
    const outside = store.at('beside')
    let inside: Promise<unknown> = Promise.resolve()
    await store
      .transaction('beside', async (tx) => {
        inside = q(outside)
          .insertInto('samples')
          .values(row(51) as never)
          .execute()
        await q(tx)
          .insertInto('samples')
          .values(row(50) as never)
          .execute()
        throw new Error('rolled back')
      })
      .catch(() => {})
    await inside
    expect((await q(outside).selectFrom('samples').select('id').execute()).map(({ id }) => id)).toEqual([51])
  })

  it('lets many writers through one after another', async () => {
    const at = store.at('many')
    await q(at)
      .insertInto('samples')
      .values({ ...row(60), big: 0 } as never)
      .execute()
    await Promise.all(
      Array.from({ length: 40 }, () =>
        store.transaction('many', async (tx) => {
          const { big } = await q(tx).selectFrom('samples').select('big').where('id', '=', 60).forUpdate().executeTakeFirstOrThrow()
          await q(tx)
            .updateTable('samples')
            .set({ big: big + 1 })
            .where('id', '=', 60)
            .execute()
        }),
      ),
    )
    expect(await q(at).selectFrom('samples').select('big').executeTakeFirst()).toEqual({ big: 40 })
  })
})

describe('a notification', () => {
  it('reaches every listener', async () => {
    const heard = new Promise<string>((resolve) => {
      store.listen((channel, payload) => {
        if (channel === 'test') resolve(payload)
      })
    })
    await store.notify('test', 'hello')
    expect(await heard).toBe('hello')
  })
})
