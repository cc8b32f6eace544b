import { type Ctx, permit } from '#platform/context'
import type { ConnectionTest, ProbeConnection } from './connection.ts'
import { openConnection } from './open-connection.ts'
import { can } from './permissions.ts'

const TEST_TIMEOUT_MS = 15_000

/** Reads only: asks the provider for its models. What it answers is shown, but for the credentials if they are echoed. */
export const testConnection = async (ctx: Ctx, name: string, probe: ProbeConnection): Promise<ConnectionTest> => {
  permit(ctx, can['test-connection'])
  const connection = await openConnection(ctx, name)
  const startedMs = performance.now()
  const shown = (text: string): string =>
    (connection.credentials === null ? text : text.replaceAll(connection.credentials, '[credentials]')).slice(0, 500)
  const answer = await probe(connection, AbortSignal.timeout(TEST_TIMEOUT_MS)).catch((error: unknown) => ({
    ok: false,
    models: undefined,
    problem: error instanceof Error ? error.message : 'no answer',
  }))
  return {
    ok: answer.ok,
    simulated: connection.simulated,
    latency_ms: Math.round((performance.now() - startedMs) * 10) / 10,
    models: (answer.models ?? []).slice(0, 500).map(shown),
    problem: answer.problem === undefined ? null : shown(answer.problem),
  }
}
