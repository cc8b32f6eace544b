import { type Tx, write } from '#audit'
import { isoAt } from '#platform/clock'
import { type Ctx, type Platform, permit, systemContext } from '#platform/context'
import { PlimsollError, platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { type Repeating, repeat } from '#platform/jobs'
import { endAlert } from './end-alert.ts'
import { summarise } from './metrics.ts'
import { type Alert, conditionOf, METRICS, nextStep, type Reading } from './monitor.ts'
import { can } from './permissions.ts'
import { totalOf } from './read-metrics.ts'
import { enabledMonitors, insertAlert, type MonitorRow, noteEvaluation, projectsWithMonitors } from './store/monitors.ts'
import { type RollupRow, readRollups } from './store/rollups.ts'
import { HOUR_SECONDS, MINUTE_SECONDS } from './store-events.ts'
import { CRITICALITIES } from './tags.ts'

const MAX_ROWS = 20_000
/** Longer windows are read in whole hours. */
const MAX_WINDOW_OF_MINUTES = 120

/** Looks at every monitor once. Safe in several processes at a time: the store holds one firing alert a monitor. */
export const evaluateMonitors = async (platform: Platform): Promise<void> => {
  for (const project of await projectsWithMonitors(platform.store.root)) {
    const ctx = systemContext(platform, 'monitors', project)
    for (const monitor of await enabledMonitors(ctx.read)) {
      try {
        await evaluateMonitor(ctx, monitor)
      } catch (error) {
        // One monitor that cannot be evaluated must not silence the others.
        platform.log.error({ err: error, monitor: monitor.id }, 'a monitor could not be evaluated')
      }
    }
  }
}

interface Window {
  readonly from: string
  readonly to: string
  readonly seconds: number
  readonly step_seconds: number
}

const windowOf = (monitor: MonitorRow, nowMs: number): Window => {
  const stepSeconds = monitor.window_minutes > MAX_WINDOW_OF_MINUTES ? HOUR_SECONDS : MINUTE_SECONDS
  const stepMs = stepSeconds * 1000
  // The running step counts as a whole one, so that a breach is seen in its first seconds.
  const toMs = (Math.floor(nowMs / stepMs) + 1) * stepMs
  const fromMs = toMs - Math.ceil((monitor.window_minutes * MINUTE_SECONDS) / stepSeconds) * stepMs
  return { from: isoAt(fromMs), to: isoAt(toMs), seconds: Math.max(1, (nowMs - fromMs) / 1000), step_seconds: stepSeconds }
}

const filterOf = (monitor: MonitorRow) =>
  Object.fromEntries(
    (['endpoint', 'release', 'criticality', 'domain', 'compliance', 'cost_centre'] as const).map((name) => [name, monitor[name] ?? undefined]),
  )

const evaluateMonitor = async (ctx: Ctx, monitor: MonitorRow): Promise<void> => {
  permit(ctx, can['evaluate-monitors'])
  const nowMs = ctx.clock.now()
  const window = windowOf(monitor, nowMs)
  const rows = await readRollups(ctx.read, window, filterOf(monitor), MAX_ROWS)
  const summary = summarise(totalOf(rows), window.seconds)
  const reading: Reading = { value: METRICS[monitor.metric](summary), count: summary.requests }
  const status = {
    isFiring: monitor.firing_alert !== null,
    clearSinceMs: monitor.clear_since_at === null ? null : Date.parse(monitor.clear_since_at),
  }
  const step = nextStep(status, conditionOf(monitor, reading), nowMs, monitor.clear_after_seconds)
  if (step.kind !== 'stay') {
    await write(ctx, async (tx) => {
      if (step.kind === 'fire') await fire(tx, monitor, reading, window, rows)
      else if ((await endAlert(tx, monitor.id, step.resolution)) === undefined) throw platformErrors.conflict()
    }).catch(unlessRaced)
  }
  const clearSinceMs = step.kind === 'stay' ? step.clearSinceMs : null
  await noteEvaluation(ctx.read, monitor.id, { ...reading, at: isoAt(nowMs), clearSinceAt: clearSinceMs === null ? null : isoAt(clearSinceMs) })
}

/** Another process fired or resolved the same alert a moment ago: nothing is left to do. */
const unlessRaced = (error: unknown): void => {
  if (!(error instanceof PlimsollError && error.code === 'conflict')) throw error
}

const fire = async (tx: Tx, monitor: MonitorRow, { value, count }: Reading, window: Window, rows: readonly RollupRow[]): Promise<void> => {
  if (value === null) throw platformErrors.conflict()
  const criticality = monitor.criticality ?? CRITICALITIES.find((one) => one === mostCommon(rows, 'criticality')) ?? null
  const alert: Alert = {
    id: newId('alr', tx.nowMs),
    monitor_id: monitor.id,
    monitor_name: monitor.name,
    state: 'firing',
    fired_at: tx.nowAt,
    resolved_at: null,
    resolution: null,
    acknowledged_at: null,
    acknowledged_by: null,
    details: {
      metric: monitor.metric,
      comparator: monitor.comparator,
      threshold: monitor.threshold,
      value,
      count,
      window_minutes: monitor.window_minutes,
      from: window.from,
      to: tx.nowAt,
      impact: monitor.impact,
      criticality,
      endpoint: monitor.endpoint ?? mostCommon(rows, 'endpoint'),
      release: monitor.release ?? mostCommon(rows, 'release'),
      domain: monitor.domain ?? mostCommon(rows, 'domain'),
      compliance: monitor.compliance ?? mostCommon(rows, 'compliance'),
      cost_centre: monitor.cost_centre ?? mostCommon(rows, 'cost_centre'),
      simulated: rows.length > 0 && rows.every((row) => row.simulated),
    },
  }
  if (!(await insertAlert(tx, alert))) throw platformErrors.conflict()
  tx.record({
    action: can['evaluate-monitors'].action,
    subject: { kind: 'alert', id: alert.id },
    details: { state: 'firing', monitor: monitor.name, value, threshold: monitor.threshold, count },
  })
  tx.publish('monitoring.alert-fired', { ...alert })
}

/** The value that most calls of the window have: where somebody who answers the alert looks first. */
const mostCommon = (
  rows: readonly RollupRow[],
  name: 'endpoint' | 'release' | 'criticality' | 'domain' | 'compliance' | 'cost_centre',
): string | null => {
  const requests = new Map<string, number>()
  for (const row of rows) if (row[name] !== '') requests.set(row[name], (requests.get(row[name]) ?? 0) + row.totals.requests)
  return [...requests].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null
}

/** Evaluates every few seconds. */
export const startMonitors = (platform: Platform, everyMs = 5_000): Repeating =>
  repeat(platform.log, 'monitors', everyMs, () => evaluateMonitors(platform))
