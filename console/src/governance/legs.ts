import type { ApprovalSummary, Release } from '../app/api-types.gen.ts'
import type { Leg } from '../ui/voyage.tsx'

type Named = { name: string }

const approvalLeg = (release: Pick<Release, 'approval'>, newest: Pick<ApprovalSummary, 'status' | 'awaiting'> | undefined): Leg => {
  if (release.approval) return { name: 'Approved', state: 'done', note: release.approval.conditions.length > 0 ? 'with conditions' : 'signed off' }
  if (newest === undefined) return { name: 'Approved', state: 'here', note: 'not asked for yet' }
  if (['refused', 'expired', 'revoked', 'withdrawn'].includes(newest.status)) return { name: 'Approved', state: 'stopped', note: newest.status }
  const note = newest.awaiting.length > 0 ? `waits for ${newest.awaiting.join(', ')}` : newest.status.replaceAll('_', ' ')
  return { name: 'Approved', state: 'here', note }
}

const servingLeg = (release: Pick<Release, 'approval' | 'suspended'>, serving: Named[]): Leg => {
  const names = serving.map(({ name }) => name).join(', ')
  if (release.suspended) return { name: 'Served', state: 'stopped', note: 'suspended' }
  if (!release.approval) return { name: 'Served', state: 'ahead' }
  return serving.length > 0 ? { name: 'Served', state: 'done', note: names } : { name: 'Served', state: 'here', note: 'no endpoint points to it' }
}

/** Where a release stands on the voyage. Whatever has been built was registered, assessed and documented before. */
export const legsOf = (
  release: Pick<Release, 'approval' | 'suspended' | 'document' | 'version'>,
  newest: Pick<ApprovalSummary, 'status' | 'awaiting'> | undefined,
  serving: Named[],
): Leg[] => [
  { name: 'Registered', state: 'done', note: `version ${release.version}` },
  { name: 'Assessed', state: 'done', note: 'one report' },
  { name: 'Documented', state: 'done', note: `card version ${release.document.card.version}` },
  approvalLeg(release, newest),
  servingLeg(release, serving),
]
