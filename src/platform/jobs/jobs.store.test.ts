import { expect, it } from 'vitest'
import { createJobs } from '#platform/jobs'
import { testPlatform } from '../../../test/support/platform.ts'

const platform = await testPlatform()

it('a job runs, is tried again when it fails, and waits for nobody of another key', async () => {
  const jobs = createJobs(platform.store, platform.log, { pollSeconds: 0.5 })
  const ran: string[] = []
  let attempts = 0
  const both = Promise.withResolvers<void>()
  const done = (): void => {
    if (ran.length === 2) both.resolve()
  }
  jobs.handle<{ name: string }>(
    'test.work',
    async ({ name }) => {
      if (name === 'flaky' && attempts++ === 0) throw new Error('first time')
      ran.push(name)
      done()
    },
    { concurrency: 2, retryLimit: 2, retryDelaySeconds: 0 },
  )
  await jobs.start()
  await jobs.enqueue('test.work', { name: 'flaky' }, { onceKey: 'flaky' })
  await jobs.enqueue('test.work', { name: 'flaky' }, { onceKey: 'flaky' })
  await jobs.enqueue('test.work', { name: 'steady' })
  await both.promise
  await jobs.stop()
  expect(ran.toSorted()).toEqual(['flaky', 'steady'])
  expect(attempts).toBe(2)
})
