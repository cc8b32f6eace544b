import { z } from 'zod'
import type { Evidence } from '#documentation'
import { ListQuery, pageOf, type Route, route } from '#platform/http'
import { ApprovalEvent, ApprovalStatus } from './approval.ts'
import { commentThread, listThreads, openThread, resolveThread } from './discuss.ts'
import { can } from './permissions.ts'
import { Approval, ApprovalSummary, approvalEvents, getApproval, listApprovals } from './read-approvals.ts'
import { listWaivers, Waiver } from './read-waivers.ts'
import { approvalReceipt, Receipt } from './receipt.ts'
import { Digest } from './release.ts'
import { NewApproval, requestApproval } from './request-approval.ts'
import { NewSignOff, signOff } from './sign-off.ts'
import { submitApproval, Withdrawal, withdrawApproval } from './submit-approval.ts'
import { Reason, revokeApproval } from './suspend-release.ts'
import { NewComment, NewThread, Thread } from './thread.ts'
import { NewWaiver, waive } from './waive.ts'

const Id = z.string().min(1).max(100)
const byId = z.object({ id: Id })
const byThread = z.object({ id: Id, thread: Id })

const SPEAKING = ['approval_transition', 'separation_of_duties', 'signer_not_a_person', 'capacity_not_held', 'already_signed', 'conflict'] as const

export const approvalRoutes = (evidence: Evidence): readonly Route[] => [...reviewRoutes(evidence), ...threadRoutes(evidence)]

const reviewRoutes = (evidence: Evidence): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/approvals',
    summary: 'Ask for the approval of a release under a policy, as a draft',
    permission: can['request-approval'],
    body: NewApproval,
    status: 201,
    response: Approval,
    errors: ['approval_open', 'policy_not_applicable', 'not_found'],
    run: ({ ctx, body }) => requestApproval(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/api/v1/approvals',
    summary: 'Approval requests, newest first',
    permission: can.read,
    query: ListQuery.extend({
      status: ApprovalStatus.optional(),
      release: Digest.optional(),
      awaiting: z.literal('me').optional().describe('Only what still asks for a capacity that you hold, or was escalated to you'),
    }),
    response: pageOf(ApprovalSummary),
    run: ({ ctx, query }) => listApprovals(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/approvals/:id',
    summary: 'One approval request',
    permission: can.read,
    params: byId,
    response: Approval,
    run: ({ ctx, params }) => getApproval(ctx, params.id),
  }),
  route({
    method: 'GET',
    path: '/api/v1/approvals/:id/events',
    summary: 'Everything that happened to an approval request, in order',
    permission: can.read,
    params: byId,
    response: z.object({ items: z.array(ApprovalEvent) }).meta({ id: 'ApprovalEvents' }),
    run: ({ ctx, params }) => approvalEvents(ctx, params.id),
  }),
  route({
    method: 'GET',
    path: '/api/v1/approvals/:id/receipt',
    summary: 'What a third party needs to verify an approval offline',
    permission: can.read,
    params: byId,
    response: Receipt,
    run: ({ ctx, params }) => approvalReceipt(ctx, params.id),
  }),
  route({
    method: 'POST',
    path: '/api/v1/approvals/:id/submit',
    summary: 'Run the checks and open the review; also after changes were requested',
    permission: can['submit-approval'],
    params: byId,
    response: Approval,
    errors: ['approval_transition', 'not_requester', 'policy_outdated'],
    run: ({ ctx, params }) => submitApproval(ctx, params.id, evidence),
  }),
  route({
    method: 'POST',
    path: '/api/v1/approvals/:id/withdraw',
    summary: 'Take an open request back',
    permission: can['withdraw-approval'],
    params: byId,
    body: Withdrawal,
    response: Approval,
    errors: ['approval_transition', 'not_requester'],
    run: ({ ctx, params, body }) => withdrawApproval(ctx, { ...body, ...params }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/approvals/:id/sign-offs',
    summary: 'Approve, approve with conditions, refuse, or ask for changes, signed with your key',
    permission: can['sign-off'],
    params: byId,
    body: NewSignOff,
    status: 201,
    response: Approval,
    errors: [...SPEAKING, 'capacity_not_needed', 'threads_open'],
    run: ({ ctx, params, body }) => signOff(ctx, { ...body, ...params }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/approvals/:id/revoke',
    summary: 'Take an approval back for good',
    permission: can['revoke-approval'],
    params: byId,
    body: Reason,
    response: Approval,
    errors: ['approval_transition'],
    run: ({ ctx, params, body }) => revokeApproval(ctx, { ...body, ...params }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/waivers',
    summary: 'Every exception that was made, newest request first',
    permission: can.read,
    query: ListQuery,
    response: pageOf(Waiver),
    run: ({ ctx, query }) => listWaivers(ctx, query),
  }),
  route({
    method: 'POST',
    path: '/api/v1/waivers',
    summary: 'Let one failed check pass for a while, signed one level up',
    permission: can.waive,
    body: NewWaiver,
    status: 201,
    response: Approval,
    errors: [...SPEAKING, 'check_not_failed', 'waiver_not_allowed', 'not_found'],
    run: ({ ctx, body }) => waive(ctx, body),
  }),
]

const threadRoutes = (evidence: Evidence): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/approvals/:id/threads',
    summary: 'The discussions of an approval request',
    permission: can.read,
    params: byId,
    response: z.object({ items: z.array(Thread) }).meta({ id: 'Threads' }),
    run: ({ ctx, params }) => listThreads(ctx, params.id),
  }),
  route({
    method: 'POST',
    path: '/api/v1/approvals/:id/threads',
    summary: 'Open a discussion, anchored to a row of the evaluation report or to the release as a whole',
    permission: can['open-thread'],
    params: byId,
    body: NewThread,
    status: 201,
    response: Thread,
    run: ({ ctx, params, body }) => openThread(ctx, { ...body, approval: params.id }, evidence),
  }),
  route({
    method: 'POST',
    path: '/api/v1/approvals/:id/threads/:thread/comments',
    summary: 'Answer in a discussion; a resolved one opens again',
    permission: can['comment-thread'],
    params: byThread,
    body: NewComment,
    status: 201,
    response: Thread,
    run: ({ ctx, params, body }) => commentThread(ctx, { ...body, approval: params.id, thread: params.thread }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/approvals/:id/threads/:thread/resolve',
    summary: 'Close a discussion',
    permission: can['resolve-thread'],
    params: byThread,
    response: Thread,
    errors: ['thread_not_yours', 'thread_resolved'],
    run: ({ ctx, params }) => resolveThread(ctx, { approval: params.id, thread: params.thread }),
  }),
]
