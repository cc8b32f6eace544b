import type { OpenConnection, Parameters } from '#registry'

export interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

export interface GenerateRequest {
  readonly model: string
  readonly messages: readonly Message[]
  readonly parameters: Parameters
}

export interface Generated {
  readonly text: string
  readonly finish_reason: string | null
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number }
  readonly simulated: boolean
}

/**
 * One answer through a connection; made by whoever owns the providers. Rejects when there is none; an error with
 * `retryable: false` (a wrong key, a refused parameter) ends the run at once, any other is tried again.
 */
export type Generate = (connection: OpenConnection, request: GenerateRequest, signal: AbortSignal) => Promise<Generated>
