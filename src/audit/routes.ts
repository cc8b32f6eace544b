import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { ListQuery, pageOf, type Route, route } from '#platform/http'
import { AuditEntry } from './model.ts'
import { can } from './permissions.ts'
import { currentCheckpoint, exportLog, listAuditEntries } from './read.ts'

const Filter = ListQuery.extend({
  action: z.string().max(100).optional().describe('An action, or the beginning of one: `governance.`'),
  subject_kind: z.string().max(100).optional(),
  subject_id: z.string().max(200).optional(),
  actor: z.string().max(200).optional(),
})

const Signed = z.object({ verifier_key: z.string(), size: z.number().int(), note: z.string().nullable() }).meta({ id: 'AuditCheckpoint' })

export const auditRoutes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/audit',
    summary: 'Audit entries, newest first',
    permission: can.read,
    query: Filter,
    response: pageOf(AuditEntry),
    run: ({ ctx, query }) => listAuditEntries(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/audit/checkpoint',
    summary: 'The newest signed checkpoint and the key that verifies it',
    permission: can.read,
    response: Signed,
    run: ({ ctx }) => currentCheckpoint(ctx),
  }),
  route({
    method: 'GET',
    path: '/api/v1/audit/export',
    summary: 'The whole log as JSON lines, for offline verification',
    permission: can.export,
    answers: 'stream',
    contentType: 'application/x-ndjson',
    run: async ({ ctx, rawReply }) => {
      const stream = exportLog(ctx)
      rawReply.hijack()
      rawReply.raw.writeHead(200, {
        'content-type': 'application/x-ndjson',
        'content-disposition': 'attachment; filename="audit.jsonl"',
        'cache-control': 'no-store',
      })
      // A broken export ends without its end line, which the verifier reports.
      await pipeline(stream, rawReply.raw).catch((error: unknown) => ctx.log.warn({ err: error }, 'audit export broke off'))
    },
  }),
]
