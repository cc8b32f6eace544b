import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import type { Alert, Monitor } from './monitor.ts'
import { can } from './permissions.ts'
import * as store from './store/monitors.ts'

interface Page {
  readonly limit: number
  readonly cursor?: string | undefined
}

export const getMonitor = async (ctx: Ctx, id: string): Promise<Monitor> => {
  permit(ctx, can.read)
  const monitor = await store.findMonitor(ctx.read, id)
  if (monitor === undefined) throw platformErrors.not_found({ kind: 'monitor', id })
  return monitor
}

export const listMonitors = async (ctx: Ctx, { limit, cursor }: Page): Promise<{ items: Monitor[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  return toPage(await store.listMonitors(ctx.read, decodeCursor(cursor)?.[0], limit + 1), limit, (monitor) => [monitor.name])
}

export const getAlert = async (ctx: Ctx, id: string): Promise<Alert> => {
  permit(ctx, can.read)
  const alert = await store.findAlert(ctx.read, id)
  if (alert === undefined) throw platformErrors.not_found({ kind: 'alert', id })
  return alert
}

export const listAlerts = async (
  ctx: Ctx,
  { limit, cursor, ...filter }: Page & { readonly status?: 'firing' | 'resolved' | undefined; readonly monitor?: string | undefined },
): Promise<{ items: Alert[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  const rows = await store.listAlerts(ctx.read, filter, decodeCursor(cursor)?.[0], limit + 1)
  return toPage(rows, limit, (alert) => [alert.id])
}
