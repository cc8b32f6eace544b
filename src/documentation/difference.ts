import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'

export const Change = z
  .object({ path: z.string(), before: z.json().nullable(), after: z.json().nullable() })
  .meta({ id: 'Change', description: 'One place where two documents differ; null where it is absent.' })
export type Change = z.infer<typeof Change>

type Json = z.infer<ReturnType<typeof z.json>>
const isNode = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The leaves in which two JSON documents differ, in the order of the first; array items are compared by place. */
export const differencesOf = (before: unknown, after: unknown, path = ''): Change[] => {
  if (isDeepStrictEqual(before, after)) return []
  // An array against an object shares no places; it is shown whole.
  if (!isNode(before) || !isNode(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [{ path, before: (before ?? null) as Json, after: (after ?? null) as Json }]
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => differencesOf(before[key], after[key], path === '' ? key : `${path}.${key}`))
}
