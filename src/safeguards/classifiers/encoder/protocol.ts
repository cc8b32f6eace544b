import type { EncoderWeights, TopName } from './weights.ts'

/** What goes between the pool and its threads. */
export type Task = { readonly kind: 'classify'; readonly top: 'prompt-attack' | 'harm' } | { readonly kind: 'embed' } | { readonly kind: 'tag' }

export type Request =
  | { readonly id: number; readonly task: Task; readonly texts: readonly string[] }
  | { readonly cancel: number }
  | { readonly stop: true }

export type TokenSpan = {
  readonly start: number
  readonly end: number
  readonly kind: 'person' | 'location' | 'organization' | 'address'
  readonly score: number
}

/** In the order of the texts. */
export type Result = readonly (readonly number[])[] | readonly Float32Array[] | readonly (readonly TokenSpan[])[]

export type Reply = { readonly ready: true } | { readonly id: number; readonly result: Result } | { readonly id: number; readonly problem: string }

export type ThreadData = EncoderWeights & { readonly load: readonly TopName[] }
