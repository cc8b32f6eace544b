/** How the record of calls is doing, from the spool to the store: what an operator has to see before events are lost. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Pipeline } from '#monitoring/hot'

type Numbers = { [K in keyof Pipeline as Pipeline[K] extends number ? K : never]: Pipeline[K] }

/** Read when somebody asks: nothing is counted twice on the path of a call. */
const COUNTERS: readonly (readonly [keyof Numbers, string, string])[] = [
  ['appended', 'plimsoll_events_appended_total', 'Events of calls handed to the spool.'],
  ['durable', 'plimsoll_events_durable_total', 'Events that are synced to disk.'],
  ['dropped', 'plimsoll_events_dropped_total', 'Events lost because memory was full while the disk refused.'],
  ['shipped', 'plimsoll_events_shipped_total', 'Events that the store has taken.'],
  ['missing', 'plimsoll_events_missing_total', 'Recorded events that no segment held any more.'],
  ['commits', 'plimsoll_events_commits_total', 'Groups of events synced to disk.'],
  ['failed_commits', 'plimsoll_events_failed_commits_total', 'Groups that the disk refused; they are tried again.'],
]

const GAUGES: readonly (readonly [keyof Numbers, string, string, number])[] = [
  ['backlog_bytes', 'plimsoll_events_backlog_bytes', 'Bytes on disk that the store does not have yet.', 1],
  ['backlog_age_ms', 'plimsoll_events_backlog_age_seconds', 'How long the oldest of them has waited.', 1_000],
  ['dead_letters', 'plimsoll_events_dead_letters', 'Records that the store will never take, kept for a person.', 1],
  ['failures_in_a_row', 'plimsoll_events_store_failures_in_a_row', 'Batches refused since the store last took one.', 1],
]

const STATES: readonly Pipeline['state'][] = ['ok', 'degraded', 'full']

export const exposePipeline = (registry: Registry, stats: () => Pipeline): void => {
  const registers = [registry]
  for (const [field, name, help] of COUNTERS) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(stats()[field])
      },
    })
  }
  for (const [field, name, help, divisor] of GAUGES) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(stats()[field] / divisor)
      },
    })
  }
  new Gauge({
    name: 'plimsoll_events_spool_state',
    help: 'Of the spool: 1 beside the state that holds. degraded: the disk refuses, events wait in memory; full: further events are lost.',
    labelNames: ['state'],
    registers,
    collect() {
      const { state } = stats()
      for (const one of STATES) this.set({ state: one }, one === state ? 1 : 0)
    },
  })
}
