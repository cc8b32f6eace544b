import { canonicalJson, digestOf } from '#platform/canonical'
import type { FloorDocument, SafeguardPolicy } from './model.ts'

const isEmpty = ({ input, output, uninspected }: FloorDocument): boolean => input.length === 0 && output.length === 0 && uninspected === undefined

/**
 * An organisation's floor under a project's policy: two layers, each with its own exceptions, so that one of the project exempts nothing
 * from the floor. Rules only add up, and a project can be stricter but never weaker. A policy that stands on an older floor keeps it below
 * the new one: what was approved is not loosened behind the approval.
 */
export const composePolicies = (floor: FloorDocument, policy: SafeguardPolicy): SafeguardPolicy => {
  if (isEmpty(floor)) return policy
  const { floor: older } = policy
  return { ...policy, floor: older === undefined ? floor : stack(floor, older) }
}

const stack = (newer: FloorDocument, older: FloorDocument): FloorDocument => {
  const uninspected = stricter(newer.uninspected, older.uninspected)
  return {
    input: union(newer.input, older.input),
    output: union(newer.output, older.output),
    ...(uninspected === undefined ? {} : { uninspected }),
  }
}

/** The exceptions of the older floor hold no longer; its other rules do. */
const union = (newer: FloorDocument['input'], older: FloorDocument['input']): FloorDocument['input'] => {
  const known = new Set(newer.map(canonicalJson))
  return [...newer, ...older.filter((rule) => rule.action !== 'allow' && !known.has(canonicalJson(rule)))]
}

export const digestOfPolicy = (document: SafeguardPolicy): string => digestOf(document)

type Uninspected = SafeguardPolicy['uninspected']
const STRICTNESS: readonly Uninspected[] = [undefined, 'pass', 'flag', 'block']

export const stricter = (a: Uninspected, b: Uninspected): Uninspected => (STRICTNESS.indexOf(a) >= STRICTNESS.indexOf(b) ? a : b)

/** A release without a policy of its own, under a floor. */
export const FLOOR_ONLY: SafeguardPolicy = { schema: 'plimsoll.safeguards/1', input: [], output: [] }
