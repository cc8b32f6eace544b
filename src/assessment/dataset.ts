import { z } from 'zod'
import { Digest, Name } from '#registry'

/** One value of a row. Arrays are several accepted answers. */
export const Cell = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string()).max(64)])
export type Cell = z.infer<typeof Cell>

/** Flat on purpose: columns are what slices, groups and prompts are made from. */
export const Row = z.record(z.string().min(1).max(128), Cell)
export type Row = z.infer<typeof Row>

/** An SPDX identifier where there is one, else the terms in a few words. A data set without a licence cannot be shown to anybody. */
const Licence = z.string().min(1).max(200)

export const Column = z
  .object({
    name: z.string(),
    types: z.array(z.enum(['string', 'number', 'boolean', 'strings', 'null'])),
    missing: z.int(),
    /** Null when there are more than the schema counts (64). */
    distinct: z.int().nullable(),
  })
  .meta({ id: 'DatasetColumn' })
export type Column = z.infer<typeof Column>

export const NewDataset = z
  .strictObject({
    name: Name,
    description: z.string().max(4000).default(''),
    licence: Licence,
    /** Who made it, and how they ask to be named. */
    attribution: z.string().max(1000).default(''),
    source: z.string().max(2048).default(''),
    /** The rows here, or in an uploaded artifact as JSON Lines or CSV with a header. */
    rows: z.array(Row).min(1).max(5000).optional(),
    artifact: Digest.optional(),
    format: z.enum(['jsonl', 'csv']).default('jsonl'),
  })
  .refine(({ rows, artifact }) => (rows === undefined) !== (artifact === undefined), { path: ['rows'], message: 'give rows, or an artifact' })
  .meta({ id: 'NewDataset' })
export type NewDataset = z.infer<typeof NewDataset>

export const Dataset = z
  .object({
    id: z.string(),
    name: Name,
    version: z.int(),
    /** Of the rows as stored: JSON Lines, one canonical object a line, each with its `id`. */
    digest: Digest,
    description: z.string(),
    licence: z.string(),
    attribution: z.string(),
    source: z.string(),
    row_count: z.int(),
    size_bytes: z.int(),
    columns: z.array(Column),
    created_at: z.iso.datetime(),
    created_by: z.string(),
  })
  .meta({ id: 'Dataset' })
export type Dataset = z.infer<typeof Dataset>

/** Without a version: the newest when the reference is resolved; it is stored with the version. */
export const DatasetRef = z.strictObject({ name: Name, version: z.int().min(1).max(2_147_483_647).optional() }).meta({ id: 'DatasetRef' })

export const PinnedDataset = z.object({ name: Name, version: z.int(), digest: Digest }).meta({ id: 'PinnedDataset' })
export type PinnedDataset = z.infer<typeof PinnedDataset>
