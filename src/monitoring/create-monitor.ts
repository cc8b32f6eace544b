import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { newId } from '#platform/ids'
import { monitoringErrors } from './errors.ts'
import { type Monitor, NewMonitor } from './monitor.ts'
import { can } from './permissions.ts'
import { insertMonitor } from './store/monitors.ts'

export const createMonitor = async (ctx: Ctx, input: unknown): Promise<Monitor> => {
  permit(ctx, can['create-monitor'])
  const definition = parse(NewMonitor, input)
  return write(ctx, async (tx) => {
    const id = newId('mon', tx.nowMs)
    const by = actorRef(ctx.actor).id
    if (!(await insertMonitor(tx, id, definition, by))) throw monitoringErrors.monitor_exists({ name: definition.name })
    tx.record({ action: can['create-monitor'].action, subject: { kind: 'monitor', id }, details: definition })
    return {
      ...definition,
      id,
      version: 1,
      created_at: tx.nowAt,
      created_by: by,
      updated_at: tx.nowAt,
      last_value: null,
      last_count: null,
      last_evaluated_at: null,
      firing_alert: null,
    }
  })
}
