import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { permissions } from '#platform/context'
import { openApiDocument, type Route, reply, requireIfMatch, route } from '#platform/http'
import { person, testPlatform } from '../../../test/support/platform.ts'
import { actingAs, testServer } from '../../../test/support/server.ts'

const platform = await testPlatform()
const can = permissions('http-test', { do: ['developer'] })
let calls = 0

const routes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/v1/things/:id',
    summary: 'Do',
    permission: can.do,
    params: z.object({ id: z.string().max(20) }),
    body: z.strictObject({ n: z.number().int(), deep: z.object({ list: z.array(z.string()) }).optional() }),
    status: 201,
    response: z.object({ n: z.number(), calls: z.number() }),
    run: async ({ body }) => ({ n: body.n, calls: ++calls }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/things/lies',
    summary: 'Answers outside its schema',
    permission: 'signed-in',
    response: z.object({ n: z.number() }),
    run: async () => ({ n: 'not a number' }) as never,
  }),
  route({
    method: 'GET',
    path: '/api/v1/things/breaks',
    summary: 'Breaks',
    permission: 'public',
    response: z.object({}),
    run: async () => {
      throw new Error('the password is hunter2')
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/things/edited',
    summary: 'Edits',
    permission: can.do,
    body: z.object({}),
    response: z.object({ ok: z.boolean() }),
    errors: ['precondition_failed', 'precondition_required'],
    run: async ({ ifMatch }) => {
      requireIfMatch(ifMatch, 3)
      return reply({ ok: true }, { etag: '"4"' })
    },
  }),
]
const app = await testServer(platform, routes)
const developer = actingAs(person(['developer'], { id: 'per_dev' }))
const post = (payload: unknown, headers: Record<string, string> = developer, url = '/api/v1/things/a') =>
  app.inject({ method: 'POST', url, payload: payload as object, headers })

describe('a route', () => {
  it('names every wrong field at once', async () => {
    const answer = await post({ n: 1.5, deep: { list: [1] }, extra: true })
    expect(answer.statusCode).toBe(400)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json().errors.map((error: { path: string }) => error.path)).toEqual(['n', 'deep.list.0', ''])
  })

  it('asks who, then whether, before it looks at the body', async () => {
    expect((await post({ n: 'bad' }, {})).json()).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect((await post({ n: 'bad' }, actingAs(person(['auditor'])))).json()).toMatchObject({
      status: 403,
      code: 'permission_denied',
      facts: { action: 'http-test.do' },
    })
  })

  it('answers bodies that are no JSON, too large or of another kind in the one shape', async () => {
    const raw = (payload: string, type = 'application/json') =>
      app.inject({ method: 'POST', url: '/api/v1/things/a', payload, headers: { ...developer, 'content-type': type } })
    expect((await raw('{')).json()).toMatchObject({ status: 400, code: 'invalid_request' })
    expect((await raw('')).json()).toMatchObject({ status: 400, code: 'invalid_request' })
    expect((await raw('{"n":1,"__proto__":{"x":1}}')).json()).toMatchObject({ status: 400, code: 'invalid_request' })
    expect((await raw(`{"n":1,"x":"${'a'.repeat(1_100_000)}"}`)).json()).toMatchObject({ status: 413, code: 'request_too_large' })
    expect((await raw('<n/>', 'application/xml')).json()).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  })

  it('refuses texts that no store can hold, by path, and takes a body that is not there as none', async () => {
    const deep = (text: string) => ({ n: 1, deep: { list: ['fine', text] } })
    for (const text of ['a\u0000b', '\ud800', '\udc00\ud800'])
      expect((await post(deep(text))).json()).toMatchObject({ status: 400, errors: [{ path: 'deep.list.1' }] })
    expect((await post(deep('\u{1f6a2}'))).statusCode).toBe(201)
    expect(
      (await app.inject({ method: 'POST', url: '/api/v1/things/a', headers: { ...developer, 'content-type': 'application/json' } })).json(),
    ).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  it('hides what an unknown error says', async () => {
    const answer = await app.inject({ url: '/api/v1/things/breaks' })
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('hunter2')
    expect(answer.json()).toMatchObject({ code: 'internal_error', request_id: answer.headers['x-request-id'] })
  })

  it('fails loudly when it answers outside its schema', async () => {
    expect((await app.inject({ url: '/api/v1/things/lies', headers: developer })).statusCode).toBe(500)
  })

  it('keeps a sane request id of the caller and replaces any other', async () => {
    const id = async (given: string) => (await app.inject({ url: '/nowhere', headers: { 'x-request-id': given } })).headers['x-request-id']
    expect(await id('abc-123')).toBe('abc-123')
    expect(await id('a b\tc')).toMatch(/^req_/)
    expect(await id('x'.repeat(200))).toMatch(/^req_/)
  })

  it('wants to know which version was edited', async () => {
    const put = (headers: Record<string, string>) =>
      app.inject({ method: 'PUT', url: '/api/v1/things/edited', payload: {}, headers: { ...developer, ...headers } })
    expect((await put({})).statusCode).toBe(428)
    expect((await put({ 'if-match': '"2"' })).statusCode).toBe(412)
    const done = await put({ 'if-match': '"3"' })
    expect([done.statusCode, done.headers.etag]).toEqual([200, '"4"'])
  })
})

describe('an Idempotency-Key', () => {
  it('runs once for twins that come at the same moment', async () => {
    calls = 0
    const headers = { ...developer, 'idempotency-key': 'twins' }
    const answers = await Promise.all(Array.from({ length: 5 }, () => post({ n: 1 }, headers)))
    expect(calls).toBe(1)
    expect(answers.filter((answer) => answer.statusCode === 201).length).toBeGreaterThanOrEqual(1)
    for (const answer of answers) if (answer.statusCode !== 201) expect(answer.json().code).toBe('idempotency_in_flight')
    expect((await post({ n: 1 }, headers)).json()).toEqual({ n: 1, calls: 1 })
  })

  it('is free again when the request failed, and belongs to its caller', async () => {
    const headers = { ...developer, 'idempotency-key': 'again' }
    expect((await post({ n: 'wrong' }, headers)).statusCode).toBe(400)
    expect((await post({ n: 5 }, headers)).statusCode).toBe(201)
    expect((await post({ n: 6 }, headers)).json()).toMatchObject({ code: 'idempotency_mismatch' })
    expect((await post({ n: 6 }, { ...actingAs(person(['developer'])), 'idempotency-key': 'again' })).statusCode).toBe(201)
  })
})

it('the OpenAPI document says what the routes do', () => {
  const document = openApiDocument(routes, '1') as {
    paths: Record<string, Record<string, { responses: Record<string, { description: string }>; 'x-roles': string[] }>>
  }
  const operation = document.paths['/api/v1/things/{id}']?.post
  expect(Object.keys(operation?.responses ?? {})).toEqual(['201', '400', '401', '403', '404', '413', '500', '503'])
  expect(operation?.['x-roles']).toEqual(['administrator', 'developer'])
  expect(operation?.responses[403]?.description).toContain('csrf_failed')
})
