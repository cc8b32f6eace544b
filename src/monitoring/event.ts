import { z } from 'zod'
import { Tags } from './tags.ts'

/** Cut, not refused: a call with an over-long name must not escape its record. */
const text = (max: number) => z.string().overwrite((value) => value.slice(0, max))

/** What a safeguard found, without the text it found. */
export const EventFinding = z
  .object({
    detector: text(100),
    kind: text(100),
    direction: z.enum(['input', 'output']),
    action: z.enum(['allow', 'mask', 'hash', 'tokenise', 'block', 'flag']),
    enforced: z.boolean(),
    confidence: z.number().min(0).max(1),
    /** UTF-16 units of the original text. */
    span: z.object({ start: z.int().nonnegative(), end: z.int().nonnegative() }),
    policy_digest: text(100),
  })
  .meta({ id: 'EventFinding' })
export type EventFinding = z.infer<typeof EventFinding>

/** Of so much, so much was read by a safeguard: characters of texts, parts of media. */
const Share = z.object({ total: z.int().nonnegative(), inspected: z.int().nonnegative() })
const Covered = z.object({ text: Share, reasoning: Share, tool_arguments: Share, media: Share }).meta({ id: 'InspectedShares' })

const Count = z.int().min(0).max(1_000_000_000)
const Milliseconds = z.number().min(0).max(86_400_000)

/**
 * One call at the gateway, answered or refused. Written once when the call ends, never changed.
 * `content` is there only where the retention policy allows it, and then masked.
 */
export const InferenceEvent = z
  .object({
    id: z.string().min(1).max(64),
    project: z.string().min(1).max(64),
    at: z.iso.datetime(),
    request_id: text(128),
    operation: z.enum(['chat', 'completion', 'embeddings', 'moderation']),
    stream: z.boolean(),
    /** As the client asked for it; it need not exist. */
    endpoint: text(200),
    release: text(100).nullable(),
    /** Who called; null when nobody was recognised. */
    principal: text(200).nullable(),
    key_id: text(100).nullable(),
    connection: text(100).nullable(),
    provider: text(100).nullable(),
    upstream_model: text(200).nullable(),
    simulated: z.boolean(),
    /** The HTTP status that the client got; of a stream that broke later, the status its error event stands for. */
    status: z.int().min(100).max(599),
    /** The contract's error code; null when the call was answered. */
    code: text(100).nullable(),
    source: z.enum(['gateway', 'upstream']),
    finish_reason: text(100).nullable(),
    tags: Tags,
    input_tokens: Count,
    output_tokens: Count,
    /** Time to first token; null when nothing was streamed. */
    ttft_ms: Milliseconds.nullable(),
    latency_ms: Milliseconds,
    cost_micros: z.int().min(0).nullable(),
    findings: z.array(EventFinding).overwrite((findings) => findings.slice(0, 1000)),
    /** What the safeguards have read; null in a direction for which the endpoint has none. */
    coverage: z.object({ input: Covered.nullable(), output: Covered.nullable() }).nullable().default(null),
    content: z.object({ input: z.string().nullable(), output: z.string().nullable() }).nullable(),
  })
  .meta({ id: 'InferenceEvent' })
export type InferenceEvent = z.infer<typeof InferenceEvent>

export const OUTCOMES = ['answered', 'refused', 'failed'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Answers 503 since retries may help, and is a decision all the same: it must not look like a failure of the service. */
export const SUSPENDED = 'release_suspended'

export const outcomeOf = ({ status, code }: Pick<InferenceEvent, 'status' | 'code'>): Outcome => {
  if (status < 400) return 'answered'
  return status < 500 || code === SUSPENDED ? 'refused' : 'failed'
}
