import { z } from 'zod'
import type { Incident, TimelineEntry } from './model.ts'

const Text = z.string().max(20_000)

const Factors = z.array(z.string().min(1).max(2000)).max(20)
const Actions = z.array(z.strictObject({ text: z.string().min(1).max(2000), owner: z.string().min(1).max(200), due_on: z.iso.date() })).max(5)

/** Blameless: it asks what made it possible. Five actions at most, so that they are done. */
export const PostMortemText = z
  .strictObject({
    summary: Text.default(''),
    impact: Text.default(''),
    detection: Text.default(''),
    contributing_factors: Factors.default([]),
    lessons: Text.default(''),
    actions: Actions.default([]),
  })
  .meta({ id: 'PostMortemText' })
export type PostMortemText = z.infer<typeof PostMortemText>

/** What is left out stays as it was written, or as it was drafted from the record. */
export const PostMortemEdit = z
  .strictObject({ summary: Text, impact: Text, detection: Text, contributing_factors: Factors, lessons: Text, actions: Actions })
  .partial()
  .meta({ id: 'PostMortemEdit' })

export const Measured = z.object({
  /** From the first moment of the window that raised the alert to the alert; null when a person opened the incident. */
  detection_seconds: z.number().nullable(),
  containment_seconds: z.number().nullable(),
  resolution_seconds: z.number().nullable(),
})

export const PostMortem = z
  .object({
    incident_id: z.string(),
    version: z.int(),
    ...PostMortemText.shape,
    measured: Measured,
    missing: z.array(z.string()),
    published_at: z.iso.datetime().nullable(),
    published_by: z.string().nullable(),
    /** Of the published document. */
    digest: z.string().nullable(),
  })
  .meta({ id: 'PostMortem' })
export type PostMortem = z.infer<typeof PostMortem>

const secondsBetween = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000)

/** Figures are read off the record, never typed. */
export const measure = (incident: Incident, alertWindowFrom: string | null): z.infer<typeof Measured> => ({
  detection_seconds: secondsBetween(alertWindowFrom, alertWindowFrom === null ? null : incident.opened_at),
  containment_seconds: secondsBetween(incident.opened_at, incident.contained_at),
  resolution_seconds: secondsBetween(incident.opened_at, incident.resolved_at),
})

/** What must be said before it can be published. */
export const missingIn = (text: PostMortemText): string[] => [
  ...(['summary', 'impact', 'detection', 'lessons'] as const).filter((name) => text[name].trim() === ''),
  ...(text.contributing_factors.length === 0 ? ['contributing_factors'] : []),
]

/** A first draft from the record, for a person to make true. */
export const draftFrom = (incident: Incident, entries: readonly TimelineEntry[]): PostMortemText =>
  PostMortemText.parse({
    summary: `${incident.title} (${incident.severity}), opened ${incident.opened_at} by ${incident.opened_by}.`,
    detection: entries.find((entry) => entry.kind === 'alert')?.text ?? '',
    impact: incident.endpoint === null ? '' : `Endpoint ${incident.endpoint}.`,
  })
