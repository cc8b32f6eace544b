import { type Ctx, parse, permit } from '#platform/context'
import { Name } from './model.ts'
import { can } from './permissions.ts'
import { transformer } from './transformer.ts'
import { NewTest, type TestReport } from './trial/model.ts'
import { policyToTry } from './trial/policy-to-try.ts'
import { createLooker } from './trial/run.ts'
import { tally } from './trial/tally.ts'

/** Runs labelled texts through a policy, or a draft of one: what is found, what is missed, what it costs. Nothing is stored, and no text is logged. */
export const testPolicy = async (ctx: Ctx, name: string, input: unknown): Promise<TestReport> => {
  permit(ctx, can['test-policy'])
  const { direction, cases, counts, tags, ...which } = parse(NewTest, input)
  const { version, document, digest } = await policyToTry(ctx, name, which)
  const look = createLooker(document, digest, { secondStage: transformer(), tags, counts, nowMs: ctx.clock.now })
  const results = []
  for (const { text, origin } of cases) results.push(await look(text, direction, origin))
  return { name: Name.parse(name), version, policy_digest: digest, direction, ...tally(cases, results) }
}
