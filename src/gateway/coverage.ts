/** How much of a call the safeguards of its direction have read: what nobody reads is a gap that a record must show. */
import type { InferenceEvent } from '#monitoring/hot'
import type { CompiledPolicy, Direction } from '#safeguards/hot'

type Side = NonNullable<NonNullable<InferenceEvent['coverage']>['input']>

/** Characters for texts, parts for media. */
export type Covered = keyof Side

export interface Coverage {
  count(what: Covered, size: number, isInspected?: boolean): void
  readonly side: Side
}

export const createCoverage = (): Coverage => {
  const side: Side = { text: none(), reasoning: none(), tool_arguments: none(), media: none() }
  return {
    side,
    count: (what, size, isInspected = true) => {
      const share = side[what]
      share.total += size
      if (isInspected) share.inspected += size
    },
  }
}

const none = (): Side['text'] => ({ total: 0, inspected: 0 })

/** Fields of a message or delta that hold what a model thought before it spoke. */
const REASONING: ReadonlySet<string> = new Set(['reasoning_content', 'reasoning'])

export const coveredBy = (field: string): Covered => (REASONING.has(field) ? 'reasoning' : 'text')

export const hasRules = (policy: CompiledPolicy | null, direction: Direction): boolean => policy !== null && policy[direction] !== null
