import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { completion, type FakeUpstream, fakeUpstream, sendJson, snapshotRows, UPSTREAM_CREDENTIALS } from '../../test/support/gateway.ts'
import { createGenerate, createProbe } from './generate.ts'
import type { ConnectionRow } from './plan.ts'

let upstream: FakeUpstream
const { generate, close } = createGenerate()

const connection = (changes: Partial<ConnectionRow> = {}): ConnectionRow => {
  const [row] = snapshotRows({ baseUrl: upstream.baseUrl }).connections
  if (row === undefined) throw new Error('the rows have a connection')
  return { ...row, ...changes }
}

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], parameters: { temperature: 0, seed: 3 } }
const signal = (): AbortSignal => new AbortController().signal

beforeEach(async () => {
  upstream = await fakeUpstream()
})

afterEach(async () => {
  await upstream.close()
  await close()
})

describe('an answer for an assessment', () => {
  it('comes from the connection with its parameters and its count', async () => {
    expect(await generate(connection(), request, signal())).toEqual({
      text: 'Hello there.',
      finish_reason: 'stop',
      usage: { input_tokens: 11, output_tokens: 7 },
      simulated: false,
    })
    expect(upstream.received[0]?.json).toEqual({ temperature: 0, seed: 3, model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
  })

  it('takes a refusal for a text', async () => {
    upstream.answer = (_, response) =>
      sendJson(
        response,
        completion('', { choices: [{ index: 0, message: { role: 'assistant', content: null, refusal: 'No.' }, finish_reason: 'stop' }] }),
      )
    expect((await generate(connection(), request, signal())).text).toBe('No.')
  })

  it.each([
    [401, '{}', 'upstream_error', false],
    [400, '{"error":{"message":"bad"}}', 'invalid_request', false],
    [429, '{}', 'overloaded', true],
    [500, '{}', 'upstream_error', true],
    [200, '{}', 'upstream_error', false],
  ])('tells of a %i whether another try may help', async (status, body, code, retryable) => {
    upstream.answer = (_, response) => sendJson(response, body, status)
    await expect(generate(connection(), request, signal())).rejects.toMatchObject({ code, retryable })
  })

  it('ends with its signal, with its time, and with its provider', async () => {
    upstream.answer = () => {}
    const abort = new AbortController()
    setTimeout(() => abort.abort(new Error('cancelled')), 30)
    await expect(generate(connection(), request, abort.signal)).rejects.toThrow('cancelled')
    await expect(generate(connection({ timeout_ms: 50 }), request, signal())).rejects.toMatchObject({ code: 'upstream_timeout', retryable: true })
    await expect(generate(connection({ base_url: 'http://127.0.0.1:1/v1' }), request, signal())).rejects.toMatchObject({
      code: 'upstream_error',
      retryable: true,
    })
  })

  it('goes to no address that hands out credentials of the machine', async () => {
    await expect(generate(connection({ base_url: 'http://169.254.169.254/v1' }), request, signal())).rejects.toThrow('not allowed')
  })
})

describe('the test of a connection', () => {
  it('lists the models, or says what is wrong without the credentials', async () => {
    upstream.answer = (_, response) => sendJson(response, '{"object":"list","data":[{"id":"one"},{"id":"two"}]}')
    expect(await createProbe()(connection(), signal())).toEqual({ ok: true, models: ['one', 'two'] })
    upstream.answer = (_, response) => sendJson(response, `{"error":"${UPSTREAM_CREDENTIALS}"}`, 401)
    const refused = await createProbe()(connection(), signal())
    expect(refused).toMatchObject({ ok: false })
    expect(JSON.stringify(refused)).not.toContain(UPSTREAM_CREDENTIALS)
    expect(await createProbe()(connection({ provider: 'simulator', base_url: null }), signal())).toMatchObject({ ok: true })
  })
})
