import { write } from '#audit'
import { type Ctx, DEFAULT_PROJECT, type Platform, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { can } from './permissions.ts'
import { DEFAULT_RETENTION, Retention, RetentionEdit } from './retention.ts'
import { findRetention, saveRetention } from './store/retention.ts'

export const getRetention = async (ctx: Ctx): Promise<{ version: number; policy: Retention }> => {
  permit(ctx, can.read)
  return (await findRetention(ctx.read)) ?? { version: 0, policy: DEFAULT_RETENTION }
}

export const setRetention = async (
  ctx: Ctx,
  { ifMatch, policy }: { ifMatch: string | undefined; policy: unknown },
): Promise<{ version: number; policy: Retention }> => {
  permit(ctx, can['set-retention'])
  const edit = parse(RetentionEdit, policy)
  return write(ctx, async (tx) => {
    const before = await findRetention(tx)
    const seen = before?.version ?? 0
    requireIfMatch(ifMatch, seen)
    const wanted = Retention.parse({ ...(before?.policy ?? DEFAULT_RETENTION), ...edit })
    if (!(await saveRetention(tx, seen, wanted))) throw platformErrors.conflict()
    tx.record({ action: can['set-retention'].action, subject: { kind: 'retention', id: ctx.project }, details: { version: seen + 1, ...wanted } })
    tx.publish('monitoring.retention-changed', { version: seen + 1 })
    return { version: seen + 1, policy: wanted }
  })
}

export const loadRetentionForGateway = async (platform: Platform): Promise<Retention> =>
  (await findRetention(platform.store.at(DEFAULT_PROJECT)))?.policy ?? DEFAULT_RETENTION
