import { z } from 'zod'
import { etagOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { applyPolicy } from './apply-policy.ts'
import { Calibration, calibrate, listCalibrations, NewCalibration } from './calibrate.ts'
import { CalibrationCheck, checkCalibration, NewCalibrationCheck } from './check-calibration.ts'
import { createPolicy } from './create-policy.ts'
import { getFloor, listFloorVersions, setFloor } from './floor.ts'
import { Applied, ApplyPolicy, Floor, Name, NewFloor, NewPolicy, Policy } from './model.ts'
import { can } from './permissions.ts'
import { getPolicy, listPolicies, listPolicyVersions } from './read.ts'
import { NewReplay, ReplayAnswer, type ReplayDeps, replayEvent } from './replay.ts'
import { type FindPastCalls, simulatePolicy } from './simulate-policy.ts'
import { testPolicy } from './test-policy.ts'
import { NewSimulation, NewTest, Simulation, TestReport } from './trial/model.ts'

const byName = z.object({ name: Name })
const byVersion = byName.extend({ version: z.coerce.number().int().min(1) })

/** What rooms to the right know of the past. */
export interface SafeguardDeps extends ReplayDeps {
  readonly pastCalls: FindPastCalls
}

/** A file of texts, not a form: the same bound as the cases have together, with room for its JSON. */
const FILE_BYTES = 16_777_216

export const safeguardRoutes = (deps: SafeguardDeps): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/safeguards',
    summary: 'Create a safeguard policy, or its next version',
    permission: can['create-policy'],
    body: NewPolicy,
    status: 201,
    response: Policy,
    errors: ['policy_unchanged', 'conflict', 'transformer_unavailable'],
    run: ({ ctx, body }) => createPolicy(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards',
    summary: 'Safeguard policies by name, the newest version of each',
    permission: can.read,
    query: ListQuery,
    response: pageOf(Policy),
    run: ({ ctx, query }) => listPolicies(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards/floor',
    summary: "The organisation's floor under every policy",
    permission: can.read,
    response: Floor,
    run: async ({ ctx }) => {
      const floor = await getFloor(ctx)
      return reply(floor, { etag: etagOf(floor.version) })
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/safeguards/floor',
    summary: "Set the organisation's floor",
    description: 'The next version of it, in force at once under every policy and release of every project. A release built from now on binds it.',
    permission: can['set-floor'],
    body: NewFloor,
    response: Floor,
    errors: ['precondition_required', 'precondition_failed', 'conflict'],
    run: async ({ ctx, body, ifMatch }) => {
      const floor = await setFloor(ctx, { ifMatch, floor: body })
      return reply(floor, { etag: etagOf(floor.version) })
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards/floor/versions',
    summary: 'The versions of the floor, newest first',
    permission: can.read,
    query: ListQuery,
    response: pageOf(Floor),
    run: ({ ctx, query }) => listFloorVersions(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards/:name',
    summary: 'The newest version of a safeguard policy',
    permission: can.read,
    params: byName,
    response: Policy,
    run: ({ ctx, params }) => getPolicy(ctx, params.name),
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards/:name/versions',
    summary: 'The versions of a safeguard policy, newest first',
    permission: can.read,
    params: byName,
    query: ListQuery,
    response: pageOf(Policy),
    run: ({ ctx, params, query }) => listPolicyVersions(ctx, params.name, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards/:name/versions/:version',
    summary: 'One version of a safeguard policy',
    permission: can.read,
    params: byVersion,
    response: Policy,
    run: ({ ctx, params }) => getPolicy(ctx, params.name, params.version),
  }),
  route({
    method: 'POST',
    path: '/api/v1/safeguards/:name/apply',
    summary: 'Run texts through a safeguard policy',
    description: 'Answers what the gateway would do with each text. Nothing is stored.',
    permission: can['apply-policy'],
    params: byName,
    body: ApplyPolicy,
    response: Applied,
    run: ({ ctx, params, body }) => applyPolicy(ctx, params.name, body),
  }),
  route({
    method: 'POST',
    path: '/api/v1/safeguards/:name/tests',
    summary: 'Test a safeguard policy on labelled texts',
    description: 'A stored version or a draft, on the floor: verdicts, a confusion table with intervals, groups, cost. Nothing is stored.',
    permission: can['test-policy'],
    params: byName,
    body: NewTest,
    response: TestReport,
    maxBodyBytes: FILE_BYTES,
    run: ({ ctx, params, body }) => testPolicy(ctx, params.name, body),
  }),
  route({
    method: 'POST',
    path: '/api/v1/safeguards/:name/simulations',
    summary: 'Simulate a safeguard policy on past calls',
    description: 'What a stored version or a draft would have said about calls whose texts are still kept: blocks gained and lost, by endpoint.',
    permission: can['simulate-policy'],
    params: byName,
    body: NewSimulation,
    response: Simulation,
    run: ({ ctx, params, body }) => simulatePolicy(ctx, params.name, body, deps.pastCalls),
  }),
  route({
    method: 'POST',
    path: '/api/v1/safeguards/calibrations',
    summary: 'Thresholds from a budget of false positives',
    description:
      'Takes benign texts of your own traffic and the share of them that may be flagged; answers the options for a rule, and how often each language is flagged. The texts are not kept.',
    permission: can.calibrate,
    body: NewCalibration,
    status: 201,
    response: Calibration,
    errors: ['too_few_texts', 'calibration_failed'],
    maxBodyBytes: FILE_BYTES,
    run: ({ ctx, body }) => calibrate(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards/calibrations',
    summary: 'Calibrations, newest first',
    permission: can.read,
    query: ListQuery,
    response: pageOf(Calibration),
    run: ({ ctx, query }) => listCalibrations(ctx, query),
  }),
  route({
    method: 'POST',
    path: '/api/v1/safeguards/calibrations/:id/checks',
    summary: 'Whether past calls keep to the budget of a calibration',
    description:
      'What its thresholds flag of calls whose texts are still kept. Attacks among them count too: above the budget is a reason to look, not a proof.',
    permission: can['check-calibration'],
    params: z.object({ id: z.string().max(64) }),
    body: NewCalibrationCheck,
    response: CalibrationCheck,
    run: ({ ctx, params, body }) => checkCalibration(ctx, params.id, body, deps.pastCalls),
  }),
  route({
    method: 'POST',
    path: '/api/v1/safeguards/replays',
    summary: 'Repeat the verdict on a past call',
    description:
      'Under the policy that the call met, with its exceptions and floor as of then. The bundle in the answer repeats it without a server.',
    permission: can.replay,
    body: NewReplay,
    response: ReplayAnswer,
    errors: ['replay_without_text'],
    run: ({ ctx, body }) => replayEvent(ctx, body, deps),
  }),
]
