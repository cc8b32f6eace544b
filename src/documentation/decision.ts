import { z } from 'zod'
import { type Digest as DigestText, digestOf } from '#platform/canonical'
import { Digest } from '#registry'
import { MetricRef } from './card.ts'

const Text = z.string().max(20_000).default('')
const Line = z.string().min(1).max(1000)
const Lines = z.array(Line).max(50).default([])

const Option = z.strictObject({ title: Line, description: Text, good: Lines, bad: Lines })

/** What was given up for what: both sides quoted from a report, and who took it upon them. */
const TradeOff = z.strictObject({ gained: MetricRef, lost: MetricRef, reason: Text, accepted_by: Line })

/** A decision record after MADR 4, with the trade-offs, the dissent, what it binds and when it is looked at again. */
export const DecisionContent = z
  .strictObject({
    title: Line,
    context: z.string().min(1).max(20_000),
    drivers: Lines,
    decision_makers: Lines,
    consulted: Lines,
    informed: Lines,
    options: z.array(Option).max(20).default([]),
    outcome: z.strictObject({ option: Line, reasons: Text, good: Lines, bad: Lines, confirmation: Text }).nullable().default(null),
    trade_offs: z.array(TradeOff).max(50).default([]),
    /** Who disagreed, and why: kept beside the outcome, never smoothed over. */
    dissent: z
      .array(z.strictObject({ by: Line, text: z.string().min(1).max(5000) }))
      .max(50)
      .default([]),
    /** Digests of what the decision is about: model versions, reports, cards, releases. */
    binds: z.array(Digest).max(50).default([]),
    review_by: z.iso.datetime().nullable().default(null),
    more_information: Text,
  })
  .superRefine(({ options, outcome }, context) => {
    const titles = options.map(({ title }) => title)
    if (new Set(titles).size !== titles.length) context.addIssue({ code: 'custom', path: ['options'], message: 'two options share a title' })
    if (outcome !== null && !titles.includes(outcome.option))
      context.addIssue({ code: 'custom', path: ['outcome', 'option'], message: 'is the title of one of the options' })
  })
  .meta({ id: 'DecisionContent' })
export type DecisionContent = z.infer<typeof DecisionContent>

export const DecisionStatus = z.enum(['proposed', 'accepted', 'rejected', 'deprecated', 'superseded'])
export type DecisionStatus = z.infer<typeof DecisionStatus>

/** Where a decision may go from where it is. Only a proposed one may be rewritten. */
export const DECISION_TRANSITIONS: Readonly<Record<DecisionStatus, readonly DecisionStatus[]>> = {
  proposed: ['accepted', 'rejected'],
  accepted: ['deprecated', 'superseded'],
  rejected: [],
  deprecated: ['superseded'],
  superseded: [],
}

/** Accepting asks for a real choice: two options at least, one of them chosen, with reasons. */
export const isDecidable = ({ options, outcome }: DecisionContent): boolean =>
  options.length >= 2 && outcome !== null && outcome.reasons.trim() !== ''

export const decisionDigest = (content: DecisionContent, status: DecisionStatus): DigestText => digestOf({ kind: 'decision-record', status, content })

export const SettleDecision = z
  .strictObject({
    status: DecisionStatus.exclude(['proposed']),
    reason: z.string().max(2000).default(''),
    /** The decision that takes its place; with `superseded` alone. */
    superseded_by: z.string().min(1).max(100).nullable().default(null),
  })
  .superRefine(({ status, superseded_by }, context) => {
    if ((status === 'superseded') !== (superseded_by !== null))
      context.addIssue({
        code: 'custom',
        path: ['superseded_by'],
        message: 'names the decision that takes its place, with the status superseded alone',
      })
  })
  .meta({ id: 'SettleDecision' })
export type SettleDecision = z.infer<typeof SettleDecision>

const decisionFields = {
  title: z.string(),
  status: DecisionStatus,
  version: z.int().min(1),
  digest: Digest,
  superseded_by: z.string().nullable(),
  review_by: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
  created_by: z.string(),
  updated_at: z.iso.datetime(),
  updated_by: z.string(),
}

export const DecisionSummary = z.object({ id: z.string(), ...decisionFields }).meta({ id: 'DecisionSummary' })
export type DecisionSummary = z.infer<typeof DecisionSummary>

export const Decision = z.object({ id: z.string(), ...decisionFields, content: DecisionContent }).meta({ id: 'Decision' })
export type Decision = z.infer<typeof Decision>

export const DecisionVersion = z
  .object({
    decision_id: z.string(),
    version: z.int().min(1),
    digest: Digest,
    status: DecisionStatus,
    content: DecisionContent,
    reason: z.string(),
    created_at: z.iso.datetime(),
    created_by: z.string(),
  })
  .meta({ id: 'DecisionVersion' })
export type DecisionVersion = z.infer<typeof DecisionVersion>
