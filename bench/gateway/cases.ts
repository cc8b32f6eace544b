import type { SnapshotRows } from '#gateway'

export type BenchPolicy = SnapshotRows['safeguards'][number]['policy']

/** The personal data of the default policy masked both ways, and a word that blocks. */
export const SAFEGUARDS: BenchPolicy = {
  schema: 'plimsoll.safeguards/1',
  input: [
    {
      detector: 'pii',
      action: 'mask',
      mode: 'enforce',
      options: { kinds: ['email', 'phone', 'card', 'iban', 'ip', 'us-ssn'], regions: ['US', 'GB', 'DE'] },
    },
  ],
  output: [
    {
      detector: 'pii',
      action: 'mask',
      mode: 'enforce',
      options: { kinds: ['email', 'phone', 'card', 'iban', 'ip', 'us-ssn'], regions: ['US', 'GB', 'DE'] },
    },
    { detector: 'words', action: 'block', mode: 'enforce', options: { words: ['forbidden phrase'], whole_word: true } },
  ],
}

export interface Case {
  readonly name: string
  readonly isStream: boolean
  readonly body: Buffer
}

const PROSE =
  'The committee met on Tuesday to review the draft, and asked for two changes before the next reading. "Costs", it noted, are hard to tell apart from savings. '

const textOf = (bytes: number): string => PROSE.repeat(Math.ceil(bytes / PROSE.length)).slice(0, bytes)

/** A conversation of this size; the upstream answers with a text of the same size. */
const bodyOf = (bytes: number, isStream: boolean): Buffer => {
  const turns = bytes > 4_000 ? 8 : 1
  const messages = Array.from({ length: turns }, (_, i) => ({
    role: i % 2 === 0 ? 'user' : 'assistant',
    content: textOf(Math.floor((bytes - 150) / turns)),
  }))
  return Buffer.from(JSON.stringify({ model: 'assist', messages, temperature: 0.7, max_tokens: 500, ...(isStream ? { stream: true } : {}) }))
}

export const CASES: readonly Case[] = [
  { name: 'plain 1 kB', isStream: false, body: bodyOf(1_000, false) },
  { name: 'plain 32 kB', isStream: false, body: bodyOf(32_000, false) },
  { name: 'stream 1 kB (40 events)', isStream: true, body: bodyOf(1_000, true) },
  { name: 'stream 32 kB (160 events)', isStream: true, body: bodyOf(32_000, true) },
]

export const answerText = (requestBytes: number): string => textOf(requestBytes > 4_000 ? 32_000 : 1_000)
export const eventCount = (requestBytes: number): number => (requestBytes > 4_000 ? 160 : 40)
