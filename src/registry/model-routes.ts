import { z } from 'zod'
import { etagOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { createModel } from './create-model.ts'
import { createVersion } from './create-version.ts'
import { labelModel, labelVersion } from './label.ts'
import { LineageGraph } from './lineage.ts'
import { Digest, Labelling, Model, Name, NewModel } from './model.ts'
import { moveAlias, removeAlias } from './move-alias.ts'
import { can } from './permissions.ts'
import { getModel, listModels } from './read.ts'
import { readLineage } from './read-lineage.ts'
import { getVersion, listAliases, listVersions } from './read-versions.ts'
import { Alias, AliasName, MoveAlias, NewVersion, Version } from './version.ts'

const byName = z.object({ name: Name })
const byAlias = z.object({ name: Name, alias: AliasName })
const byVersion = z.object({ name: Name, version: Name.describe('a version number, or an alias such as champion') })

/** `?tag=domain:lending`, more than once for several that must all hold. */
const TagFilter = z
  .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string().regex(/^[^:]{1,64}:.{0,256}$/, 'key:value')).max(10))
  .transform((pairs) => Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)])))
  .optional()

const withEtag = <T extends { revision: number }>(value: T) => reply(value, { etag: etagOf(value.revision) })
const EDIT_ERRORS = ['precondition_required', 'precondition_failed', 'conflict'] as const

export const modelRoutes = (): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/models',
    summary: 'Register a model',
    permission: can['create-model'],
    body: NewModel,
    status: 201,
    response: Model,
    errors: ['model_exists'],
    run: async ({ ctx, body }) => withEtag(await createModel(ctx, body)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/models',
    summary: 'Models by name',
    permission: can.read,
    query: ListQuery.extend({ q: z.string().min(1).max(200).optional(), tag: TagFilter }),
    response: pageOf(Model),
    run: ({ ctx, query: { q, tag, ...page } }) => listModels(ctx, { ...page, text: q, tags: tag }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/models/:name',
    summary: 'One model',
    permission: can.read,
    params: byName,
    response: Model,
    run: async ({ ctx, params }) => withEtag(await getModel(ctx, params.name)),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/models/:name',
    summary: 'Edit description and tags',
    permission: can['label-model'],
    params: byName,
    body: Labelling,
    response: Model,
    errors: EDIT_ERRORS,
    run: async ({ ctx, params, body, ifMatch }) => withEtag(await labelModel(ctx, params.name, ifMatch, body)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/models/:name/versions',
    summary: 'Register the next version',
    description: 'Immutable: its manifest digest covers artifacts, hosted reference and lineage.',
    permission: can['create-version'],
    params: byName,
    body: NewVersion,
    status: 201,
    response: Version,
    errors: ['version_exists', 'artifact_unknown', 'connection_unknown'],
    run: async ({ ctx, params, body }) => withEtag(await createVersion(ctx, params.name, body)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/models/:name/versions',
    summary: 'Versions, newest first',
    permission: can.read,
    params: byName,
    query: ListQuery.extend({ tag: TagFilter }),
    response: pageOf(Version),
    run: ({ ctx, params, query: { tag, ...page } }) => listVersions(ctx, params.name, { ...page, tags: tag }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/models/:name/versions/:version',
    summary: 'One version, by number or alias',
    permission: can.read,
    params: byVersion,
    response: Version,
    run: async ({ ctx, params }) => withEtag(await getVersion(ctx, params.name, params.version)),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/models/:name/versions/:version',
    summary: 'Edit description and tags of a version',
    permission: can['label-version'],
    params: byVersion,
    body: Labelling,
    response: Version,
    errors: EDIT_ERRORS,
    run: async ({ ctx, params, body, ifMatch }) => withEtag(await labelVersion(ctx, params.name, params.version, ifMatch, body)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/models/:name/aliases',
    summary: 'Aliases of a model',
    permission: can.read,
    params: byName,
    response: z.object({ items: z.array(Alias) }),
    run: ({ ctx, params }) => listAliases(ctx, params.name),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/models/:name/aliases/:alias',
    summary: 'Point an alias at a version',
    description: 'Moving an alias that exists needs If-Match with its revision; making one takes none.',
    permission: can['move-alias'],
    params: byAlias,
    body: MoveAlias,
    response: Alias,
    errors: EDIT_ERRORS,
    run: async ({ ctx, params, body, ifMatch }) => withEtag(await moveAlias(ctx, params.name, params.alias, ifMatch, body)),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/models/:name/aliases/:alias',
    summary: 'Remove an alias',
    permission: can['remove-alias'],
    params: byAlias,
    status: 204,
    errors: EDIT_ERRORS,
    run: ({ ctx, params, ifMatch }) => removeAlias(ctx, params.name, params.alias, ifMatch),
  }),
  route({
    method: 'GET',
    path: '/api/v1/lineage',
    summary: 'What a version stands on, and what stands on it',
    description: 'Start from a version (`model` and `version`), or from anything with a digest: a data set, an artifact, a base model.',
    permission: can.read,
    query: z
      .object({
        model: Name.optional(),
        version: Name.optional(),
        digest: Digest.optional(),
        depth: z.coerce.number().int().min(1).max(10).default(4),
      })
      .refine(
        ({ model, version, digest }) => (digest === undefined) === (model !== undefined && version !== undefined),
        'give model and version, or digest',
      ),
    response: LineageGraph,
    run: ({ ctx, query }) => readLineage(ctx, query),
  }),
]
