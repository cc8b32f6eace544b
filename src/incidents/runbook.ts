import { z } from 'zod'
import { Impact } from '#monitoring'
import { Severity } from './severity.ts'

const Text = z.string().trim().min(1).max(2000)

/** Where no target is named, the incident's own is meant. */
export const Step = z.discriminatedUnion('kind', [
  /** A person looks, and says what they saw. */
  z.strictObject({ kind: z.literal('check'), text: Text }),
  z.strictObject({
    kind: z.literal('suspend_release'),
    text: Text,
    release: z.string().max(100).nullable().default(null),
    automatic: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('rollback_endpoint'),
    text: Text,
    endpoint: z.string().max(200).nullable().default(null),
    automatic: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('notify'), text: Text, audience: z.string().min(1).max(200), automatic: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal('note'), text: Text }),
])
export type Step = z.infer<typeof Step>

/** Which incidents a runbook is for; what is empty or null says nothing. */
export const Applies = z.strictObject({
  impacts: z.array(Impact).max(10).default([]),
  /** This severity or worse. */
  at_least: Severity.nullable().default(null),
  endpoint: z.string().max(200).nullable().default(null),
})

export const NewRunbook = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dot, dash and underscore; at most 63; starts with a letter or digit'),
    description: z.string().max(4000).default(''),
    applies: Applies.prefault({}),
    steps: z.array(Step).min(1).max(50),
  })
  .meta({ id: 'NewRunbook' })
export type NewRunbook = z.infer<typeof NewRunbook>

export const Runbook = z
  .object({ id: z.string(), version: z.int(), ...NewRunbook.shape, created_at: z.iso.datetime(), created_by: z.string() })
  .meta({ id: 'Runbook' })
export type Runbook = z.infer<typeof Runbook>

export const RunStep = z
  .strictObject({
    runbook_id: z.string().max(64),
    /** From 0. */
    step: z.int().min(0).max(49),
    /** What a person saw, for a check or a note; why, for a mitigation. */
    outcome: z.string().trim().min(1).max(2000),
  })
  .meta({ id: 'RunStep' })

export const StepRun = z
  .object({
    runbook_id: z.string(),
    runbook_version: z.int(),
    step: z.int(),
    state: z.enum(['running', 'done', 'failed']),
    outcome: z.string(),
    started_at: z.iso.datetime(),
    ended_at: z.iso.datetime().nullable(),
    actor: z.string(),
  })
  .meta({ id: 'StepRun' })
export type StepRun = z.infer<typeof StepRun>

export const isAutomatic = (step: Step): boolean => 'automatic' in step && step.automatic
