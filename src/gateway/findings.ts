import type { Finding } from '#safeguards/hot'

/** What one event can hold. A body of 16 MB can have a million matches; each is acted on, not each is recorded. */
const MAX_FINDINGS = 1_000

export const addFindings = (to: Finding[], found: readonly Finding[]): void => {
  for (let i = 0; i < found.length && to.length < MAX_FINDINGS; i += 1) to.push(found[i] as Finding)
}
