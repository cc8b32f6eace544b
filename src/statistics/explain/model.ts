/** A model under explanation: `rows` holds `count` rows one after another; answers one number a row. Called with many rows at once. */
export type PredictRows = (rows: Float64Array, count: number) => ArrayLike<number>
