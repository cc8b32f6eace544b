import type { Evidence } from '#documentation'
import type { Route } from '#platform/http'
import { approvalRoutes } from './approval-routes.ts'
import { endpointRoutes } from './endpoint-routes.ts'
import { releaseRoutes } from './release-routes.ts'

export const governanceRoutes = (evidence: Evidence): readonly Route[] => [
  ...releaseRoutes(evidence),
  ...approvalRoutes(evidence),
  ...endpointRoutes(),
]
