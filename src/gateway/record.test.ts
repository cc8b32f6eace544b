import { afterEach, expect, it } from 'vitest'
import type { Limiter } from '#access/hot'
import { InferenceEvent } from '#monitoring/hot'
import type { FakeUpstream } from '../../test/support/gateway.ts'
import { ask, fakeUpstream, post, snapshotRows, startGateway, type TestGateway, testCredential } from '../../test/support/gateway.ts'

let upstream: FakeUpstream
let gateway: TestGateway

afterEach(async () => {
  await gateway.close()
  await upstream.close()
})

/** One shape keeps the hot path's property reads monomorphic, and the spool's records alike: no stage adds a field. */
it('keeps every event in one shape, whatever became of its call', async () => {
  upstream = await fakeUpstream()
  gateway = await startGateway(snapshotRows({ baseUrl: upstream.baseUrl }))
  const url = `${gateway.url}/v1/chat/completions`
  const bodies = [ask('Hi'), ask('Hi', { stream: true }), ask('Hi', { model: 'none' }), ask('Hi', { max_tokens: -1 })]
  for (const body of bodies) await (await post(url, body)).text()
  await expect.poll(() => gateway.events.length).toBe(4)
  for (const event of gateway.events) {
    expect(Object.keys(event)).toEqual(Object.keys(InferenceEvent.shape))
    expect(InferenceEvent.parse(event)).toEqual(event)
  }
})

it('waits for a shared limit store, and gives back what a caller who left had reserved', async () => {
  upstream = await fakeUpstream()
  const settled: number[] = []
  let isSlow = false
  const reservation = { id: '1', keyId: 'key', tokens: 5, day: 1 }
  const limiter: Limiter = {
    reserve: async () => {
      await new Promise((resolve) => setTimeout(resolve, isSlow ? 200 : 5))
      return { ok: true, reservation, headers: {} }
    },
    settle: (_, tokens) => {
      settled.push(tokens)
    },
  }
  gateway = await startGateway(snapshotRows({ baseUrl: upstream.baseUrl }), { limiter })
  const url = `${gateway.url}/v1/chat/completions`
  expect((await post(url, ask('Hi'))).status).toBe(200)
  await expect.poll(() => settled).toEqual([18])
  isSlow = true
  const abort = new AbortController()
  const leaving = fetch(url, {
    ...{
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': testCredential },
    },
    body: JSON.stringify(ask('Hi')),
    signal: abort.signal,
  })
  setTimeout(() => abort.abort(), 50)
  await expect(leaving).rejects.toThrow()
  await expect.poll(() => settled).toEqual([18, 0])
  expect(upstream.received).toHaveLength(1)
})
