import type { InferenceEvent } from '#monitoring/hot'
import { newId } from '#platform/ids'

/** A plausible answered call; say only what the test is about. */
export const inferenceEvent = (changes: Partial<InferenceEvent> = {}): InferenceEvent => ({
  id: newId('evt'),
  project: 'default',
  at: '2026-06-01T12:00:00.000Z',
  request_id: newId('req'),
  operation: 'chat',
  stream: false,
  endpoint: 'support',
  release: `sha256:${'a'.repeat(64)}`,
  principal: 'app-one',
  key_id: 'key_one',
  connection: 'simulator',
  provider: 'simulator',
  upstream_model: 'sim-1',
  simulated: true,
  status: 200,
  code: null,
  source: 'upstream',
  finish_reason: 'stop',
  tags: { criticality: 'high', domain: 'billing', compliance: null, cost_centre: 'cc-7' },
  input_tokens: 100,
  output_tokens: 20,
  ttft_ms: null,
  latency_ms: 250,
  cost_micros: 27,
  findings: [],
  coverage: null,
  content: null,
  ...changes,
})
