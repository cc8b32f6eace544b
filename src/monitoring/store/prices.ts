import type { Tx } from '#audit'
import { type Executor, tables } from '#platform/store'
import type { Price } from '../cost.ts'

interface PriceTables {
  monitoring_prices: {
    project: string
    connection: string
    upstream_model: string
    input_micros_per_million: number
    output_micros_per_million: number
    updated_at: string
    updated_by: string
  }
}

const q = tables<PriceTables>()

export const savePrice = async (tx: Tx, price: Price, by: string): Promise<void> => {
  const changed = {
    input_micros_per_million: price.input_micros_per_million,
    output_micros_per_million: price.output_micros_per_million,
    updated_at: tx.nowAt,
    updated_by: by,
  }
  await q(tx)
    .insertInto('monitoring_prices')
    .values({ connection: price.connection, upstream_model: price.upstream_model, ...changed } as never)
    .onConflict((conflict) => conflict.columns(['project', 'connection', 'upstream_model']).doUpdateSet(changed))
    .execute()
}

export const allPrices = (at: Executor): Promise<Price[]> =>
  q(at)
    .selectFrom('monitoring_prices')
    .select(['connection', 'upstream_model', 'input_micros_per_million', 'output_micros_per_million'])
    .orderBy('connection')
    .orderBy('upstream_model')
    .execute()
