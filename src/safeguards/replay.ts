import { z } from 'zod'
import { digestOf } from '#platform/canonical'
import { type Ctx, DEFAULT_PROJECT, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { type BoundPolicy, loadBoundPolicy } from './bind-policy.ts'
import { composePolicies, FLOOR_ONLY } from './compose.ts'
import { safeguardErrors } from './errors.ts'
import { Action, Direction, SafeguardPolicy, Span, TagMatch, Verdict } from './model.ts'
import { can } from './permissions.ts'
import type { SecondStage } from './second-stage.ts'
import { type PastCall, recordedVerdict } from './simulate-policy.ts'
import { listFloors } from './store.ts'
import { transformer } from './transformer.ts'
import { createLooker } from './trial/run.ts'

/** A finding as an event keeps it. */
const Recorded = z.object({
  detector: z.string(),
  kind: z.string(),
  direction: Direction,
  action: Action,
  enforced: z.boolean(),
  confidence: z.number(),
  span: Span,
  policy_digest: z.string(),
})
type Recorded = z.infer<typeof Recorded>

/** Everything that a verdict follows from: enough to repeat it on a machine without a server. */
export const ReplayBundle = z
  .object({
    schema: z.literal('plimsoll.replay/1'),
    event: z.string(),
    at: z.iso.datetime(),
    tags: z.record(z.string(), z.string().nullable()),
    document: SafeguardPolicy,
    policy_digest: z.string(),
    texts: z.object({ input: z.string().nullable(), output: z.string().nullable() }),
    recorded: z.array(Recorded),
  })
  .meta({ id: 'SafeguardReplayBundle' })
export type ReplayBundle = z.infer<typeof ReplayBundle>

/** `moved`: the same at another place, where the record holds several messages as one text. `hidden`: what stood there was masked for the record. */
export const Standing = z.enum(['reproduced', 'moved', 'hidden', 'lost'])

export const Replay = z
  .object({
    event: z.string(),
    policy_digest: z.string(),
    recorded_verdict: Verdict,
    verdict: Verdict,
    /** Every recorded finding came again, at its place and with its confidence, and no other. */
    identical: z.boolean(),
    findings: z.array(Recorded.extend({ standing: Standing })),
    /** Found now and not recorded: in placeholders, or where texts were joined. */
    additional: z.array(Recorded),
  })
  .meta({ id: 'SafeguardReplay' })
export type Replay = z.infer<typeof Replay>

export const ReplayAnswer = z.object({ replay: Replay, bundle: ReplayBundle }).meta({ id: 'SafeguardReplayAnswer' })
export const NewReplay = z.strictObject({ event: z.string().min(1).max(64) }).meta({ id: 'NewSafeguardReplay' })

export interface ReplayDeps {
  /** With its texts; who may not read them is refused there. */
  readonly pastCall: (ctx: Ctx, id: string) => Promise<PastCall>
  /** What the release of this digest binds. */
  readonly boundBy: (ctx: Ctx, release: string) => Promise<BoundPolicy | null>
}

/** Repeats the verdict on a call of the past under the very policy that it met. */
export const replayEvent = async (ctx: Ctx, input: unknown, deps: ReplayDeps): Promise<z.infer<typeof ReplayAnswer>> => {
  permit(ctx, can.replay)
  const { event } = parse(NewReplay, input)
  const call = await deps.pastCall(ctx, event)
  if (call.input === null && call.output === null) throw safeguardErrors.replay_without_text({ event })
  if (call.release === null) throw platformErrors.not_found({ kind: 'release of event', id: event })
  const { document, digest } = await policyOf(ctx, call, await deps.boundBy(ctx, call.release))
  const bundle: ReplayBundle = {
    schema: 'plimsoll.replay/1',
    event,
    at: call.at,
    tags: call.tags,
    document,
    policy_digest: digest,
    texts: { input: call.input, output: call.output },
    recorded: call.findings.map((finding) => ({ ...finding })),
  }
  return { replay: await replay(bundle, transformer()), bundle }
}

/** What was in force: told by the findings' digest, and where nothing was found by the time. Floors only add, so each is tried on what was bound. */
const policyOf = async (ctx: Ctx, call: PastCall, bound: BoundPolicy | null): Promise<{ document: SafeguardPolicy; digest: string }> => {
  const own = bound === null ? FLOOR_ONLY : await loadBoundPolicy(ctx, bound)
  if (own === undefined) throw platformErrors.not_found({ kind: 'safeguard policy', id: bound?.digest ?? '' })
  const floors = await listFloors(ctx.store.at(DEFAULT_PROJECT), undefined, MAX_FLOORS)
  const candidates = [own, ...floors.map(({ document }) => composePolicies(document, own))].map((document) => ({
    document,
    digest: digestOf(document),
  }))
  const named = call.findings[0]?.policy_digest
  if (named !== undefined) {
    const match = candidates.find(({ digest }) => digest === named)
    if (match === undefined) throw platformErrors.not_found({ kind: 'safeguard policy', id: named })
    return match
  }
  const before = floors.findIndex(({ created_at }) => created_at !== null && Date.parse(created_at) <= Date.parse(call.at))
  return candidates[before + 1]!
}

const MAX_FLOORS = 1_000

/** Needs no server: the same bundle gives the same answer wherever the same weights are. */
export const replay = async (bundle: ReplayBundle, secondStage: SecondStage | null): Promise<Replay> => {
  const { document, policy_digest, texts, recorded } = bundle
  if (digestOf(document) !== policy_digest) throw safeguardErrors.replay_altered()
  const tags = TagMatch.safeParse(Object.fromEntries(Object.entries(bundle.tags).filter(([, value]) => value !== null))).data ?? {}
  const atMs = Date.parse(bundle.at)
  const look = createLooker(document, policy_digest, { secondStage, tags, nowMs: () => atMs })
  const again: Recorded[] = []
  for (const direction of Direction.options) {
    const text = texts[direction]
    if (text !== null) again.push(...(await look(text, direction)).findings)
  }
  const left = [...again]
  const findings = recorded.map((finding) => {
    const exact = left.findIndex((other) => isSame(finding, other) && isSamePlace(finding, other))
    if (exact >= 0) left.splice(exact, 1)
    return { finding, exact: exact >= 0 }
  })
  const standings = findings.map(({ finding, exact }) => {
    if (exact) return { ...finding, standing: 'reproduced' as const }
    const moved = left.findIndex((other) => isSame(finding, other))
    if (moved >= 0) left.splice(moved, 1)
    return { ...finding, standing: moved >= 0 ? ('moved' as const) : isHidden(finding) ? ('hidden' as const) : ('lost' as const) }
  })
  return {
    event: bundle.event,
    policy_digest,
    recorded_verdict: recordedVerdict({ findings: recorded }),
    verdict: recordedVerdict({ findings: again }),
    identical: left.length === 0 && standings.every(({ standing }) => standing === 'reproduced'),
    findings: standings,
    additional: left,
  }
}

const isSame = (a: Recorded, b: Recorded): boolean =>
  a.detector === b.detector && a.kind === b.kind && a.direction === b.direction && a.action === b.action && a.enforced === b.enforced

/** Confidence too: a model that has changed gives another, to the last bits. */
const isSamePlace = (a: Recorded, b: Recorded): boolean =>
  a.span.start === b.span.start && a.span.end === b.span.end && Math.abs(a.confidence - b.confidence) < 1e-9

const isHidden = ({ enforced, action, detector }: Recorded): boolean =>
  (enforced && (action === 'mask' || action === 'hash' || action === 'tokenise')) || detector === 'pii' || detector === 'secrets'
