import { z } from 'zod'
import type { Tx } from '#audit'
import { openForCause } from '#incidents'
import { isoAt } from '#platform/clock'
import { type Platform, systemContext } from '#platform/context'
import type { Outbox } from '#platform/outbox'
import { CATEGORIES, type Feedback, familyOf } from './model.ts'
import { countReporters } from './store.ts'

const DAY_MS = 86_400_000
/** One person may be mistaken or malicious; two who do not know of each other within a day are a warning. */
const MIN_REPORTERS = 2

const Warning = z.object({ endpoint: z.string(), release: z.string(), reporters: z.int(), criticality: z.string().nullable() })

/** Called inside the write that stores or links the feedback, so that the warning leaves with it. */
export const warnOfHarm = async (tx: Tx, feedback: Feedback): Promise<void> => {
  const { endpoint, release, category, score, criticality } = feedback
  if (endpoint === null || release === null || score >= 0 || familyOf(category) !== 'harm') return
  const reporters = await countReporters(tx, { endpoint, release, categories: CATEGORIES.harm, from: isoAt(tx.nowMs - DAY_MS) })
  if (reporters >= MIN_REPORTERS) tx.publish('feedback.harm-warning', { endpoint, release, reporters, criticality } satisfies z.infer<typeof Warning>)
}

/** The warning becomes an incident, or joins the one that is open for the same release. */
export const subscribeFeedback = (platform: Platform, outbox: Outbox): void => {
  outbox.subscribe('feedback.harm-warning', async (message) => {
    const { endpoint, release, reporters, criticality } = Warning.parse(message.payload)
    await openForCause(systemContext(platform, 'feedback', message.project), `feedback:${endpoint}:${release}`, {
      title: `${reporters} people report harm on ${endpoint}`.slice(0, 200),
      description: `${reporters} different reporters within a day, in the categories ${CATEGORIES.harm.join(', ')}.`,
      endpoint,
      release,
      impact: 'harm',
      criticality,
    })
  })
}
