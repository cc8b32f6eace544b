import { z } from 'zod'
import type { Clock } from '../clock/index.ts'
import { platformErrors } from '../errors/index.ts'
import type { Jobs } from '../jobs/index.ts'
import type { Logger } from '../logging/index.ts'
import type { ObjectStore } from '../objects/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { Executor, Store } from '../store/index.ts'

/** What a person may be. `approver` says nothing of what for: that is a capacity such as `risk` or `legal`. */
export const Role = z.enum(['administrator', 'developer', 'approver', 'responder', 'auditor'])
export type Role = z.infer<typeof Role>

export type Actor =
  | { readonly kind: 'person'; readonly id: string; readonly name: string; readonly roles: readonly Role[]; readonly capacities: readonly string[] }
  /** Automation with the administrator key. It configures, but it is nobody: it can never sign off. */
  | { readonly kind: 'key'; readonly id: string; readonly name: string; readonly roles: readonly Role[] }
  /** Plimsoll itself: jobs, timers, alerts. */
  | { readonly kind: 'system'; readonly name: string }

/** The parts of the platform that a verb may use; made once in main.ts. */
export interface Platform {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  readonly secrets: Secrets
  readonly objects: ObjectStore
  readonly jobs: Jobs
}

/** What every verb gets: who asks, in which project, and the platform. */
export interface Ctx extends Platform {
  readonly actor: Actor
  readonly project: string
  /** Reads outside a transaction, narrowed to the project. */
  readonly read: Executor
  readonly requestId: string | null
}

export const DEFAULT_PROJECT = 'default'

export const contextFor = (platform: Platform, actor: Actor, project: string = DEFAULT_PROJECT, requestId: string | null = null): Ctx => ({
  ...platform,
  actor,
  project,
  read: platform.store.at(project),
  requestId,
})

export const systemContext = (platform: Platform, name: string, project: string = DEFAULT_PROJECT): Ctx =>
  contextFor(platform, { kind: 'system', name }, project)

export interface Permission {
  /** `room.verb`, also the audit action. */
  readonly action: string
  readonly roles: readonly Role[]
}

const known = new Map<string, Permission>()

/** `exactly` leaves administrators out: they run the product, they do not decide about releases. */
export const exactly = (...roles: Role[]): { readonly exactly: readonly Role[] } => ({ exactly: roles })

export const everyone: readonly Role[] = Role.options

/**
 * A room's authorization table: verb -> roles that may call it; administrators always may, unless `exactly`.
 * @example const can = permissions('registry', { 'create-model': ['developer'], 'read': everyone })
 */
export const permissions = <const T extends Readonly<Record<string, readonly Role[] | { readonly exactly: readonly Role[] }>>>(
  room: string,
  table: T,
): { readonly [K in keyof T]: Permission } => {
  const made: Record<string, Permission> = {}
  for (const [verb, rule] of Object.entries(table)) {
    const roles = 'exactly' in rule ? rule.exactly : (['administrator', ...rule.filter((role) => role !== 'administrator')] as const)
    const permission = { action: `${room}.${verb}`, roles }
    known.set(permission.action, permission)
    made[verb] = permission
  }
  return made as { [K in keyof T]: Permission }
}

/** The whole table, for docs/permissions.md and the test that compares it with the routes. */
export const permissionTable = (): readonly Permission[] => [...known.values()].sort((a, b) => (a.action < b.action ? -1 : 1))

export const isPermitted = (actor: Actor, permission: Permission): boolean =>
  actor.kind === 'system' || actor.roles.some((role) => permission.roles.includes(role))

/** First line of every verb. Throws `permission_denied`. */
export const permit = (ctx: Ctx, permission: Permission): void => {
  if (!isPermitted(ctx.actor, permission)) throw platformErrors.permission_denied({ action: permission.action })
}

/** Parses a verb's input; the error names each offending field. */
export const parse = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw platformErrors.invalid_request({}, { issues: fieldIssues(result.error) })
}

export const fieldIssues = (
  error: z.ZodError | { issues: readonly { path: readonly PropertyKey[]; message: string }[] },
): { path: string; message: string }[] => error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message: inWords(message) }))

/** JSON knows neither: NaN is what a query's text turned into, undefined is a field that nobody sent. */
const inWords = (message: string): string =>
  message.replace(/^Invalid input: expected \w+, received undefined$/, 'is required').replace(/expected number, received NaN$/, 'expected a number')

/** Who did it, as records show it. */
export const actorRef = (actor: Actor): { kind: Actor['kind']; id: string; name: string } =>
  actor.kind === 'system' ? { kind: 'system', id: actor.name, name: actor.name } : { kind: actor.kind, id: actor.id, name: actor.name }
