import { createHash } from 'node:crypto'
import type { InferenceEvent } from './event.ts'
import type { TagName } from './tags.ts'

/** What rollups are kept apart by. Empty text stands for none. */
export interface Series extends Readonly<Record<TagName, string>> {
  readonly endpoint: string
  readonly release: string
  readonly simulated: boolean
}

/** Where tags go when a step has too many sets of them already. No tag can have this name. */
export const OVERFLOW = '(other)'

/**
 * Endpoints that do not exist and callers that were not recognised share the empty name: whatever a stranger sends as
 * a model must not make a series of its own.
 */
export const seriesOf = (event: InferenceEvent): Series => ({
  endpoint: event.principal === null || event.code === 'model_not_found' ? '' : event.endpoint,
  release: event.release ?? '',
  criticality: event.tags.criticality ?? '',
  domain: event.tags.domain ?? '',
  compliance: event.tags.compliance ?? '',
  cost_centre: event.tags.cost_centre ?? '',
  simulated: event.simulated,
})

export const overflowOf = (series: Series): Series => ({ ...series, domain: OVERFLOW, compliance: OVERFLOW, cost_centre: OVERFLOW })

export const seriesText = (series: Series): string =>
  JSON.stringify([series.endpoint, series.release, series.criticality, series.domain, series.compliance, series.cost_centre, series.simulated])

/** Short enough for an index, long enough that two never meet (128 bits). */
export const seriesId = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22)
