import { expect, it, vi } from 'vitest'
import { silentLogger } from '../logging/index.ts'
import { repeat } from './repeat.ts'

it('does one round after the other, goes on after a failure, and waits for the last when it stops', async () => {
  let under = 0
  let most = 0
  let rounds = 0
  const log = { ...silentLogger(), error: vi.fn() } as unknown as ReturnType<typeof silentLogger>
  const repeating = repeat(log, 'test', 2, async () => {
    under += 1
    most = Math.max(most, under)
    rounds += 1
    await new Promise((resolve) => setTimeout(resolve, 8))
    under -= 1
    if (rounds === 1) throw new Error('the first fails')
  })
  await vi.waitFor(() => expect(rounds).toBeGreaterThan(2))
  await repeating.stop()
  const ended = rounds
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect([most, under, rounds]).toEqual([1, 0, ended])
  expect(log.error).toHaveBeenCalledTimes(1)
})
