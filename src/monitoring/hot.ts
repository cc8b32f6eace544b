/** For the gateway: pure and synchronous. What it records goes to the spool that main.ts hands in. */
export { compilePrices, costMicros, type Price, type PriceTable, priceOf } from './cost.ts'
export { EventFinding, InferenceEvent } from './event.ts'
export type { Pipeline } from './pipeline.ts'
export type { Recorder, SpoolState } from './spool/recorder.ts'
export { CRITICALITIES, type Criticality, mergeTags, NO_TAGS, type ParsedTags, parseTags, TAGS_HEADER, type Tags, tagsFromMetadata } from './tags.ts'
