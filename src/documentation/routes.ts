import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { etagOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { Card, CardEdit, CardSummary, CardVersion, NewCard } from './card.ts'
import { Decision, DecisionContent, DecisionStatus, DecisionSummary, DecisionVersion, SettleDecision } from './decision.ts'
import { Change } from './difference.ts'
import { draftCard } from './draft-card.ts'
import type { Evidence } from './evidence.ts'
import { type Exported, exportCard } from './export-card.ts'
import { exportDecision } from './export-decision.ts'
import { can } from './permissions.ts'
import { diffCard, getCard, getCardVersion, listCards, listCardVersions } from './read-cards.ts'
import { getDecision, getDecisionVersion, listDecisions, listDecisionVersions } from './read-decisions.ts'
import { recordDecision } from './record-decision.ts'
import { reviseDecision, settleDecision } from './revise-decision.ts'
import { saveCard } from './save-card.ts'

const Id = z.string().min(1).max(100)
const byId = z.object({ id: Id })
const VersionNumber = z.coerce.number().int().min(1).max(2_147_483_647)
const byVersion = z.object({ id: Id, version: VersionNumber })

const tagged = <T extends { version: number }>(value: T) => reply(value, { etag: etagOf(value.version) })

const sendFile = async (to: FastifyReply, { contentType, fileName, text }: Exported): Promise<void> => {
  await to.header('content-type', contentType).header('content-disposition', `attachment; filename="${fileName}"`).send(text)
}

export const documentationRoutes = (evidence: Evidence): readonly Route[] => [...cardRoutes(evidence), ...decisionRoutes()]

const cardRoutes = (evidence: Evidence): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/cards',
    summary: 'Draft a model card from the registry and an evaluation report',
    permission: can['draft-card'],
    body: NewCard,
    status: 201,
    response: Card,
    errors: ['card_exists', 'report_of_another_model', 'not_found'],
    run: async ({ ctx, body }) => tagged(await draftCard(ctx, body, evidence)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/cards',
    summary: 'Model cards, newest first',
    permission: can.read,
    query: ListQuery.extend({ model: z.string().max(100).optional() }),
    response: pageOf(CardSummary),
    run: ({ ctx, query }) => listCards(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/cards/:id',
    summary: 'A model card with its metrics read from the report, what is missing, and whether it is stale',
    permission: can.read,
    params: byId,
    response: Card,
    run: async ({ ctx, params }) => tagged(await getCard(ctx, params.id, evidence)),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/cards/:id',
    summary: 'Save a card as its next version',
    description: 'What is left out stays as it was; an empty text clears a section, and `evaluation.report: null` takes the report out.',
    permission: can['save-card'],
    params: byId,
    body: CardEdit,
    response: Card,
    errors: ['precondition_failed', 'precondition_required', 'report_of_another_model', 'metric_not_in_report'],
    run: async ({ ctx, params, body, ifMatch }) => tagged(await saveCard(ctx, { id: params.id, content: body, if_match: ifMatch }, evidence)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/cards/:id/versions',
    summary: 'All versions of a card, newest first',
    permission: can.read,
    params: byId,
    query: ListQuery,
    response: pageOf(CardVersion),
    run: ({ ctx, params, query }) => listCardVersions(ctx, params.id, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/cards/:id/versions/:version',
    summary: 'One version of a card',
    permission: can.read,
    params: byVersion,
    response: CardVersion,
    run: ({ ctx, params }) => getCardVersion(ctx, params.id, params.version),
  }),
  route({
    method: 'GET',
    path: '/api/v1/cards/:id/diff',
    summary: 'What changed between two versions of a card',
    permission: can.read,
    params: byId,
    query: z.object({ from: VersionNumber, to: VersionNumber }),
    response: z.object({ from: z.int(), to: z.int(), changes: z.array(Change) }).meta({ id: 'CardDiff' }),
    run: ({ ctx, params, query }) => diffCard(ctx, params.id, query.from, query.to),
  }),
  route({
    method: 'GET',
    path: '/api/v1/cards/:id/versions/:version/export',
    summary: 'A card as one self-contained page, or as Markdown for the Hugging Face hub',
    permission: can.read,
    params: byVersion,
    query: z.object({ format: z.enum(['html', 'huggingface']).default('html') }),
    answers: 'stream',
    contentType: 'text/html',
    run: async ({ ctx, params, query, rawReply }) => sendFile(rawReply, await exportCard(ctx, { ...params, ...query }, evidence)),
  }),
]

const decisionRoutes = (): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/decisions',
    summary: 'Record a proposed decision',
    permission: can['record-decision'],
    body: DecisionContent,
    status: 201,
    response: Decision,
    run: async ({ ctx, body }) => tagged(await recordDecision(ctx, body)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/decisions',
    summary: 'Decision records, newest first',
    permission: can.read,
    query: ListQuery.extend({ status: DecisionStatus.optional() }),
    response: pageOf(DecisionSummary),
    run: ({ ctx, query }) => listDecisions(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/decisions/:id',
    summary: 'One decision record',
    permission: can.read,
    params: byId,
    response: Decision,
    run: async ({ ctx, params }) => tagged(await getDecision(ctx, params.id)),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/decisions/:id',
    summary: 'Rewrite a decision that is still proposed',
    permission: can['revise-decision'],
    params: byId,
    body: DecisionContent,
    response: Decision,
    errors: ['precondition_failed', 'precondition_required', 'decision_settled', 'conflict'],
    run: async ({ ctx, params, body, ifMatch }) => tagged(await reviseDecision(ctx, { id: params.id, content: body, if_match: ifMatch })),
  }),
  route({
    method: 'POST',
    path: '/api/v1/decisions/:id/status',
    summary: 'Accept, reject, deprecate or supersede a decision',
    permission: can['settle-decision'],
    params: byId,
    body: SettleDecision,
    response: Decision,
    errors: ['decision_transition', 'decision_incomplete', 'conflict'],
    run: async ({ ctx, params, body }) => tagged(await settleDecision(ctx, { ...body, id: params.id })),
  }),
  route({
    method: 'GET',
    path: '/api/v1/decisions/:id/versions',
    summary: 'All versions of a decision record, newest first',
    permission: can.read,
    params: byId,
    query: ListQuery,
    response: pageOf(DecisionVersion),
    run: ({ ctx, params, query }) => listDecisionVersions(ctx, params.id, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/decisions/:id/versions/:version',
    summary: 'One version of a decision record',
    permission: can.read,
    params: byVersion,
    response: DecisionVersion,
    run: ({ ctx, params }) => getDecisionVersion(ctx, params.id, params.version),
  }),
  route({
    method: 'GET',
    path: '/api/v1/decisions/:id/export',
    summary: 'A decision record as MADR 4 Markdown',
    permission: can.read,
    params: byId,
    answers: 'stream',
    contentType: 'text/markdown',
    run: async ({ ctx, params, rawReply }) => sendFile(rawReply, await exportDecision(ctx, params.id)),
  }),
]
