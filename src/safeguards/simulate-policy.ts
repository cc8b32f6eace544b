import { type Ctx, parse, permit } from '#platform/context'
import { type Direction, Name, Verdict } from './model.ts'
import { can } from './permissions.ts'
import { transformer } from './transformer.ts'
import { NewSimulation, type Simulation } from './trial/model.ts'
import { policyToTry, type ToTry } from './trial/policy-to-try.ts'
import { createLooker, type Looker } from './trial/run.ts'
import { costOf } from './trial/tally.ts'

/** A recorded call, as far as its record goes. Texts are masked as the retention policy says; null where none is kept. */
export interface PastCall {
  readonly id: string
  readonly at: string
  readonly endpoint: string
  /** Digest; null when the call reached none. */
  readonly release: string | null
  readonly tags: Readonly<Record<'criticality' | 'domain' | 'compliance' | 'cost_centre', string | null>>
  readonly input: string | null
  readonly output: string | null
  readonly findings: readonly RecordedFinding[]
}

export interface RecordedFinding {
  readonly detector: string
  readonly kind: string
  readonly direction: Direction
  readonly action: 'allow' | 'mask' | 'hash' | 'tokenise' | 'block' | 'flag'
  readonly enforced: boolean
  readonly confidence: number
  readonly span: { readonly start: number; readonly end: number }
  readonly policy_digest: string
}

export interface PastCallFilter {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly endpoint?: string | undefined
  readonly release?: string | undefined
  readonly limit: number
}

/** Newest first; who may not read texts of calls is refused there. */
export type FindPastCalls = (ctx: Ctx, filter: PastCallFilter) => Promise<readonly PastCall[]>

const MAX_CHANGED = 100

/** What a policy, or a draft of one, would have said about calls that have happened. */
export const simulatePolicy = async (ctx: Ctx, name: string, input: unknown, pastCalls: FindPastCalls): Promise<Simulation> => {
  permit(ctx, can['simulate-policy'])
  const { baseline_version, since, until, endpoint, release, limit, tags, ...which } = parse(NewSimulation, input)
  const wanted = await policyToTry(ctx, name, which)
  const baseline = baseline_version === undefined ? null : await policyToTry(ctx, name, { version: baseline_version })
  const found = await pastCalls(ctx, { from: since, to: until, endpoint, release, limit: limit + 1 })
  const calls = found.slice(0, limit)
  const micros: number[] = []
  const lookersFor = (policy: ToTry): ((call: PastCall) => Looker) => {
    const known = new Map<string, Looker>()
    return (call) => {
      const own = tags ?? call.tags
      const key = JSON.stringify(own)
      const before = known.get(key)
      if (before !== undefined) return before
      const made = createLooker(policy.document, policy.digest, { secondStage: transformer(), tags: own, nowMs: ctx.clock.now })
      known.set(key, made)
      return made
    }
  }
  const look = lookersFor(wanted)
  const lookBefore = baseline && lookersFor(baseline)
  const compared: Compared[] = []
  for (const call of calls) {
    if (call.input === null && call.output === null) continue
    const after = await lookAtCall(look(call), call)
    micros.push(after.micros)
    const before = lookBefore === null ? recordedVerdict(call) : (await lookAtCall(lookBefore(call), call)).verdict
    compared.push({ call, before, after: after.verdict, kinds: after.kinds })
  }
  return {
    name: Name.parse(name),
    version: wanted.version,
    policy_digest: wanted.digest,
    baseline: baseline === null ? 'recorded' : 'version',
    calls: calls.length,
    without_text: calls.length - compared.length,
    has_more: found.length > limit,
    ...figuresOf(compared),
    cost: costOf(
      micros,
      compared.reduce((sum, { call }) => sum + (call.input?.length ?? 0) + (call.output?.length ?? 0), 0),
    ),
    notes: notesOf(calls.length - compared.length, baseline === null),
  }
}

interface Compared {
  readonly call: PastCall
  readonly before: Verdict
  readonly after: Verdict
  readonly kinds: readonly string[]
}

const strength = (verdict: Verdict): number => Verdict.options.indexOf(verdict)
const stronger = (a: Verdict, b: Verdict): Verdict => (strength(a) >= strength(b) ? a : b)

/** A call that is blocked on its way in has no answer. */
const lookAtCall = async (look: Looker, { input, output }: PastCall): Promise<{ verdict: Verdict; kinds: string[]; micros: number }> => {
  const into = input === null ? null : await look(input, 'input')
  const out = output === null || into?.verdict === 'block' ? null : await look(output, 'output')
  return {
    verdict: stronger(into?.verdict ?? 'pass', out?.verdict ?? 'pass'),
    kinds: [...new Set([...(into?.findings ?? []), ...(out?.findings ?? [])].filter(({ enforced }) => enforced).map(({ kind }) => kind))],
    micros: (into?.micros ?? 0) + (out?.micros ?? 0),
  }
}

const STANDS_FOR: Readonly<Record<RecordedFinding['action'], Verdict>> = {
  allow: 'pass',
  mask: 'mask',
  hash: 'mask',
  tokenise: 'mask',
  block: 'block',
  flag: 'flag',
}

export const recordedVerdict = ({ findings }: Pick<PastCall, 'findings'>): Verdict =>
  findings.reduce<Verdict>((verdict, { action, enforced }) => (enforced ? stronger(verdict, STANDS_FOR[action]) : verdict), 'pass')

const figuresOf = (compared: readonly Compared[]): Pick<Simulation, 'matrix' | 'blocks_gained' | 'blocks_lost' | 'endpoints' | 'changed'> => {
  const count = (before: Verdict, after: Verdict): number => compared.filter((one) => one.before === before && one.after === after).length
  return {
    matrix: Verdict.options.flatMap((before) =>
      Verdict.options.flatMap((after) => (count(before, after) === 0 ? [] : [{ before, after, calls: count(before, after) }])),
    ),
    blocks_gained: compared.filter(({ before, after }) => before !== 'block' && after === 'block').length,
    blocks_lost: compared.filter(({ before, after }) => before === 'block' && after !== 'block').length,
    endpoints: [...Map.groupBy(compared, ({ call }) => call.endpoint)].map(([endpoint, own]) => ({
      endpoint,
      calls: own.length,
      blocked_before: own.filter(({ before }) => before === 'block').length,
      blocked_after: own.filter(({ after }) => after === 'block').length,
    })),
    changed: compared
      .filter(({ before, after }) => before !== after)
      .slice(0, MAX_CHANGED)
      .map(({ call, before, after, kinds }) => ({ event: call.id, at: call.at, endpoint: call.endpoint, before, after, kinds: [...kinds] })),
  }
}

const notesOf = (withoutText: number, isRecorded: boolean): string[] => [
  ...(withoutText > 0
    ? [`${withoutText} calls have no text in their record: they were refused before their text was read, or retention keeps none.`]
    : []),
  'Texts are kept with personal data and secrets masked, so rules about those find less here than they would in traffic.',
  'A conversation is kept as one text of at most 16,384 characters, so document rules and length limits are not seen as in traffic.',
  ...(isRecorded ? ['The verdicts before are those that were recorded, by whatever policy each call met.'] : []),
]
