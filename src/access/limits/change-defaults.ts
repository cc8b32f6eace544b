import { type Tx, write } from '#audit'
import { actorRef, type Ctx, type Permission, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { json, tables } from '#platform/store'
import { can } from '../permissions.ts'
import {
  type Defaults,
  type DefaultsTables,
  LimitDefaults,
  type LimitDefaultsState,
  NetworkRules,
  type NetworkRulesState,
  readDefaults,
} from './defaults.ts'

const q = tables<DefaultsTables>()

/** One row a project, made by the first change; whoever comes second must have seen the first's revision. */
const saveDefaults = async (ctx: Ctx, tx: Tx, before: Defaults, after: Pick<Defaults, 'limits' | 'networks'>): Promise<number> => {
  const revision = before.revision + 1
  const row = {
    limits: json(after.limits),
    networks: json(after.networks),
    revision,
    changed_at: tx.nowAt,
    changed_by: actorRef(ctx.actor).id,
  }
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('access_defaults')
    .values(row as never)
    .onConflict((conflict) => conflict.column('project').doUpdateSet(row).where('access_defaults.revision', '=', before.revision))
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) throw platformErrors.precondition_failed()
  return revision
}

const record = (
  tx: Tx,
  permission: Permission,
  topic: string,
  details: { before: Defaults['limits'] | string[]; after: Defaults['limits'] | string[] },
) => {
  tx.record({ action: permission.action, subject: { kind: 'project', id: tx.project }, details })
  tx.publish(topic, {})
}

export const changeLimits = async (ctx: Ctx, input: unknown, ifMatch: string | undefined): Promise<LimitDefaultsState> => {
  permit(ctx, can['change-limits'])
  const { limits } = parse(LimitDefaults, input)
  return write(ctx, async (tx) => {
    const before = await readDefaults(tx)
    requireIfMatch(ifMatch, before.revision)
    const revision = await saveDefaults(ctx, tx, before, { ...before, limits })
    record(tx, can['change-limits'], 'access.limits-changed', { before: before.limits, after: limits })
    return { limits, revision }
  })
}

export const changeNetworkRules = async (ctx: Ctx, input: unknown, ifMatch: string | undefined): Promise<NetworkRulesState> => {
  permit(ctx, can['change-network-rules'])
  const { networks } = parse(NetworkRules, input)
  return write(ctx, async (tx) => {
    const before = await readDefaults(tx)
    requireIfMatch(ifMatch, before.revision)
    const revision = await saveDefaults(ctx, tx, before, { ...before, networks })
    record(tx, can['change-network-rules'], 'access.network-rules-changed', { before: [...before.networks], after: networks })
    return { networks, revision }
  })
}
