/** What the second stage asks of a transformer. The weights and the worker threads behind it are `openEncoder`'s business. */
export interface Encoder {
  /** Scores of whole texts (up to 128 tokens each; longer texts are cut into windows by the caller). One row a text. */
  classify(top: 'prompt-attack' | 'harm', texts: readonly string[], signal?: AbortSignal): Promise<readonly (readonly number[])[]>
  /** Unit vectors of 384. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly Float32Array[]>
  /** Token spans with tag scores, UTF-16 offsets. */
  tag(texts: readonly string[], signal?: AbortSignal): Promise<readonly (readonly TaggedSpan[])[]>
  /** Texts that wait, and how many may: beyond that the second stage is shed before a request is. */
  readonly load: { readonly queued: number; readonly capacity: number }
  close(): Promise<void>
}

export interface TaggedSpan {
  readonly start: number
  readonly end: number
  readonly kind: 'person' | 'location' | 'organization'
  readonly score: number
}
