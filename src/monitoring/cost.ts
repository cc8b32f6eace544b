import { z } from 'zod'

/**
 * Micro-units (a millionth) of the operator's currency per million tokens: 0.15 a million tokens is 150_000.
 * The bound keeps tokens x price exact in a double up to nine million tokens a call.
 */
const PerMillion = z.int().min(0).max(1_000_000_000)

export const Price = z
  .object({
    connection: z.string().min(1).max(100),
    upstream_model: z.string().min(1).max(200),
    input_micros_per_million: PerMillion,
    output_micros_per_million: PerMillion,
  })
  .meta({ id: 'Price' })
export type Price = z.infer<typeof Price>

export interface PriceTable {
  readonly prices: ReadonlyMap<string, Price>
}

const keyOf = (connection: string, upstreamModel: string): string => JSON.stringify([connection, upstreamModel])

export const compilePrices = (rows: readonly Price[]): PriceTable => ({
  prices: new Map(rows.map((row) => [keyOf(row.connection, row.upstream_model), row])),
})

export const priceOf = (table: PriceTable, connection: string, upstreamModel: string): Price | null =>
  table.prices.get(keyOf(connection, upstreamModel)) ?? null

/** Rounded to the nearest micro-unit, halves up. Null, not 0, when no price is known: an unknown cost is not a free call. */
export const costMicros = (price: Price | null, inputTokens: number, outputTokens: number): number | null =>
  price === null
    ? null
    : Math.floor((inputTokens * price.input_micros_per_million + outputTokens * price.output_micros_per_million + 500_000) / 1_000_000)
