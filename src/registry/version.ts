import { z } from 'zod'
import { digestOf } from '#platform/canonical'
import { Digest, Name, Tags } from './model.ts'

/** Where an artifact lies inside a model: a relative path that no unpacker can be led astray by. */
export const ArtifactPath = z
  .string()
  .max(512)
  .regex(/^(?!.*(^|\/)\.{1,2}(\/|$))[\w@+=.,() -]+(\/[\w@+=.,() -]+)*$/u, 'a relative path without . or .. segments')

/** Sent to the provider with each call, e.g. `temperature`, `max_tokens`, `seed`. */
export const Parameters = z
  .record(z.string().min(1).max(64), z.union([z.number(), z.string().max(1000), z.boolean(), z.array(z.string().max(1000)).max(16)]))
  .refine((parameters) => Object.keys(parameters).length <= 32, 'at most 32 parameters')
  .meta({ id: 'ModelParameters' })
export type Parameters = z.infer<typeof Parameters>

/** A model that somebody else runs: which connection, which upstream model, pinned to which snapshot. */
export const HostedReference = z
  .strictObject({
    connection: Name,
    upstream_model: z.string().min(1).max(256),
    /** The provider's own dated or hashed revision; null when the provider names none, and the report says so. */
    snapshot: z.string().min(1).max(256).nullable().default(null),
    parameters: Parameters.default({}),
  })
  .meta({ id: 'HostedReference' })
export type HostedReference = z.infer<typeof HostedReference>

const Uri = z.string().min(1).max(2048)

export const Lineage = z
  .strictObject({
    datasets: z
      .array(z.strictObject({ name: z.string().min(1).max(256), digest: Digest.nullable().default(null), uri: Uri.nullable().default(null) }))
      .max(100)
      .default([]),
    /** Another version of this registry, or a model outside it by name and digest. */
    base_model: z
      .strictObject({
        name: z.string().min(1).max(256),
        version: z.int().min(1).nullable().default(null),
        digest: Digest.nullable().default(null),
        uri: Uri.nullable().default(null),
      })
      .nullable()
      .default(null),
    code: z
      .strictObject({ repository: Uri, commit: z.string().regex(/^[0-9a-f]{7,64}$/, 'a commit in lower-case hex') })
      .nullable()
      .default(null),
    training_run: z
      .strictObject({ id: z.string().min(1).max(256), uri: Uri.nullable().default(null) })
      .nullable()
      .default(null),
  })
  .meta({ id: 'Lineage' })
export type Lineage = z.infer<typeof Lineage>

const NO_LINEAGE: Lineage = { datasets: [], base_model: null, code: null, training_run: null }

export const NewVersion = z
  .strictObject({
    description: z.string().max(4000).default(''),
    artifacts: z
      .array(z.strictObject({ path: ArtifactPath, digest: Digest }))
      .max(2000)
      .default([]),
    hosted: HostedReference.nullable().default(null),
    lineage: Lineage.default(NO_LINEAGE),
    tags: Tags.default({}),
  })
  .superRefine(({ artifacts, hosted }, context) => {
    if (artifacts.length === 0 && hosted === null)
      context.addIssue({ code: 'custom', path: ['artifacts'], message: 'give artifacts, or a hosted model' })
    const seen = new Set<string>()
    artifacts.forEach(({ path }, index) => {
      if (seen.has(path)) context.addIssue({ code: 'custom', path: ['artifacts', index, 'path'], message: 'this path is used twice' })
      seen.add(path)
    })
  })
  .meta({ id: 'NewVersion' })
export type NewVersion = z.infer<typeof NewVersion>

/**
 * What a version is, and all of it: the content behind `manifest_digest`. Where a hosted model's prompts go
 * (provider, base URL) is part of it, so that an approval cannot be redirected by a later edit elsewhere.
 */
export const Manifest = z
  .object({
    kind: z.literal('model-version'),
    model: Name,
    artifacts: z.array(z.object({ path: z.string(), digest: Digest, size_bytes: z.int() })),
    hosted: z.object({ ...HostedReference.shape, provider: z.string(), base_url: z.string().nullable() }).nullable(),
    lineage: Lineage,
  })
  .meta({ id: 'VersionManifest' })
export type Manifest = z.infer<typeof Manifest>

export const manifestDigest = (manifest: Manifest): z.infer<typeof Digest> => digestOf(manifest)

export const Version = z
  .object({
    id: z.string(),
    model: Name,
    version: z.int().min(1),
    description: z.string(),
    tags: Tags,
    manifest: Manifest,
    manifest_digest: Digest,
    aliases: z.array(z.string()),
    /** True when its answers come from the built-in simulator: nothing it says is evidence about a real model. */
    simulated: z.boolean(),
    /** Counts edits of description and tags; the ETag. */
    revision: z.int(),
    created_at: z.iso.datetime(),
    created_by: z.string(),
  })
  .meta({ id: 'Version' })
export type Version = z.infer<typeof Version>

/** A pointer such as `champion`, moved by people and recorded each time. All digits would read as a version number. */
export const AliasName = Name.regex(/[^0-9]/, 'an alias is not only digits')

export const Alias = z
  .object({ alias: AliasName, model: Name, version: z.int().min(1), revision: z.int(), updated_at: z.iso.datetime(), updated_by: z.string() })
  .meta({ id: 'Alias' })
export type Alias = z.infer<typeof Alias>

export const MoveAlias = z.strictObject({ version: z.int().min(1) }).meta({ id: 'MoveAlias' })
