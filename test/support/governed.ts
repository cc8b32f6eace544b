import type { Card } from '#documentation'
import { draftCard, saveCard } from '#documentation'
import { type ApprovalPolicyDocument, buildRelease, createPolicy, type Release, requestApproval, signOff, submitApproval } from '#governance'
import type { Platform } from '#platform/context'
import { registeredVersion, row, type TestEvidence, testEvidence } from './evidence.ts'
import { type Enrolled, enrol } from './people.ts'

export const completeContent = (card: Card): Card['content'] => ({
  ...card.content,
  intended_use: { uses: 'Invoices.', users: 'Clerks.', out_of_scope: 'Medical advice.' },
  factors: 'Language.',
  risk: { rating: 'medium', reasons: 'Money.' },
  evaluation: { ...card.content.evaluation, observations: 'Good enough.' },
  ethical_considerations: 'None known.',
  trade_offs: 'Speed for accuracy.',
  limits: 'Only English.',
  contacts: 'ml@example.com',
})

/** Two risk people, then one lawyer. */
export const twoStages = {
  name: 'standard',
  risks: ['low', 'medium', 'high', 'unknown'],
  stages: [
    { name: 'risk', quorum: [{ capacity: 'risk', approvals: 2 }], deadline_hours: 24, escalate_to: { capacity: 'chief-risk' } },
    { name: 'legal', quorum: [{ capacity: 'legal', approvals: 1 }], deadline_hours: 48, escalate_to: { role: 'administrator' } },
  ],
  waivers: { capacity: 'chief-risk', max_days: 30 },
  expires_after_days: 90,
} as const

export interface Governed {
  readonly platform: Platform
  readonly evidence: TestEvidence
  readonly developer: Enrolled
  readonly administrator: Enrolled
  readonly risk: readonly [Enrolled, Enrolled, Enrolled]
  readonly legal: Enrolled
  readonly chief: Enrolled
  readonly responder: Enrolled
  /** A fresh release of a fresh model; `rows` are those of its report. */
  release(options?: { verdict?: string; simulated?: boolean; rows?: ReturnType<typeof row>[]; complete?: boolean; model?: string }): Promise<Release>
  /** Asked for and under review. */
  inReview(release: Release, policy?: string): Promise<string>
  /** Signed off by everyone whom the policy `standard` asks. */
  approved(options?: Parameters<Governed['release']>[0]): Promise<{ release: Release; approval: string }>
  policy(changes?: Partial<Record<keyof ApprovalPolicyDocument, unknown>>): Promise<string>
}

/** A project with everyone in it that a review needs. */
export const governed = async (platform: Platform, project: string): Promise<Governed> => {
  const evidence = testEvidence()
  const [developer, administrator, risk1, risk2, risk3, legal, chief, responder] = await Promise.all([
    enrol(platform, ['developer'], { project }),
    enrol(platform, ['administrator'], { project }),
    ...['risk', 'risk', 'risk', 'legal', 'chief-risk'].map((capacity) =>
      enrol(platform, ['approver'], { project, capacities: [capacity], name: capacity }),
    ),
    enrol(platform, ['responder'], { project }),
  ] as const)
  if (!administrator || !risk1 || !risk2 || !risk3 || !legal || !chief || !responder) throw new Error('somebody is missing')

  const policy: Governed['policy'] = async (changes = {}) => (await createPolicy(administrator.ctx, { ...twoStages, ...changes })).name
  await policy()

  const release: Governed['release'] = async ({ complete = true, model, ...report } = {}) => {
    const version = await registeredVersion(developer.ctx, model === undefined ? {} : { name: model })
    evidence.addReport(version, { created_by: developer.id, ...report })
    const card = await draftCard(developer.ctx, { model: version.model, version: version.version }, evidence)
    if (complete) await saveCard(developer.ctx, { id: card.id, content: completeContent(card), if_match: '*' }, evidence)
    return buildRelease(developer.ctx, { model: version.model, version: version.version }, evidence)
  }
  const inReview: Governed['inReview'] = async ({ digest }, name = 'standard') => {
    const { id } = await requestApproval(developer.ctx, { release: digest, policy: name })
    await submitApproval(developer.ctx, id, evidence)
    return id
  }
  return {
    platform,
    evidence,
    developer,
    administrator,
    risk: [risk1, risk2, risk3],
    legal,
    chief,
    responder,
    policy,
    release,
    inReview,
    approved: async (options) => {
      const made = await release(options)
      const id = await inReview(made)
      for (const who of [risk1, risk2, legal]) await signOff(who.ctx, { id, decision: 'approve' })
      return { release: made, approval: id }
    },
  }
}

export { row }
