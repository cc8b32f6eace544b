import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorBody, errorHeaders, inferenceErrors, refuse } from './refusal.ts'

describe('the errors of the inference surface', () => {
  it('are the ones that docs/gateway.md lists', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/gateway.md'), 'utf8')
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\d{3}) \| `(\w+)` \| (no|as the client decides) \|$/gm)].map(([, ...cells]) => cells)
    const wanted = Object.entries(inferenceErrors).map(([code, { status, type, shouldRetry }]) => [
      code,
      String(status),
      type,
      shouldRetry === false ? 'no' : 'as the client decides',
    ])
    expect(rows).toEqual(wanted)
  })

  it('never ask a client to wait for more than a minute, and never use a status that clients retry for a decision', () => {
    for (const waitMs of [-1, 0, 1, 999, 59_999, 60_001, 86_400_000, Number.MAX_SAFE_INTEGER]) {
      const headers = errorHeaders(refuse('rate_limit_exceeded', { retryAfterMs: waitMs }))
      const headerOf = (name: string): string | undefined => headers[headers.indexOf(name) + 1]
      expect(Number(headerOf('retry-after'))).toBeGreaterThanOrEqual(1)
      expect(Number(headerOf('retry-after'))).toBeLessThanOrEqual(60)
      expect(Number(headerOf('retry-after-ms'))).toBeLessThanOrEqual(60_000)
      expect(headers.includes('x-should-retry')).toBe(waitMs > 60_000)
    }
    expect(Object.values(inferenceErrors).some(({ status }) => status === 408 || status === 409)).toBe(false)
  })

  it('have the four fields that clients read', () => {
    expect(JSON.parse(errorBody(refuse('model_not_found', { param: 'model' })))).toEqual({
      error: { message: expect.any(String), type: 'invalid_request_error', param: 'model', code: 'model_not_found' },
    })
  })
})
