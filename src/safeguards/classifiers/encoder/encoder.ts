/** What the second stage asks of the transformer: types alone, so that nothing is loaded where none is used. */
export type { Encoder } from './index.ts'
export type { TokenSpan } from './protocol.ts'
