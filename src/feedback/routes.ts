import { z } from 'zod'
import { pageOf, type Route, route } from '#platform/http'
import { addToDataset } from './add-to-dataset.ts'
import { type AddEvaluationCase, EvaluationCaseRequest, makeEvaluationCase } from './make-evaluation-case.ts'
import { Feedback, Status, StatusQuestion, Triage } from './model.ts'
import { can } from './permissions.ts'
import { FeedbackQuery, FeedbackSummary, feedbackStatus, getFeedback, listFeedback, SummaryQuery, summariseFeedback } from './read.ts'
import { triageFeedback } from './triage.ts'

const ById = z.object({ id: z.string().max(64) })

export const feedbackRoutes = ({ addEvaluationCase = addToDataset }: { readonly addEvaluationCase?: AddEvaluationCase } = {}): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/feedback',
    summary: 'Feedback, newest first',
    permission: can.read,
    query: FeedbackQuery,
    response: pageOf(Feedback),
    run: ({ ctx, query }) => listFeedback(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/feedback/summary',
    summary: 'How each release is received',
    permission: can.read,
    query: SummaryQuery,
    response: FeedbackSummary,
    run: ({ ctx, query }) => summariseFeedback(ctx, query),
  }),
  route({
    method: 'POST',
    path: '/api/v1/feedback/status',
    summary: 'What became of my feedback',
    description: 'For whoever holds the token of the receipt; no sign-in.',
    permission: 'public',
    body: StatusQuestion,
    response: Status,
    run: ({ ctx, body }) => feedbackStatus(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/api/v1/feedback/:id',
    summary: 'One feedback',
    permission: can.read,
    params: ById,
    response: Feedback,
    run: ({ ctx, params }) => getFeedback(ctx, params.id),
  }),
  route({
    method: 'POST',
    path: '/api/v1/feedback/:id/triage',
    summary: 'Say what becomes of it',
    permission: can.triage,
    params: ById,
    body: Triage,
    response: Feedback,
    errors: ['feedback_transition'],
    run: ({ ctx, params, body }) => triageFeedback(ctx, { id: params.id, triage: body }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/feedback/:id/evaluation-case',
    summary: 'Make an evaluation case of it',
    permission: can['make-evaluation-case'],
    params: ById,
    body: EvaluationCaseRequest,
    response: Feedback,
    errors: [
      'feedback_not_linked',
      'evaluation_case_made',
      'evaluation_dataset_full',
      'evaluation_case_input_missing',
      'evaluation_case_expected_missing',
    ],
    run: ({ ctx, params, body }) => makeEvaluationCase(ctx, addEvaluationCase, { id: params.id, request: body }),
  }),
]
