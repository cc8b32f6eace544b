import { platformErrors } from '#platform/errors'
import type { PastCall, SafeguardDeps } from '#safeguards'

const NO_TAGS = { criticality: null, domain: null, compliance: null, cost_centre: null }

export const pastCall = (changes: Partial<PastCall> & Pick<PastCall, 'id'>): PastCall => ({
  at: '2026-05-31T10:00:00.000Z',
  endpoint: 'assist',
  release: 'sha256:release',
  tags: NO_TAGS,
  input: null,
  output: null,
  findings: [],
  ...changes,
})

/** What the monitoring and governance rooms would know, as plain rows. */
export const pastOf = (calls: readonly PastCall[] = [], boundBy: SafeguardDeps['boundBy'] = async () => null): SafeguardDeps => ({
  pastCalls: async (_, { limit, endpoint }) => calls.filter((call) => endpoint === undefined || call.endpoint === endpoint).slice(0, limit),
  pastCall: async (_, id) => {
    const found = calls.find((call) => call.id === id)
    if (found === undefined) throw platformErrors.not_found({ kind: 'event', id })
    return found
  },
  boundBy,
})
