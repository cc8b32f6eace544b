import { z } from 'zod'
import type { Evidence } from '#documentation'
import { ListQuery, pageOf, type Route, route } from '#platform/http'
import { buildRelease, NewRelease } from './build-release.ts'
import { createPolicy, getApprovalPolicy, listApprovalPolicies } from './create-policy.ts'
import { can } from './permissions.ts'
import { ApprovalPolicy, ApprovalPolicyDocument } from './policy.ts'
import { diffReleases, getRelease, listReleases, Release, ReleaseDiff, ReleaseSummary } from './read-releases.ts'
import { Digest, Name } from './release.ts'
import { Reason, restoreRelease, suspendRelease } from './suspend-release.ts'

const byDigest = z.object({ digest: Digest })

export const releaseRoutes = (evidence: Evidence): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/releases',
    summary: 'Build a release from a model version, its card, its report and a safeguard policy',
    description: 'The same parts give the same digest: built twice, the first is returned.',
    permission: can['build-release'],
    body: NewRelease,
    status: 201,
    response: Release,
    errors: ['release_parts_mismatch', 'release_not_hosted', 'not_found'],
    run: ({ ctx, body }) => buildRelease(ctx, body, evidence),
  }),
  route({
    method: 'GET',
    path: '/api/v1/releases',
    summary: 'Releases, newest first',
    permission: can.read,
    query: ListQuery.extend({ model: z.string().max(100).optional() }),
    response: pageOf(ReleaseSummary),
    run: ({ ctx, query }) => listReleases(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/releases/:digest',
    summary: 'A release, with what changed since the last one that was approved',
    permission: can.read,
    params: byDigest,
    response: Release,
    run: ({ ctx, params }) => getRelease(ctx, params.digest),
  }),
  route({
    method: 'GET',
    path: '/api/v1/releases/:digest/diff',
    summary: 'What differs from another release, part by part',
    permission: can.read,
    params: byDigest,
    query: z.object({ from: Digest }),
    response: ReleaseDiff,
    run: ({ ctx, params, query }) => diffReleases(ctx, query.from, params.digest),
  }),
  route({
    method: 'POST',
    path: '/api/v1/releases/:digest/suspend',
    summary: 'Stop serving a release everywhere',
    permission: can['suspend-release'],
    params: byDigest,
    body: Reason,
    response: Release,
    run: ({ ctx, params, body }) => suspendRelease(ctx, { ...body, ...params }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/releases/:digest/restore',
    summary: 'Lift the suspension of a release',
    permission: can['restore-release'],
    params: byDigest,
    body: Reason,
    response: Release,
    run: ({ ctx, params, body }) => restoreRelease(ctx, { ...body, ...params }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/approval-policies',
    summary: 'Write an approval policy, or the next version of one',
    permission: can['create-policy'],
    body: ApprovalPolicyDocument,
    status: 201,
    response: ApprovalPolicy,
    errors: ['conflict'],
    run: ({ ctx, body }) => createPolicy(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/api/v1/approval-policies',
    summary: 'All versions of all approval policies, newest first',
    permission: can.read,
    query: ListQuery.extend({ name: z.string().max(100).optional() }),
    response: pageOf(ApprovalPolicy),
    run: ({ ctx, query }) => listApprovalPolicies(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/approval-policies/:name',
    summary: 'The newest version of an approval policy, or the one asked for',
    permission: can.read,
    params: z.object({ name: Name }),
    query: z.object({ version: z.coerce.number().int().min(1).max(2_147_483_647).optional() }),
    response: ApprovalPolicy,
    run: ({ ctx, params, query }) => getApprovalPolicy(ctx, params.name, query.version),
  }),
]
