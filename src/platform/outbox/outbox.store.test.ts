import { describe, expect, it } from 'vitest'
import { write } from '#audit'
import { createOutbox } from '#platform/outbox'
import { as, testPlatform } from '../../../test/support/platform.ts'

const platform = await testPlatform()
const publish = (topic: string, n: number, fail = false): Promise<void> =>
  write(as(platform, 'developer'), async (tx) => {
    tx.record({ action: 'test.publish', subject: { kind: 'thing', id: String(n) } })
    tx.publish(topic, { n })
    if (fail) throw new Error('rolled back')
  })

describe('the outbox', () => {
  it('delivers what was committed, in order, once, and nothing that was rolled back', async () => {
    const outbox = createOutbox(platform.store, platform.clock, platform.log)
    const got: unknown[] = []
    outbox.subscribe('a.', async (message) => {
      got.push(message.payload.n)
    })
    for (const n of [1, 2, 3]) await publish('a.thing', n)
    await publish('a.thing', 4, true).catch(() => {})
    await publish('b.thing', 5)
    await outbox.drain()
    await outbox.drain()
    expect(got).toEqual([1, 2, 3])
  })

  it('tries again later what a handler could not do, without holding up the rest', async () => {
    const outbox = createOutbox(platform.store, platform.clock, platform.log)
    const got: unknown[] = []
    let isBroken = true
    outbox.subscribe('c.thing', async (message) => {
      if (isBroken && message.payload.n === 1) throw new Error('the receiver is down')
      got.push(message.payload.n)
    })
    await publish('c.thing', 1)
    await publish('c.thing', 2)
    await outbox.drain()
    expect(got).toEqual([2])
    isBroken = false
    await outbox.drain()
    expect(got).toEqual([2])
    platform.clock.advance(2_000)
    await outbox.drain()
    expect(got).toEqual([2, 1])
  })

  it('forgets what was delivered long ago, and nothing that still waits', async () => {
    const outbox = createOutbox(platform.store, platform.clock, platform.log)
    let isDown = true
    outbox.subscribe('e.', async () => {
      if (isDown) throw new Error('down')
    })
    await publish('e.waits', 1)
    await outbox.drain()
    platform.clock.advance(8 * 86_400_000)
    await outbox.sweep()
    const { rows } = await platform.store.raw('select topic, dispatched_at from outbox')
    expect(rows).toEqual([{ topic: 'e.waits', dispatched_at: null }])
    isDown = false
    await outbox.drain()
  })

  it('shares the work of two dispatchers', async () => {
    const got: unknown[] = []
    const [one, two] = [createOutbox(platform.store, platform.clock, platform.log), createOutbox(platform.store, platform.clock, platform.log)]
    for (const outbox of [one, two])
      outbox.subscribe('d.thing', async (message) => {
        got.push(message.payload.n)
      })
    for (let n = 0; n < 30; n += 1) await publish('d.thing', n)
    await Promise.all([one.drain(), two.drain()])
    expect(got.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 30 }, (_unused, n) => n))
  })
})
