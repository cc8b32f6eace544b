import { isoAt } from '#platform/clock'
import type { Executor, Store } from '#platform/store'
import type { InferenceEvent } from './event.ts'
import { overflowOf, type Series, seriesId, seriesOf, seriesText } from './series.ts'
import { insertEvents } from './store/events.ts'
import { insertMissingRollups, lockRollups, type Step, saveRollups, seriesInStep } from './store/rollups.ts'
import { accumulate, emptyTotals } from './totals.ts'

export const MINUTE_SECONDS = 60
export const HOUR_SECONDS = 3600

/** Distinct series of one step; tags beyond it are counted together. Holds a page of metrics to a size, whatever clients send. */
const MAX_SERIES = 500

/**
 * Stores a batch and counts it, both or neither. Events that are there already are not counted again, so a batch may come
 * twice. No audit entry and no caller: an event is a record of the gateway's own, not a change that somebody makes.
 */
export const storeEvents = async (store: Store, events: readonly InferenceEvent[]): Promise<void> => {
  for (const [project, own] of Map.groupBy(events, (event) => event.project)) {
    await store.transaction(project, async (at) => {
      const unseen = await insertEvents(at, uniqueById(own))
      const fresh = uniqueById(own).filter((event) => unseen.has(event.id))
      if (fresh.length > 0) await countEvents(at, fresh)
    })
  }
}

/** The same id twice in one batch would be counted twice. */
const uniqueById = (events: readonly InferenceEvent[]): InferenceEvent[] => [...new Map(events.map((event) => [event.id, event])).values()]

const countEvents = async (at: Executor, events: readonly InferenceEvent[]): Promise<void> => {
  for (const stepSeconds of [MINUTE_SECONDS, HOUR_SECONDS]) {
    const starts = Map.groupBy(events, (event) => Math.floor(Date.parse(event.at) / (stepSeconds * 1000)) * stepSeconds * 1000)
    for (const [start, own] of [...starts].sort(([a], [b]) => a - b)) await countStep(at, { step_seconds: stepSeconds, start_at: isoAt(start) }, own)
  }
}

interface Group {
  readonly id: string
  readonly series: Series
  readonly events: InferenceEvent[]
}

const countStep = async (at: Executor, step: Step, events: readonly InferenceEvent[]): Promise<void> => {
  const known = await seriesInStep(at, step)
  const groups = groupBySeries(events, known)
  await insertMissingRollups(
    at,
    step,
    groups.filter(({ id }) => !known.has(id)),
    emptyTotals(),
  )
  const locked = await lockRollups(
    at,
    step,
    groups.map(({ id }) => id),
  )
  const rows = groups.map(({ id, series, events: own }) => {
    const totals = accumulate(locked.get(id))
    for (const event of own) totals.addEvent(event)
    return { id, series, totals: totals.done() }
  })
  await saveRollups(at, step, rows)
}

const groupBySeries = (events: readonly InferenceEvent[], known: ReadonlySet<string>): Group[] => {
  const groups = new Map<string, Group>()
  let room = MAX_SERIES - known.size
  const groupOf = (series: Series, isLast: boolean): Group => {
    const text = seriesText(series)
    const existing = groups.get(text)
    if (existing !== undefined) return existing
    const id = seriesId(text)
    if (!known.has(id) && room <= 0 && !isLast) return groupOf(overflowOf(series), true)
    if (!known.has(id)) room -= 1
    const group: Group = { id, series, events: [] }
    groups.set(text, group)
    return group
  }
  for (const event of events) groupOf(seriesOf(event), false).events.push(event)
  return [...groups.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}
