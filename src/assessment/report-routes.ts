import { z } from 'zod'
import { etagOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { Name } from '#registry'
import { can } from './permissions.ts'
import { getReport, getReportBytes, listReports } from './read-reports.ts'
import { Report, ReportSummary, Verdict } from './report.ts'
import { reportHtml } from './report-html.ts'

const byId = z.object({ id: z.string().regex(/^(rep_[0-9a-z]{26}|sha256:[0-9a-f]{64})$/, 'a report id or digest') })

export const reportRoutes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/reports',
    summary: 'Reports, newest first',
    permission: can.read,
    query: ListQuery.extend({
      model: Name.optional(),
      version: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
      suite: Name.optional(),
      verdict: Verdict.optional(),
    }),
    response: pageOf(ReportSummary),
    run: ({ ctx, query }) => listReports(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/reports/:id',
    summary: 'One report, by id or digest',
    permission: can.read,
    params: byId,
    response: Report,
    run: async ({ ctx, params }) => {
      const report = await getReport(ctx, params.id)
      return reply(report, { etag: etagOf(report.digest) })
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/reports/:id/document',
    summary: 'The canonical bytes of a report',
    description: 'Their SHA-256 is the digest that approvals are bound to. Schema: docs/schemas/evaluation-report-1.json.',
    permission: can.read,
    params: byId,
    answers: 'stream',
    contentType: 'application/json',
    run: async ({ ctx, params, rawReply }) => {
      const { canonical, digest } = await getReportBytes(ctx, params.id)
      rawReply
        .headers({
          'content-type': 'application/json',
          'content-disposition': `attachment; filename="${params.id.replace(':', '-')}.json"`,
          etag: etagOf(digest),
        })
        .send(canonical)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/reports/:id/html',
    summary: 'The report as one page',
    description: 'Self-contained: no script, no request to anywhere; reads in light and dark and prints.',
    permission: can.read,
    params: byId,
    answers: 'stream',
    contentType: 'text/html',
    run: async ({ ctx, params, rawReply }) => {
      const report = await getReport(ctx, params.id)
      rawReply
        .headers({
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
        })
        .send(reportHtml(report))
    },
  }),
]
