import { describe, expect, it } from 'vitest'
import type { Pipeline } from '#monitoring/hot'
import { createMetrics } from './metrics.ts'

const FINE: Pipeline = {
  state: 'ok',
  appended: 10,
  durable: 9,
  dropped: 0,
  commits: 3,
  failed_commits: 0,
  last_error: null,
  shipped: 7,
  backlog_bytes: 1_500,
  backlog_age_ms: 2_500,
  dead_letters: 0,
  missing: 0,
  failures_in_a_row: 0,
}

describe('the metrics', () => {
  it('say how the record of calls is doing, as of the moment they are asked', async () => {
    let now = FINE
    const metrics = createMetrics(() => now)
    const first = (await metrics.expose(0)).text
    expect(first).toContain('\nplimsoll_events_appended_total 10\n')
    expect(first).toContain('\nplimsoll_events_shipped_total 7\n')
    expect(first).toContain('\nplimsoll_events_backlog_bytes 1500\n')
    expect(first).toContain('\nplimsoll_events_backlog_age_seconds 2.5\n')
    expect(first).toContain('\nplimsoll_events_spool_state{state="ok"} 1\n')
    now = { ...FINE, state: 'full', appended: 12, dropped: 4, failures_in_a_row: 3, dead_letters: 1 }
    const second = (await metrics.expose(0)).text
    expect(second).toContain('\nplimsoll_events_appended_total 12\n')
    expect(second).toContain('\nplimsoll_events_dropped_total 4\n')
    expect(second).toContain('\nplimsoll_events_store_failures_in_a_row 3\n')
    expect(second).toContain('\nplimsoll_events_dead_letters 1\n')
    expect(second).toContain('\nplimsoll_events_spool_state{state="ok"} 0\n')
    expect(second).toContain('\nplimsoll_events_spool_state{state="full"} 1\n')
  })

  it('count calls and tokens by their labels, over several readings', async () => {
    const metrics = createMetrics()
    metrics.ended('assist', 'ok', 0.1)
    metrics.ended('assist', 'ok', 0.1)
    metrics.ended('', 'invalid_api_key', 0.1)
    metrics.tokens('assist', 11, 7)
    await metrics.expose(0)
    metrics.ended('assist', 'ok', 0.1)
    metrics.tokens('assist', 11, 7)
    const { text } = await metrics.expose(2)
    expect(text).toContain('plimsoll_gateway_calls_total{endpoint="assist",code="ok"} 3')
    expect(text).toContain('plimsoll_gateway_calls_total{endpoint="",code="invalid_api_key"} 1')
    expect(text).toContain('plimsoll_gateway_tokens_total{endpoint="assist",direction="input"} 22')
    expect(text).toContain('plimsoll_gateway_tokens_total{endpoint="assist",direction="output"} 14')
    expect(text).toContain('plimsoll_gateway_calls_in_flight 2')
    expect(text).not.toContain('plimsoll_events')
  })
})
