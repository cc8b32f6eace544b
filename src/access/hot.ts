/** The gateway's door: one immutable table, and pure decisions on it. */
import { compileKeys, type KeyTable } from './keys/authenticate-key.ts'
import { compilePolicies, type PolicyTable } from './policies/authorize.ts'
import type { AccessRows } from './table.ts'

export interface AccessTable extends KeyTable, PolicyTable {}

/** Throws when a row cannot be understood: no table is better than one with a rule left out. */
export const compileAccess = (rows: AccessRows): AccessTable => ({ ...compileKeys(rows), ...compilePolicies(rows.policies) })

export { authenticateKey } from './keys/authenticate-key.ts'
export type { Action, KeyTags } from './keys/key.ts'
export { presentedCredential } from './keys/presented.ts'
export { createLimiter, type LocalLimiter } from './limits/limiter.ts'
export { authorize, isVisible } from './policies/authorize.ts'
export type {
  AccessDecision,
  AccessFacts,
  AccessRefusal,
  AccessRows,
  Limiter,
  LimitHeaders,
  Principal,
  Reservation,
  Reserved,
} from './table.ts'
