import { z } from 'zod'
import { etagOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { can } from '../permissions.ts'
import { changeKey } from './change-key.ts'
import { createKey } from './create-key.ts'
import { Key, KeyChange, KeyRotation, KeyStatus, KeyWithCredential, NewKey } from './key.ts'
import { getKey, listKeys } from './read.ts'
import { KeyRevocation, revokeKey } from './revoke-key.ts'
import { rotateKey } from './rotate-key.ts'

const byId = z.object({ id: z.string().max(100) })

export const keyRoutes = (): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/keys',
    summary: 'Create an API key; its credential is shown in this answer only',
    permission: can['create-key'],
    body: NewKey,
    status: 201,
    response: KeyWithCredential,
    run: ({ ctx, body }) => createKey(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/api/v1/keys',
    summary: 'API keys, newest first',
    permission: can['read-keys'],
    query: ListQuery.extend({ status: KeyStatus.optional(), owner: z.string().max(100).optional() }),
    response: pageOf(Key),
    run: ({ ctx, query }) => listKeys(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/keys/:id',
    summary: 'One API key',
    permission: can['read-keys'],
    params: byId,
    response: Key,
    run: async ({ ctx, params }) => withTag(await getKey(ctx, params.id)),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/keys/:id',
    summary: 'Change scope, tags, limits, networks or expiry',
    permission: can['change-key'],
    params: byId,
    body: KeyChange,
    response: Key,
    errors: ['key_revoked', 'precondition_failed', 'precondition_required'],
    run: async ({ ctx, params, body, ifMatch }) => withTag(await changeKey(ctx, params.id, body, ifMatch)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/keys/:id/rotate',
    summary: 'Give the key a new secret; the old one works until the overlap ends',
    permission: can['rotate-key'],
    params: byId,
    body: KeyRotation.prefault({}),
    response: KeyWithCredential,
    errors: ['key_revoked'],
    run: ({ ctx, params, body }) => rotateKey(ctx, params.id, body),
  }),
  route({
    method: 'POST',
    path: '/api/v1/keys/:id/revoke',
    summary: 'Revoke the key for ever',
    permission: can['revoke-key'],
    params: byId,
    body: KeyRevocation.prefault({}),
    response: Key,
    run: async ({ ctx, params, body }) => withTag(await revokeKey(ctx, params.id, body)),
  }),
]

const withTag = (key: Key) => reply(key, { etag: etagOf(key.revision) })
