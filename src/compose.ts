/** Which rooms know which functions of others: everything that flows against the direction of imports is handed over here. */
import { accessRoutes } from '#access'
import { assessmentRoutes, getReport, latestReport } from '#assessment'
import { auditRoutes } from '#audit'
import { documentationRoutes, type Evidence } from '#documentation'
import { feedbackRoutes } from '#feedback'
import { getRelease, governanceRoutes, restoreRelease, rollbackEndpoint, suspendRelease } from '#governance'
import { incidentRoutes, type Mitigations } from '#incidents'
import { getEvent, type InferenceEvent, listEventsWithContent, monitoringRoutes, type Pipeline } from '#monitoring'
import type { Route } from '#platform/http'
import { getVersion, type ProbeConnection, registryRoutes } from '#registry'
import { type PastCall, type SafeguardDeps, safeguardRoutes } from '#safeguards'
import { type ConfigurationStatus, configurationRoutes, NO_CONFIGURATION } from './desired-state.ts'

/** What routes need of the running server. The pages that are made from routes need none of it. */
export interface Parts {
  readonly isSecure: boolean
  readonly pipeline: () => Pipeline
  readonly probe: ProbeConnection
  readonly configuration: () => ConfigurationStatus
}

const notRunning = (): never => {
  throw new Error('this part of the server does not run here')
}

/** For the generated pages and for tests of routes: nothing behind them runs. */
export const IDLE_PARTS: Parts = { isSecure: false, pipeline: notRunning, probe: notRunning, configuration: () => NO_CONFIGURATION }

const evidence: Evidence = { version: getVersion, report: getReport, latestReport }

/** What stops harm: incidents say when, governance does it. */
export const mitigations: Mitigations = { suspendRelease, restoreRelease, rollbackEndpoint }

const pastCallOf = ({ id, at, endpoint, release, tags, content, findings }: InferenceEvent): PastCall => ({
  id,
  at,
  endpoint,
  release,
  tags,
  input: content?.input ?? null,
  output: content?.output ?? null,
  findings,
})

/** What safeguards are tried on, and replayed by. */
const pastTraffic: SafeguardDeps = {
  pastCalls: async (ctx, filter) => (await listEventsWithContent(ctx, filter)).map(pastCallOf),
  pastCall: async (ctx, id) => pastCallOf(await getEvent(ctx, id)),
  boundBy: async (ctx, release) => (await getRelease(ctx, release)).document.safeguards,
}

export const composeRoutes = (parts: Parts = IDLE_PARTS): readonly Route[] => [
  ...accessRoutes({ isSecure: parts.isSecure }),
  ...registryRoutes({ probe: parts.probe }),
  ...assessmentRoutes(),
  ...documentationRoutes(evidence),
  ...governanceRoutes(evidence),
  ...safeguardRoutes(pastTraffic),
  ...monitoringRoutes({ pipeline: parts.pipeline }),
  ...incidentRoutes(mitigations),
  ...feedbackRoutes(),
  ...auditRoutes(),
  ...configurationRoutes(parts.configuration),
]
