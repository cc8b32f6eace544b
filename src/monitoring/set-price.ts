import { write } from '#audit'
import { actorRef, type Ctx, DEFAULT_PROJECT, type Platform, parse, permit } from '#platform/context'
import { Price } from './cost.ts'
import { can } from './permissions.ts'
import { allPrices, savePrice } from './store/prices.ts'

/** Holds for calls from now on; what was recorded keeps the price of its time. */
export const setPrice = async (ctx: Ctx, input: unknown): Promise<Price> => {
  permit(ctx, can['set-price'])
  const price = parse(Price, input)
  return write(ctx, async (tx) => {
    await savePrice(tx, price, actorRef(ctx.actor).id)
    tx.record({ action: can['set-price'].action, subject: { kind: 'price', id: `${price.connection}/${price.upstream_model}` }, details: price })
    tx.publish('monitoring.price-changed', { connection: price.connection, upstream_model: price.upstream_model })
    return price
  })
}

export const listPrices = (ctx: Ctx): Promise<Price[]> => {
  permit(ctx, can.read)
  return allPrices(ctx.read)
}

export const loadPricesForGateway = (platform: Platform): Promise<Price[]> => allPrices(platform.store.at(DEFAULT_PROJECT))
