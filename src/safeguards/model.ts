import { z } from 'zod'
import { schemaProblem } from './detectors/json-document.ts'
import { patternProblem } from './detectors/user-pattern.ts'
import { PII_KINDS } from './pii/kinds.ts'

/**
 * What happens to a match. `allow` exempts what it covers from the other rules of its layer (an exception), and is recorded. `hash` puts a
 * keyed digest in its place, `tokenise` a token (`[EMAIL_1]`) that becomes the value again on its way back to the caller.
 */
export const Action = z.enum(['allow', 'mask', 'hash', 'tokenise', 'block', 'flag'])
export type Action = z.infer<typeof Action>

/**
 * `detect` records the finding and touches nothing: the way to try a rule on live traffic. `async` lets the text go on without waiting for
 * the rule: what it finds is recorded when it is found, and a block ends the answer there, with what has been shown by then.
 */
export const Mode = z.enum(['enforce', 'detect', 'async'])
export type Mode = z.infer<typeof Mode>

/** What a rule that cannot be carried out means for the text: `closed` blocks it, `open` lets it pass. A finding either way. */
export const FailureMode = z.enum(['closed', 'open'])
export type FailureMode = z.infer<typeof FailureMode>

/** What holds when the second stage is overloaded: what the first stage says by itself, or the rule's failure mode. A finding either way. */
export const OverloadMode = z.enum(['first-stage', 'fail'])
export type OverloadMode = z.infer<typeof OverloadMode>

export const Direction = z.enum(['input', 'output'])
export type Direction = z.infer<typeof Direction>

export const PiiKind = z.enum(PII_KINDS)
export type PiiKind = z.infer<typeof PiiKind>

/** How readily a classifier speaks up: at about 0.1, 1 and 5 % of benign texts that it has not seen. */
export const Sensitivity = z.enum(['low', 'medium', 'high'])
export type Sensitivity = z.infer<typeof Sensitivity>

/** Who wrote a text of the input: the caller, or a document (a tool's answer, a retrieved page), which has no orders to give. */
export const Origin = z.enum(['user', 'document'])
export type Origin = z.infer<typeof Origin>

/** Two-letter regions whose national phone numbers are read without a leading +. */
const Regions = z.array(z.string().regex(/^[A-Z]{2}$/)).max(10)

const Term = z.string().trim().min(1).max(100)
export const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dot, dash and underscore; at most 63; starts with a letter or digit')

const rule = <D extends string, O extends z.ZodType>(detector: D, options: O) =>
  z.strictObject({
    detector: z.literal(detector),
    action: Action,
    mode: Mode.default('enforce'),
    /** `closed`, but for rules that only flag or allow. */
    on_failure: FailureMode.optional(),
    on_overload: OverloadMode.optional(),
    /** For the second stage, all texts of one look together; 1,000 when it is not given. */
    deadline_ms: z.int().min(1).max(30_000).optional(),
    /** Of an exception (`allow`): from here on it exempts nothing. */
    expires_at: z.iso.datetime().optional(),
    options,
  })

export const PiiOptions = z.strictObject({
  kinds: z.array(PiiKind).min(1).max(PII_KINDS.length).default(['email', 'phone', 'card', 'iban', 'ip', 'us-ssn']),
  regions: Regions.default(['US', 'GB', 'DE']),
})
export type PiiOptions = z.infer<typeof PiiOptions>

export const WordsOptions = z.strictObject({
  words: z.array(Term).min(1).max(10_000),
  /** false also finds the words inside longer words. */
  whole_word: z.boolean().default(true),
})
export type WordsOptions = z.infer<typeof WordsOptions>

/** Open-ended repetitions (`*`, `+`, `{2,}`) stop at 200, so that a match has a length and a stream an end to its waiting. */
export const RegexOptions = z
  .strictObject({
    patterns: z
      .array(z.strictObject({ name: Name, pattern: z.string().min(1).max(500) }))
      .min(1)
      .max(50),
    case_sensitive: z.boolean().default(true),
  })
  .superRefine(({ patterns, case_sensitive }, context) => {
    patterns.forEach(({ pattern }, index) => {
      const problem = patternProblem(pattern, case_sensitive)
      if (problem !== null) context.addIssue({ code: 'custom', path: ['patterns', index, 'pattern'], message: problem })
    })
  })
export type RegexOptions = z.infer<typeof RegexOptions>

/** false: the linear models decide alone; no transformer is asked where they are in doubt. */
const Transformer = z.boolean().default(true)

/** Scores at which a finding begins, by kind, in place of the sensitivity's: from a budget of false positives (calibrate.ts). Above 1 nothing is found. */
const Threshold = z.number().min(0).max(2)

export const AttackKind = z.enum(['attack', 'embedded-instruction'])
export type AttackKind = z.infer<typeof AttackKind>

export const PromptAttackOptions = z.strictObject({
  sensitivity: Sensitivity.default('medium'),
  transformer: Transformer,
  thresholds: z.partialRecord(AttackKind, Threshold).optional(),
})
export type PromptAttackOptions = z.infer<typeof PromptAttackOptions>

export const HarmCategory = z.enum(['hate', 'insult', 'sexual', 'violence', 'self-harm', 'misconduct'])
export type HarmCategory = z.infer<typeof HarmCategory>

export const HarmOptions = z.strictObject({
  categories: z
    .array(HarmCategory)
    .min(1)
    .max(HarmCategory.options.length)
    .default([...HarmCategory.options]),
  sensitivity: Sensitivity.default('medium'),
  transformer: Transformer,
  thresholds: z.partialRecord(HarmCategory, Threshold).optional(),
})
export type HarmOptions = z.infer<typeof HarmOptions>

/** Host names that an answer may show images of and link to. */
export const LinksOptions = z.strictObject({
  allowed_hosts: z
    .array(z.string().regex(/^[a-z0-9.-]{1,253}$/, 'a host name in lower case'))
    .max(500)
    .default([]),
  kinds: z
    .array(z.enum(['image', 'link', 'script']))
    .min(1)
    .default(['image', 'script']),
})
export type LinksOptions = z.infer<typeof LinksOptions>

/** Of one text: a message, an answer, a tool's arguments. UTF-16 units. */
export const LengthOptions = z.strictObject({ max_characters: z.int().min(1).max(1_000_000) })
export type LengthOptions = z.infer<typeof LengthOptions>

export const LanguageCode = z.string().regex(/^[a-z]{2}$/, 'a code of ISO 639-1 such as en or de')

export const LanguageOptions = z.strictObject({ allowed: z.array(LanguageCode).min(1).max(60) })
export type LanguageOptions = z.infer<typeof LanguageOptions>

/** Where the lists come from: the packages cuss (those that it grades) and @2toad/profanity. */
export const PROFANITY_LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'hi', 'it', 'ja', 'ko', 'pt', 'ru', 'zh'] as const

export const ProfanityOptions = z.strictObject({
  languages: z.array(z.enum(PROFANITY_LANGUAGES)).min(1).max(PROFANITY_LANGUAGES.length).default(['en']),
  /** `low`: words that both lists know as sure; `medium`: all that are rated as sure; `high`: also words that are often harmless. */
  sensitivity: Sensitivity.default('low'),
})
export type ProfanityOptions = z.infer<typeof ProfanityOptions>

/** Found with a hyphen, a space or nothing between their parts, and as the name of a site. */
export const CompetitorsOptions = z.strictObject({ names: z.array(Term.min(2)).min(1).max(1000) })
export type CompetitorsOptions = z.infer<typeof CompetitorsOptions>

export const PromptLeakOptions = z
  .strictObject({
    /** Strings that stand in a prompt and nowhere else; found in base64, hex, reversed, rot13 and spaced out as well. */
    canaries: z.array(z.string().trim().min(8).max(100)).max(50).default([]),
    /** Confidential passages, word for word. */
    passages: z.array(z.string().min(1).max(100_000)).max(20).default([]),
    /** Also the system prompt of the release that answers. */
    release_prompt: z.boolean().default(true),
    /** As many words in a row of a passage are a leak. */
    least_words: z.int().min(5).max(100).default(12),
  })
  .refine(({ canaries, passages, release_prompt }) => release_prompt || canaries.length + passages.length > 0, 'name what must not leak')
export type PromptLeakOptions = z.infer<typeof PromptLeakOptions>

/** Both are judged when all of the text is there. */
export const JsonSchemaOptions = z
  .strictObject({
    /** The text of an answer, or the arguments of a tool call. */
    where: z.enum(['text', 'tool-arguments']).default('text'),
    /** The tool whose arguments these are; every tool when it is not given. */
    tool: z.string().min(1).max(200).optional(),
    /** JSON Schema 2020-12, at most 64 kB, without recursion; its patterns run in linear time. */
    schema: z.record(z.string(), z.unknown()),
  })
  .superRefine(({ where, tool, schema }, context) => {
    if (tool !== undefined && where !== 'tool-arguments') context.addIssue({ code: 'custom', path: ['tool'], message: 'only with tool-arguments' })
    const problem = schemaProblem(schema)
    if (problem !== null) context.addIssue({ code: 'custom', path: ['schema'], message: problem })
  })
export type JsonSchemaOptions = z.infer<typeof JsonSchemaOptions>

export const Topic = z.strictObject({
  name: Name,
  description: z.string().trim().min(3).max(1000),
  examples: z.array(z.string().trim().min(3).max(500)).max(50).default([]),
})
export type Topic = z.infer<typeof Topic>

/** What is not to be talked about. A topic is its description and its examples, compared by meaning. */
export const TopicsOptions = z
  .strictObject({ topics: z.array(Topic).min(1).max(30), sensitivity: Sensitivity.default('medium') })
  .refine(({ topics }) => new Set(topics.map(({ name }) => name)).size === topics.length, { path: ['topics'], message: 'two topics have one name' })
export type TopicsOptions = z.infer<typeof TopicsOptions>

const NoOptions = z.strictObject({}).prefault({})

export const Rule = z
  .discriminatedUnion('detector', [
    rule('pii', PiiOptions.prefault({})),
    rule('words', WordsOptions),
    rule('regex', RegexOptions),
    rule('secrets', NoOptions),
    rule('hidden-text', NoOptions),
    rule('links', LinksOptions.prefault({})),
    rule('prompt-attack', PromptAttackOptions.prefault({})),
    rule('harm', HarmOptions.prefault({})),
    rule('length', LengthOptions),
    rule('language', LanguageOptions),
    rule('code', NoOptions),
    rule('profanity', ProfanityOptions.prefault({})),
    rule('competitors', CompetitorsOptions),
    rule('prompt-leak', PromptLeakOptions.prefault({})),
    rule('json-schema', JsonSchemaOptions),
    rule('topics', TopicsOptions),
  ])
  .meta({ id: 'SafeguardRule' })
export type Rule = z.infer<typeof Rule>
export type DetectorName = Rule['detector']

/** Detectors whose finding is no stretch that could be written over. */
const UNMASKABLE: ReadonlySet<DetectorName> = new Set(['length', 'json-schema'])

const ruleProblem = ({ detector, action, expires_at }: Rule, direction: Direction): { field: string; message: string } | null => {
  if (expires_at !== undefined && action !== 'allow') return { field: 'expires_at', message: 'only exceptions (allow) expire' }
  if (UNMASKABLE.has(detector) && action !== 'block' && action !== 'flag') return { field: 'action', message: `${detector} can block or flag` }
  if (direction === 'output' && action === 'tokenise')
    return { field: 'action', message: 'tokens stand in for values of the input: mask or hash here' }
  return null
}

/** Up to 64 a direction, and what each says must make sense there. */
const rulesOn = (direction: Direction) =>
  z
    .array(Rule)
    .max(64)
    .superRefine((rules, context) => {
      for (const [index, rule] of rules.entries()) {
        const problem = ruleProblem(rule, direction)
        if (problem !== null) context.addIssue({ code: 'custom', path: [index, problem.field], message: problem.message })
      }
    })
    .default([])

const rules = { input: rulesOn('input'), output: rulesOn('output') }

/** What happens to content of the input that no rule can read (images, sound); `pass` when it is not given. */
const Uninspected = z.enum(['pass', 'flag', 'block'])

/** The four tags of a call, by the names that they have in events. */
export const TagMatch = z
  .strictObject({
    criticality: z.string().min(1).max(100).optional(),
    domain: z.string().min(1).max(100).optional(),
    compliance: z.string().min(1).max(100).optional(),
    cost_centre: z.string().min(1).max(100).optional(),
  })
  .refine((tags) => Object.values(tags).some((value) => value !== undefined), 'name at least one tag')
export type TagMatch = z.infer<typeof TagMatch>

/**
 * Rules for calls with these tags, all of them. `add`: beside the others, so a caller's own tags count. `replace`: instead of the policy's
 * rules, so only tags count that the operator gave to the key or the endpoint; of several the last holds. Never instead of the floor.
 */
export const Override = z
  .strictObject({ tags: TagMatch, effect: z.enum(['add', 'replace']).default('add'), ...rules })
  .superRefine(({ effect, input, output }, context) => {
    if (effect === 'replace') return
    for (const [direction, own] of Object.entries({ input, output }))
      for (const [index, { action }] of own.entries())
        if (action === 'allow')
          context.addIssue({
            code: 'custom',
            path: [direction, index, 'action'],
            message: 'a caller can send any tag: an exception takes effect replace',
          })
  })
export type Override = z.infer<typeof Override>

/** The organisation's own rules, under every policy of every project. */
export const FloorDocument = z.strictObject({ ...rules, uninspected: Uninspected.optional() }).meta({ id: 'SafeguardFloorDocument' })
export type FloorDocument = z.infer<typeof FloorDocument>

const document = z.strictObject({
  schema: z.literal('plimsoll.safeguards/1').default('plimsoll.safeguards/1'),
  ...rules,
  uninspected: Uninspected.optional(),
  overrides: z.array(Override).max(20).optional(),
})

/** What a project writes. Rules are independent: their order decides nothing but ties between masks. */
export const PolicyDocument = document.meta({ id: 'NewSafeguardPolicyDocument' })

/** The document that a release binds by digest: a policy, with the floor that it stands on where there is one (composePolicies). */
export const SafeguardPolicy = document.extend({ floor: FloorDocument.optional() }).meta({ id: 'SafeguardPolicyDocument' })
export type SafeguardPolicy = z.infer<typeof SafeguardPolicy>

/** UTF-16 units of the text as it came, before any normalisation. */
export const Span = z.object({ start: z.int().nonnegative(), end: z.int().nonnegative() })
export type Span = z.infer<typeof Span>

export const Finding = z
  .object({
    detector: z.string(),
    kind: z.string(),
    span: Span,
    action: Action,
    /** false in `detect` mode: the finding is a record only. */
    enforced: z.boolean(),
    confidence: z.number().min(0).max(1),
    direction: Direction,
    policy_digest: z.string(),
  })
  .meta({ id: 'SafeguardFinding' })
export type Finding = z.infer<typeof Finding>

export const Verdict = z.enum(['pass', 'flag', 'mask', 'block'])
export type Verdict = z.infer<typeof Verdict>

/** `text` is what may go on: the text with its masks or, when blocked, what stood before the first blocked span. */
export const Inspection = z.object({ verdict: Verdict, text: z.string(), findings: z.array(Finding) })
export type Inspection = z.infer<typeof Inspection>

/** One version of a policy. It never changes: a release binds `digest`, and a change is the next version. */
export const Policy = z
  .object({
    id: z.string(),
    name: Name,
    version: z.int().min(1),
    description: z.string(),
    document: SafeguardPolicy,
    digest: z.string(),
    created_at: z.iso.datetime(),
    created_by: z.string(),
  })
  .meta({ id: 'SafeguardPolicy' })
export type Policy = z.infer<typeof Policy>

/** Words of the paths under /api/v1/safeguards, and the name that a release has its floor under where it has no policy. */
export const FLOOR_NAME = 'organisation-floor'
const RESERVED: ReadonlySet<string> = new Set([FLOOR_NAME, 'floor', 'calibrations', 'replays'])

export const NewPolicy = z
  .strictObject({
    name: Name.refine((name) => !RESERVED.has(name), 'a name that is taken by the server'),
    description: z.string().max(4000).default(''),
    document: PolicyDocument,
  })
  .meta({ id: 'NewSafeguardPolicy' })
export type NewPolicy = z.infer<typeof NewPolicy>

/** One version of the organisation's floor. The newest is in force everywhere, also under releases that were approved before it. */
export const Floor = z
  .object({
    /** 0 while nobody has set one: nothing is required of projects then. */
    version: z.int().min(0),
    document: FloorDocument,
    digest: z.string(),
    reason: z.string(),
    created_at: z.iso.datetime().nullable(),
    created_by: z.string().nullable(),
  })
  .meta({ id: 'SafeguardFloor' })
export type Floor = z.infer<typeof Floor>

export const NewFloor = z.strictObject({ document: FloorDocument, reason: z.string().trim().min(3).max(2000) }).meta({ id: 'NewSafeguardFloor' })
export type NewFloor = z.infer<typeof NewFloor>

export const ApplyPolicy = z
  .strictObject({
    /** The newest when it is not given. */
    version: z.int().min(1).optional(),
    direction: Direction,
    origin: Origin.default('user'),
    texts: z.array(z.string().max(1_000_000)).min(1).max(100),
  })
  .meta({ id: 'ApplySafeguardPolicy' })
export type ApplyPolicy = z.infer<typeof ApplyPolicy>

export const Applied = z
  .object({
    name: Name,
    version: z.int(),
    policy_digest: z.string(),
    /** The strongest of the results. */
    verdict: Verdict,
    results: z.array(Inspection),
    /** Time that the inspection itself took. */
    micros: z.number(),
  })
  .meta({ id: 'AppliedSafeguardPolicy' })
export type Applied = z.infer<typeof Applied>
