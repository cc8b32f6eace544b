/** What the safeguards of one call work with: the policy, the transformer, the tokens of this call, and who hears of what comes late. */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { type CompiledPolicy, createVault, type Finding, needsOf, type StreamTools } from '#safeguards/hot'
import type { Call } from './call.ts'
import { type Coverage, createCoverage, hasRules } from './coverage.ts'
import { endWithRefusal } from './end.ts'
import { addFindings } from './findings.ts'
import type { Gateway } from './gateway.ts'
import { createOutputFilters, type OutputFilters } from './output-filters.ts'
import { refuse } from './refusal.ts'

/** Before the input is inspected. */
export const prepareSafeguards = (call: Call, policy: CompiledPolicy): StreamTools => {
  const needs = needsOf(policy)
  if (needs.secondStage) call.leaving = new AbortController()
  if (needs.surrogates) call.vault = createVault(keyOf(call), written(call))
  return toolsOf(call)
}

const toolsOf = (call: Call): StreamTools => {
  const { gateway, vault, leaving, requestId } = call
  return {
    secondStage: gateway.secondStage,
    surrogates: vault,
    ...(leaving === null ? {} : { signal: leaving.signal }),
    onError: (detector, error) => {
      gateway.metrics.detectorFailed(detector)
      gateway.log.error({ err: error, request_id: requestId, detector }, 'a detector failed')
    },
    onWork: (work) => call.work.push(work),
  }
}

const keys = new WeakMap<Gateway, Map<string, KeyObject>>()

const keyOf = ({ gateway, principal }: Call): KeyObject => {
  const project = principal?.project ?? ''
  const known = keys.get(gateway) ?? new Map<string, KeyObject>()
  keys.set(gateway, known)
  const key = known.get(project) ?? createSecretKey(Buffer.from(gateway.surrogateKey(project)))
  known.set(project, key)
  return key
}

/** A token that the caller, or the release's prompt, has written means what it says. */
const written = (call: Call) => (): string => `${call.request?.body.toString('latin1') ?? ''} ${call.plan?.systemMessage?.content ?? ''}`

/** What `async` rules find in the input after it has gone on: the call ends there, if it has not ended before. */
export const hearLater = (call: Call, later: readonly Promise<readonly Finding[]>[]): void => {
  for (const promise of later)
    call.work.push(
      promise.then((findings) => {
        addFindings(call.findings, findings)
        const isBlocked = findings.some(({ action, enforced }) => enforced && action === 'block')
        if (isBlocked) endWithRefusal(call, refuse('content_blocked'))
      }),
    )
}

/** null where an answer can go on unread. */
export const outputFiltersOf = (call: Call): { readonly filters: OutputFilters; readonly coverage: Coverage } | null => {
  const { policy, vault } = call
  const isRead = hasRules(policy, 'output')
  if (!isRead && (vault === null || vault.isEmpty)) return null
  const coverage = createCoverage()
  if (isRead) call.coverage = { input: call.coverage?.input ?? null, output: coverage.side }
  return { filters: createOutputFilters(isRead ? policy : null, vault, toolsOf(call)), coverage }
}
