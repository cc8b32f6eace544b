import { z } from 'zod'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { type Calibration, scoringPolicy } from './calibrate.ts'
import { can } from './permissions.ts'
import type { FindPastCalls } from './simulate-policy.ts'
import { findCalibration } from './store.ts'
import { transformer } from './transformer.ts'
import { MAX_CASES, Share } from './trial/model.ts'
import { createLooker } from './trial/run.ts'
import { shareOf } from './trial/tally.ts'

export const NewCalibrationCheck = z
  .strictObject({
    since: z.iso.datetime().optional(),
    until: z.iso.datetime().optional(),
    endpoint: z.string().max(200).optional(),
    limit: z.int().min(1).max(MAX_CASES).default(500),
  })
  .meta({ id: 'NewCalibrationCheck' })

export const CalibrationCheck = z
  .object({
    calibration: z.string(),
    budget: z.number(),
    calls: z.int(),
    without_text: z.int(),
    /** Of all traffic, attacks among it: an upper bound of the false positives. */
    flagged: z.int(),
    flagged_share: Share.nullable(),
    /** By the 95 % interval: surely within the budget, surely above it, or too few calls to say. */
    verdict: z.enum(['kept', 'exceeded', 'open']),
  })
  .meta({ id: 'CalibrationCheck' })
export type CalibrationCheck = z.infer<typeof CalibrationCheck>

/** Whether traffic of the past still keeps to a budget: it drifts, and the texts of a calibration do not. */
export const checkCalibration = async (ctx: Ctx, id: string, input: unknown, pastCalls: FindPastCalls): Promise<CalibrationCheck> => {
  permit(ctx, can['check-calibration'])
  const { since, until, endpoint, limit } = parse(NewCalibrationCheck, input)
  const calibration = await findCalibration(ctx.read, id)
  if (calibration === undefined) throw platformErrors.not_found({ kind: 'calibration', id })
  const calls = await pastCalls(ctx, { from: since, to: until, endpoint, limit })
  const look = createLooker(scoringPolicy(calibration.detector, calibration.options), 'sha256:calibration', { secondStage: transformer() })
  let looked = 0
  let flagged = 0
  for (const call of calls) {
    const text = call[calibration.direction]
    if (text === null) continue
    looked++
    if ((await look(text, calibration.direction)).found) flagged++
  }
  const share = shareOf(flagged, looked)
  return {
    calibration: id,
    budget: calibration.budget,
    calls: calls.length,
    without_text: calls.length - looked,
    flagged,
    flagged_share: share,
    verdict: verdictOf(share, calibration),
  }
}

const verdictOf = (share: Share | null, { budget }: Calibration): CalibrationCheck['verdict'] => {
  if (share === null) return 'open'
  return share.low > budget ? 'exceeded' : share.high <= budget ? 'kept' : 'open'
}
