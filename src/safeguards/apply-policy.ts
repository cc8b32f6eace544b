import { type Ctx, parse, permit } from '#platform/context'
import { inForce } from './bind-policy.ts'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import { inspectPatiently } from './inspect-patiently.ts'
import { type Applied, ApplyPolicy, type Direction, type Inspection, type Origin, type Policy, Verdict } from './model.ts'
import { can } from './permissions.ts'
import { getPolicy } from './read.ts'
import { transformer } from './transformer.ts'

/** Runs texts through a policy as the gateway would. Nothing is stored, and no text is logged. */
export const applyPolicy = async (ctx: Ctx, name: string, input: unknown): Promise<Applied> => {
  permit(ctx, can['apply-policy'])
  const { version, direction, origin, texts } = parse(ApplyPolicy, input)
  const policy = await getPolicy(ctx, name, version)
  const enforced = await inForce(ctx, policy.document)
  const compiled = compiledOnce(enforced)
  const startedNs = process.hrtime.bigint()
  const results: Inspection[] = []
  for (const text of texts) {
    results.push(await inspectOne(compiled, direction, text, origin))
    // A hundred long texts take seconds: others have their turn between them.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const micros = Number(process.hrtime.bigint() - startedNs) / 1000
  return { name: policy.name, version: policy.version, policy_digest: enforced.digest, verdict: strongest(results), results, micros }
}

/** Both stages; tokens and hashes are shown as placeholders, since nobody would turn them back. */
const inspectOne = async (compiled: CompiledPolicy | null, direction: Direction, text: string, origin: Origin): Promise<Inspection> => {
  if (compiled === null) return { verdict: 'pass', text, findings: [] }
  const { later, ...inspection } = await inspectPatiently(compiled, direction, text, origin, { secondStage: transformer() })
  return later === null ? inspection : { ...inspection, findings: [...inspection.findings, ...(await later)] }
}

const strongest = (results: readonly Inspection[]): Verdict =>
  Verdict.options[Math.max(...results.map(({ verdict }) => Verdict.options.indexOf(verdict)))]!

/** Compiling takes milliseconds; a policy never changes under its digest. The oldest goes when there are many. */
const cache = new Map<string, CompiledPolicy | null>()
const CACHED = 50

export const compiledOnce = ({ document, digest }: Pick<Policy, 'document' | 'digest'>): CompiledPolicy | null => {
  const known = cache.get(digest)
  if (known !== undefined) return known
  const compiled = compilePolicy(document, digest)
  const [oldest] = cache.keys()
  if (cache.size >= CACHED && oldest !== undefined) cache.delete(oldest)
  cache.set(digest, compiled)
  return compiled
}
