import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Governed, governed } from '../../test/support/governed.ts'
import { type Enrolled, enrol, setStanding } from '../../test/support/people.ts'
import { testPlatform } from '../../test/support/platform.ts'
import { createEndpoint } from './create-endpoint.ts'
import { compileGate, resolveEndpoint } from './hot.ts'
import { loadGateForGateway } from './load-gate.ts'
import { pointEndpoint, rollbackEndpoint } from './point-endpoint.ts'
import { requestApproval } from './request-approval.ts'
import { runTimers } from './run-timers.ts'
import { signOff } from './sign-off.ts'
import { submitApproval, withdrawApproval } from './submit-approval.ts'
import { restoreRelease, revokeApproval, suspendRelease } from './suspend-release.ts'

const platform = await testPlatform()
const HOUR = 3_600_000
const EXPIRES_HOURS = 90 * 24

/** What the test itself knows of a request, from which calls succeeded: it never looks at the product's own state. */
interface Request {
  readonly id: string
  readonly requester: string
  readonly release: number
  yes: { person: string; capacity: string }[]
  state: 'draft' | 'open' | 'approved' | 'over'
  approvedAtMs: number
}

interface World {
  readonly g: Governed
  readonly people: Record<string, Enrolled>
  readonly digests: readonly string[]
  readonly requests: Request[]
  readonly suspended: Set<number>
}

/** Who may speak for what. `wearer` has every hat on, and may count where they did not ask. */
const COUNTS: Record<string, readonly string[]> = { risk1: ['risk'], risk2: ['risk'], risk3: ['risk'], legal: ['legal'], wearer: ['risk', 'legal'] }

const worldOf = async (project: string): Promise<World> => {
  const g = await governed(platform, project)
  const wearer = await enrol(platform, ['developer', 'approver', 'responder'], { project, capacities: ['risk', 'legal'] })
  const digests = [(await g.release()).digest, (await g.release()).digest]
  await createEndpoint(g.developer.ctx, { name: 'e' })
  const people = { developer: g.developer, wearer, administrator: g.administrator, chief: g.chief, responder: g.responder, legal: g.legal }
  return { g, digests, requests: [], suspended: new Set(), people: { ...people, risk1: g.risk[0], risk2: g.risk[1], risk3: g.risk[2] } }
}

const PEOPLE = ['developer', 'wearer', 'administrator', 'chief', 'responder', 'legal', 'risk1', 'risk2', 'risk3'] as const
type Who = (typeof PEOPLE)[number]

type Move =
  | { do: 'request'; who: Who; release: number }
  | { do: 'suspend' | 'restore'; who: Who; release: number }
  | { do: 'point'; who: Who; release: number }
  | { do: 'submit'; who: Who; nth: number }
  | { do: 'withdraw' | 'revoke'; who: Who; nth: number }
  | { do: 'sign'; who: Who; nth: number; decision: 'approve' | 'refuse' | 'request_changes'; capacity: 'risk' | 'legal' | undefined }
  | { do: 'rollback'; who: Who }
  | { do: 'toggle'; who: Who; active: boolean }
  | { do: 'wait'; hours: number }

const who = fc.constantFrom(...PEOPLE)
const signer = fc.oneof({ weight: 3, arbitrary: fc.constantFrom<Who>('risk1', 'risk2', 'risk3', 'legal') }, { weight: 1, arbitrary: who })
const asker = fc.oneof({ weight: 3, arbitrary: fc.constant<Who>('developer') }, { weight: 1, arbitrary: who })
const release = fc.constantFrom(0, 0, 1)
/** Counted from the newest request. */
const nth = fc.constantFrom(0, 0, 0, 1)

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('request' as const), who: asker, release }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('submit' as const), who: asker, nth }) },
  {
    weight: 16,
    arbitrary: fc.record({
      do: fc.constant('sign' as const),
      who: signer,
      nth,
      decision: fc.constantFrom('approve', 'approve', 'approve', 'approve', 'approve', 'approve', 'approve', 'approve', 'refuse', 'request_changes'),
      capacity: fc.constantFrom(undefined, undefined, 'risk', 'legal'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('withdraw' as const, 'revoke' as const), who, nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('suspend' as const, 'restore' as const, 'restore' as const), who, release }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('point' as const), who: asker, release }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rollback' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('toggle' as const), who: signer, active: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 30, EXPIRES_HOURS) }) },
)

const isEnough = ({ yes, requester }: Request): boolean => {
  const words = yes.filter(({ person, capacity }) => person !== requester && COUNTS[person]?.includes(capacity))
  const of = (capacity: string) => new Set(words.filter((word) => word.capacity === capacity).map(({ person }) => person))
  return of('risk').size >= 2 && of('legal').difference(of('risk')).size >= 1
}

/** Half of the signers leave the capacity to the product; whoever wears several hats says which. */
const capacityOf = ({ who: person, capacity }: Extract<Move, { do: 'sign' }>): string | undefined =>
  capacity ?? (person === 'wearer' ? 'risk' : undefined)

const play = async (world: World, step: Move): Promise<void> => {
  const { g, people, digests, requests } = world
  const nowMs = platform.clock.now()
  if (step.do === 'wait') {
    platform.clock.advance(step.hours * HOUR)
    await runTimers(platform)
    return
  }
  const actor = people[step.who]
  if (actor === undefined) throw new Error(`nobody is ${step.who}`)
  const { ctx } = actor
  const request = 'nth' in step ? requests[step.nth] : undefined
  if ('nth' in step && request === undefined) return
  const id = request?.id ?? ''
  switch (step.do) {
    case 'request': {
      const made = await requestApproval(ctx, { release: digests[step.release], policy: 'standard' })
      requests.unshift({ id: made.id, requester: step.who, release: step.release, yes: [], state: 'draft', approvedAtMs: 0 })
      return
    }
    case 'suspend':
      await suspendRelease(ctx, { digest: digests[step.release], reason: 'x' })
      world.suspended.add(step.release)
      return
    case 'restore':
      await restoreRelease(ctx, { digest: digests[step.release], reason: 'x' })
      world.suspended.delete(step.release)
      return
    case 'point':
      await pointEndpoint(ctx, 'e', '*', { targets: [{ release: digests[step.release], weight: 1 }] })
      return
    case 'rollback':
      await rollbackEndpoint(ctx, { endpoint: 'e', reason: 'x' })
      return
    case 'toggle':
      await setStanding(actor, { status: step.active ? 'active' : 'disabled' })
      return
    case 'submit':
      await submitApproval(ctx, id, g.evidence)
      Object.assign(request ?? {}, { yes: [], state: 'open' })
      return
    case 'withdraw':
      await withdrawApproval(ctx, { id })
      Object.assign(request ?? {}, { state: 'over' })
      return
    case 'revoke':
      await revokeApproval(ctx, { id, reason: 'x' })
      Object.assign(request ?? {}, { state: 'over' })
      return
    case 'sign': {
      const capacity = capacityOf(step)
      await signOff(ctx, { id, decision: step.decision, reason: 'x', ...(capacity === undefined ? {} : { capacity }) })
      if (request === undefined) return
      if (step.decision !== 'approve') request.state = 'over'
      else request.yes.push({ person: step.who, capacity: capacity ?? COUNTS[step.who]?.[0] ?? 'none' })
      if (isEnough(request)) Object.assign(request, { state: 'approved', approvedAtMs: nowMs })
    }
  }
}

const mayServe = ({ requests, suspended }: World, releaseIndex: number, nowMs: number): boolean =>
  !suspended.has(releaseIndex) &&
  requests.some((one) => one.release === releaseIndex && one.state === 'approved' && nowMs < one.approvedAtMs + EXPIRES_HOURS * HOUR)

/** The straight way to a served release; the rest of a sequence stands between its steps and after them. */
const STRAIGHT: readonly Move[] = [
  { do: 'request', who: 'developer', release: 0 },
  { do: 'submit', who: 'developer', nth: 0 },
  ...(['risk1', 'risk2', 'legal'] as const).map((signer) => ({ do: 'sign', who: signer, nth: 0, decision: 'approve', capacity: undefined }) as const),
  { do: 'point', who: 'developer', release: 0 },
]
const between = fc.array(fc.array(move, { maxLength: 2 }), { minLength: STRAIGHT.length, maxLength: STRAIGHT.length })
const after = fc.array(move, { maxLength: 40, size: 'max' })

describe('no sequence of calls by any set of people', () => {
  it('makes an unapproved digest servable', { timeout: 300_000 }, async () => {
    let run = 0
    let served = 0
    await fc.assert(
      fc.asyncProperty(between, after, async (noise, rest) => {
        run += 1
        platform.clock.set('2026-06-01T12:00:00.000Z')
        const project = `run-${run}`
        const world = await worldOf(project)
        const moves = [...STRAIGHT.flatMap((step, index) => [...(noise[index] ?? []), step]), ...rest]
        for (const step of moves) {
          await play(world, step).catch((error: unknown) => {
            expect(error).toMatchObject({ name: 'PlimsollError' })
          })
          const nowMs = platform.clock.now()
          const answer = resolveEndpoint(compileGate(await loadGateForGateway(platform, project)), 'e', nowMs, 0)
          if (!answer.allowed) continue
          served += 1
          expect(mayServe(world, world.digests.indexOf(answer.releaseDigest), nowMs), JSON.stringify(step)).toBe(true)
        }
      }),
      // Shrinking would play hundreds of worlds; the seed in the report plays the failing one again.
      { numRuns: 8, endOnFailure: true, examples: [[STRAIGHT.map(() => []), []]] },
    )
    // A gate that serves nothing would pass as well; the first example is served.
    expect(served).toBeGreaterThan(0)
  })
})
