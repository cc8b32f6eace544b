import { z } from 'zod'
import { Direction, Finding, Name, Origin, PolicyDocument, TagMatch, Verdict } from '../model.ts'

/** A share with its 95 % interval (Wilson). */
export const Share = z.object({ value: z.number(), low: z.number(), high: z.number() }).meta({ id: 'Share' })
export type Share = z.infer<typeof Share>

/** Of a whole test: keeps one request to seconds. */
export const MAX_CASES = 2_000
export const MAX_CHARACTERS = 4_000_000

/** A text of a test, with what is known of it. */
export const Case = z
  .strictObject({
    text: z.string().max(200_000),
    origin: Origin.default('user'),
    /** Whether there is something to be found. */
    label: z.boolean().optional(),
    /** What the policy should say. */
    expected: Verdict.optional(),
    /** A source, a language, a kind: rates are told by group. */
    group: z.string().min(1).max(100).optional(),
  })
  .meta({ id: 'SafeguardCase' })
export type Case = z.infer<typeof Case>

/** What is tried: a stored version, or a draft that is not stored yet. On the floor of today, as it would be enforced. */
const tried = {
  /** The newest when neither it nor a document is given. */
  version: z.int().min(1).optional(),
  document: PolicyDocument.optional(),
  /** Tags of the imagined call, for overrides. */
  tags: TagMatch.optional(),
}

export const NewTest = z
  .strictObject({
    ...tried,
    direction: Direction,
    cases: z.array(Case).min(1).max(MAX_CASES),
    /** `enforced`: only what is acted on counts as found; `all`: also what rules in detect mode would have found. */
    counts: z.enum(['enforced', 'all']).default('enforced'),
  })
  .superRefine(({ cases, version, document }, context) => {
    if (version !== undefined && document !== undefined)
      context.addIssue({ code: 'custom', path: ['document'], message: 'a version or a document, not both' })
    if (cases.reduce((sum, { text }) => sum + text.length, 0) > MAX_CHARACTERS)
      context.addIssue({ code: 'custom', path: ['cases'], message: `more than ${MAX_CHARACTERS} characters together` })
  })
  .meta({ id: 'NewSafeguardTest' })
export type NewTest = z.infer<typeof NewTest>

/** Of the cases with a label. A rate without cases is null. */
export const Confusion = z
  .object({
    true_positives: z.int(),
    false_positives: z.int(),
    true_negatives: z.int(),
    false_negatives: z.int(),
    recall: Share.nullable(),
    false_positive_rate: Share.nullable(),
    precision: Share.nullable(),
  })
  .meta({ id: 'Confusion' })
export type Confusion = z.infer<typeof Confusion>

/** Wall time of each look, in microseconds. */
export const Cost = z
  .object({ total_micros: z.number(), median_micros: z.number(), p99_micros: z.number(), most_micros: z.number(), characters: z.int() })
  .meta({ id: 'InspectionCost' })
export type Cost = z.infer<typeof Cost>

export const CaseResult = z.object({ verdict: Verdict, found: z.boolean(), text: z.string(), findings: z.array(Finding), micros: z.number() })
export type CaseResult = z.infer<typeof CaseResult>

export const TestReport = z
  .object({
    name: Name,
    /** Null for a draft. */
    version: z.int().nullable(),
    policy_digest: z.string(),
    direction: Direction,
    verdicts: z.record(Verdict, z.int()),
    confusion: Confusion.nullable(),
    /** Where verdicts were expected: expected against given, the pairs that occur. */
    expectations: z.array(z.object({ expected: Verdict, given: Verdict, cases: z.int() })),
    groups: z.array(z.object({ group: z.string(), cases: z.int(), found: z.int(), confusion: Confusion.nullable() })),
    kinds: z.array(z.object({ detector: z.string(), kind: z.string(), cases: z.int(), findings: z.int() })),
    cost: Cost,
    /** In the order of the cases. */
    results: z.array(CaseResult),
  })
  .meta({ id: 'SafeguardTest' })
export type TestReport = z.infer<typeof TestReport>

export const NewSimulation = z
  .strictObject({
    ...tried,
    /** Another version to compare with, on the same texts; without it the verdicts that were recorded. */
    baseline_version: z.int().min(1).optional(),
    /** The command line has a flag `from` of its own. */
    since: z.iso.datetime().optional(),
    until: z.iso.datetime().optional(),
    endpoint: z.string().max(200).optional(),
    release: z.string().max(100).optional(),
    /** Calls looked at, the newest first. */
    limit: z.int().min(1).max(MAX_CASES).default(500),
  })
  .meta({ id: 'NewSafeguardSimulation' })
export type NewSimulation = z.infer<typeof NewSimulation>

export const Simulation = z
  .object({
    name: Name,
    version: z.int().nullable(),
    policy_digest: z.string(),
    baseline: z.enum(['recorded', 'version']),
    calls: z.int(),
    /** The record keeps no text of these calls: nothing is known of them. */
    without_text: z.int(),
    /** Older calls than these fit the question, and were not looked at. */
    has_more: z.boolean(),
    matrix: z.array(z.object({ before: Verdict, after: Verdict, calls: z.int() })),
    blocks_gained: z.int(),
    blocks_lost: z.int(),
    endpoints: z.array(z.object({ endpoint: z.string(), calls: z.int(), blocked_before: z.int(), blocked_after: z.int() })),
    /** The first hundred calls whose verdict would be another. */
    changed: z.array(
      z.object({
        event: z.string(),
        at: z.iso.datetime(),
        endpoint: z.string(),
        before: Verdict,
        after: Verdict,
        kinds: z.array(z.string()),
      }),
    ),
    cost: Cost,
    /** What these figures cannot show. */
    notes: z.array(z.string()),
  })
  .meta({ id: 'SafeguardSimulation' })
export type Simulation = z.infer<typeof Simulation>
