import { z } from 'zod'
import { Criticality, Impact } from '#monitoring'

/** sev0 is the worst. */
export const SEVERITIES = ['sev0', 'sev1', 'sev2', 'sev3', 'sev4'] as const
export const Severity = z.enum(SEVERITIES)
export type Severity = z.infer<typeof Severity>

/** `log`: the alert itself is record enough, no incident is opened. */
const Cell = z.enum([...SEVERITIES, 'log'])
type Cell = z.infer<typeof Cell>

const row = z.strictObject({ harm: Cell, 'wrong-decisions': Cell, 'slo-burn': Cell, drift: Cell, cosmetic: Cell })

/** Criticality x impact -> severity: data with a version, so that a verdict can be read again with the matrix that made it. */
export const SeverityMatrix = z.strictObject({ critical: row, high: row, medium: row, low: row }).meta({ id: 'SeverityMatrix' })
export type SeverityMatrix = z.infer<typeof SeverityMatrix>

export const DEFAULT_MATRIX: SeverityMatrix = {
  critical: { harm: 'sev0', 'wrong-decisions': 'sev1', 'slo-burn': 'sev1', drift: 'sev2', cosmetic: 'sev3' },
  high: { harm: 'sev0', 'wrong-decisions': 'sev1', 'slo-burn': 'sev2', drift: 'sev3', cosmetic: 'sev4' },
  medium: { harm: 'sev1', 'wrong-decisions': 'sev2', 'slo-burn': 'sev3', drift: 'sev4', cosmetic: 'sev4' },
  low: { harm: 'sev1', 'wrong-decisions': 'sev3', 'slo-burn': 'sev3', drift: 'log', cosmetic: 'log' },
}

export const SeverityInputs = z
  .strictObject({
    impact: Impact,
    /** Unknown counts as medium: untagged traffic is neither harmless nor the most precious. */
    criticality: Criticality.nullable().default(null),
    compliance: z.string().max(64).nullable().default(null),
    vulnerable_group: z.boolean().default(false),
    /** More than one in a hundred users. */
    wide_reach: z.boolean().default(false),
    /** A person's judgement that it is contained and can be undone; never set by an alert. */
    lowered_because: z.string().min(1).max(1000).nullable().default(null),
  })
  .meta({ id: 'SeverityInputs' })
export type SeverityInputs = z.infer<typeof SeverityInputs>

/** The verdict with all that it was made from. */
export const Assessment = z
  .object({
    matrix_version: z.int(),
    inputs: SeverityInputs,
    cell: Cell,
    modifiers: z.array(z.object({ name: z.string(), by: z.int() })),
    severity: Severity.nullable(),
  })
  .meta({ id: 'SeverityAssessment' })
export type Assessment = z.infer<typeof Assessment>

export const assess = (matrix: SeverityMatrix, matrixVersion: number, inputs: SeverityInputs): Assessment => {
  const cell: Cell = matrix[inputs.criticality ?? 'medium'][inputs.impact]
  const modifiers = [
    ...(inputs.compliance === null ? [] : [{ name: 'compliance', by: -1 }]),
    ...(inputs.vulnerable_group ? [{ name: 'vulnerable_group', by: -1 }] : []),
    ...(inputs.wide_reach ? [{ name: 'wide_reach', by: -1 }] : []),
    ...(inputs.lowered_because === null ? [] : [{ name: 'lowered_by_a_person', by: 1 }]),
  ]
  const rank = cell === 'log' ? SEVERITIES.length : SEVERITIES.indexOf(cell)
  const shifted = Math.max(0, rank + modifiers.reduce((sum, { by }) => sum + by, 0))
  // A judgement may lower an incident to the least severity, and not talk it away; only the matrix itself says `log`.
  const isLogged = cell === 'log' && shifted >= SEVERITIES.length
  const severity = isLogged ? null : SEVERITIES[Math.min(shifted, SEVERITIES.length - 1)]!
  return { matrix_version: matrixVersion, inputs, cell, modifiers, severity }
}

export interface Targets {
  readonly acknowledge_minutes: number | null
  readonly commander_minutes: number | null
  readonly update_every_minutes: number | null
}

/** What people may expect of the response, by severity; null: the next working day will do. */
export const TARGETS: Readonly<Record<Severity, Targets>> = {
  sev0: { acknowledge_minutes: 5, commander_minutes: 10, update_every_minutes: 30 },
  sev1: { acknowledge_minutes: 15, commander_minutes: 30, update_every_minutes: 60 },
  sev2: { acknowledge_minutes: 60, commander_minutes: null, update_every_minutes: 240 },
  sev3: { acknowledge_minutes: null, commander_minutes: null, update_every_minutes: null },
  sev4: { acknowledge_minutes: null, commander_minutes: null, update_every_minutes: null },
}

export const isWorseOrEqual = (severity: Severity, than: Severity): boolean => SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(than)
