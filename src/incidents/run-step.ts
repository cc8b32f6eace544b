import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { changeIncident } from './change-incident.ts'
import { incidentErrors } from './errors.ts'
import { type Mitigations, mitigate } from './mitigate.ts'
import { type NewTimelineEntry, OPEN_STATES } from './model.ts'
import { can } from './permissions.ts'
import { type Runbook, RunStep, type Step, type StepRun } from './runbook.ts'
import { findRunbook, findStep, saveStep } from './store/runbooks.ts'

/** A step that was begun by a process that died may be begun again after this time; what the steps do can be done twice. */
const STALE_MS = 60_000

/** Runs one step of a runbook in an incident, once. A step that failed may be tried again. */
export const runStep = async (ctx: Ctx, mitigations: Mitigations, { id, run }: { id: string; run: unknown }): Promise<StepRun> => {
  permit(ctx, can['run-step'])
  const { runbook_id, step: index, outcome } = parse(RunStep, run)
  const runbook = await findRunbook(ctx.read, runbook_id)
  if (runbook === undefined) throw platformErrors.not_found({ kind: 'runbook', id: runbook_id })
  const step = runbook.steps[index]
  if (step === undefined) throw platformErrors.not_found({ kind: 'step', id: String(index) })
  const begun = await begin(ctx, id, runbook, index)
  try {
    if (step.kind === 'suspend_release')
      await mitigate(ctx, mitigations, { id, mitigation: { kind: step.kind, release: step.release, reason: outcome } })
    if (step.kind === 'rollback_endpoint')
      await mitigate(ctx, mitigations, { id, mitigation: { kind: step.kind, endpoint: step.endpoint, reason: outcome } })
  } catch (error) {
    await end(ctx, id, runbook, step, { ...begun, state: 'failed', outcome: error instanceof Error ? error.message : String(error) })
    throw error
  }
  return end(ctx, id, runbook, step, { ...begun, state: 'done', outcome })
}

const begin = async (ctx: Ctx, id: string, runbook: Runbook, index: number): Promise<StepRun> => {
  const begun: StepRun = {
    runbook_id: runbook.id,
    runbook_version: runbook.version,
    step: index,
    state: 'running',
    outcome: '',
    started_at: new Date(ctx.clock.now()).toISOString(),
    ended_at: null,
    actor: actorRef(ctx.actor).name,
  }
  await changeIncident(ctx, can['run-step'], id, async (incident, tx) => {
    if (!OPEN_STATES.includes(incident.state)) throw incidentErrors.incident_closed({ id, state: incident.state })
    const before = await findStep(tx, id, runbook.id, index)
    const isStale = before?.state === 'running' && tx.nowMs - Date.parse(before.started_at) > STALE_MS
    if (before !== undefined && before.state !== 'failed' && !isStale) throw incidentErrors.step_already_run({ step: index, state: before.state })
    await saveStep(tx, id, begun)
    return { incident, timeline: [], details: { runbook: runbook.name, version: runbook.version, step: index, state: 'running' } }
  })
  return begun
}

const end = async (ctx: Ctx, id: string, runbook: Runbook, step: Step, run: StepRun): Promise<StepRun> => {
  let ended = run
  await changeIncident(ctx, can['run-step'], id, async (incident, tx) => {
    ended = { ...run, ended_at: tx.nowAt }
    await saveStep(tx, id, ended)
    const data = { runbook: runbook.name, version: runbook.version, step: run.step, kind: step.kind, state: run.state }
    const entries: NewTimelineEntry[] = [{ kind: 'step', text: `${step.text}: ${run.outcome}`, data }]
    if (step.kind === 'notify' && run.state === 'done') {
      entries.push({ kind: 'notification', text: run.outcome, data: { audience: step.audience } })
      tx.publish('incidents.notification-requested', { incident: id, audience: step.audience, text: run.outcome, severity: incident.severity })
    }
    return { incident, timeline: entries, details: { runbook: runbook.name, step: run.step, state: run.state } }
  })
  return ended
}
