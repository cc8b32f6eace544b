import type { Route } from '#platform/http'
import { artifactRoutes } from './artifact-routes.ts'
import type { ProbeConnection } from './connection.ts'
import { connectionRoutes } from './connection-routes.ts'
import { modelRoutes } from './model-routes.ts'

export interface RegistryDeps {
  /** Asks a provider for its models; made by whoever owns the providers. Without it the test route is absent. */
  readonly probe?: ProbeConnection
  readonly maxArtifactBytes?: number
}

/** 64 GiB: larger than any single weight file published in the open so far. */
const MAX_ARTIFACT_BYTES = 64 * 1024 ** 3

export const registryRoutes = ({ probe, maxArtifactBytes = MAX_ARTIFACT_BYTES }: RegistryDeps = {}): readonly Route[] => [
  ...modelRoutes(),
  ...artifactRoutes(maxArtifactBytes),
  ...connectionRoutes(probe),
]
