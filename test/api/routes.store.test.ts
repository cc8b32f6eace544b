/**
 * Every route of the product, as composed for real. Random and hostile input never gives a 5xx and never an answer
 * outside the published schema (the server checks that itself and would answer 500); every role x route decision is
 * the one that docs/permissions.md publishes.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Role } from '#platform/context'
import { openApiDocument, Problem } from '#platform/http'
import { composeRoutes, IDLE_PARTS } from '../../src/compose.ts'
import { person, testPlatform } from '../support/platform.ts'
import { actingAs, testServer } from '../support/server.ts'
import { arbitraryOf, type Schema } from './schema-arbitrary.ts'

const CASES_A_ROUTE = 12

const IDLE_PIPELINE = {
  state: 'ok' as const,
  appended: 0,
  durable: 0,
  dropped: 0,
  commits: 0,
  failed_commits: 0,
  last_error: null,
  shipped: 0,
  backlog_bytes: 0,
  backlog_age_ms: 0,
  dead_letters: 0,
  missing: 0,
  failures_in_a_row: 0,
}

const platform = await testPlatform()
const routes = composeRoutes({ ...IDLE_PARTS, pipeline: () => IDLE_PIPELINE })
const app = await testServer(platform, routes)
await platform.jobs.start({ work: false })

interface Operation {
  readonly parameters: readonly { name: string; in: 'path' | 'query'; required: boolean; schema: Schema }[]
  readonly requestBody?: { content: Record<string, { schema?: Schema }> }
}
const document = openApiDocument(routes, 'test') as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}
const resolve = (ref: string): Schema => document.components.schemas[ref.split('/').at(-1) ?? ''] ?? {}

const pathOf = (template: string, parameters: Record<string, unknown>): string =>
  template.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(String(parameters[name] ?? 'x').toWellFormed()) || 'x')

const all = routes.map((route) => {
  const openPath = route.path.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}')
  return { route, openPath, operation: document.paths[openPath]?.[route.method.toLowerCase()] }
})

describe('who may call a route', () => {
  for (const role of Role.options) {
    it(`as ${role} is what the table says`, async () => {
      for (const { route, openPath } of all) {
        if (typeof route.permission === 'string') continue
        const may = route.permission.roles.includes(role)
        // A streamed answer may never end; for it the refusals are enough.
        if (may && route.answers === 'stream') continue
        const answer = await app.inject({
          method: route.method,
          url: pathOf(openPath, {}),
          headers: actingAs(person([role])),
          ...(route.method === 'GET' ? {} : { payload: {} }),
        })
        const isRefused =
          answer.statusCode === 403 && answer.json().code === 'permission_denied' && answer.json().facts?.action === route.permission.action
        expect(isRefused, `${role} ${route.method} ${route.path}: ${answer.statusCode}`).toBe(!may)
      }
    })
  }

  it('is nobody without a sign-in, but for the public routes', async () => {
    for (const { route, openPath } of all) {
      if (route.permission === 'public') continue
      const answer = await app.inject({ method: route.method, url: pathOf(openPath, {}), ...(route.method === 'GET' ? {} : { payload: {} }) })
      expect(answer.statusCode, `${route.method} ${route.path}`).toBe(401)
    }
  })
})

describe('any input', () => {
  for (const { route, openPath, operation } of all) {
    if (route.answers === 'stream' || route.bodyKind === 'raw' || operation === undefined) continue
    it(`to ${route.method} ${route.path} gets an answer of the contract`, async () => {
      const bodySchema = operation.requestBody?.content['application/json']?.schema
      const input = fc.record({
        parameters: fc.record(
          Object.fromEntries(operation.parameters.map((parameter) => [parameter.name, arbitraryOf(parameter.schema, resolve, 1)])),
        ),
        body: bodySchema === undefined ? fc.constant(undefined) : arbitraryOf(bodySchema, resolve),
        role: fc.constantFrom('administrator', 'developer', 'approver', 'responder' as const),
      })
      await fc.assert(
        fc.asyncProperty(input, async ({ parameters, body, role }) => {
          const query = new URLSearchParams()
          for (const one of operation.parameters)
            if (one.in === 'query' && parameters[one.name] !== undefined) query.set(one.name, String(parameters[one.name]))
          const answer = await app.inject({
            method: route.method,
            url: `${pathOf(openPath, parameters)}${query.size === 0 ? '' : `?${query}`}`,
            headers: {
              ...actingAs(person([role as Role], { capacities: ['risk'] })),
              'if-match': '*',
              ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            },
            ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
          })
          expect(answer.statusCode, answer.body.slice(0, 400)).toBeLessThan(500)
          if (answer.statusCode >= 400) expect(Problem.safeParse(answer.json()).success, answer.body.slice(0, 300)).toBe(true)
        }),
        { numRuns: CASES_A_ROUTE, seed: 7400 },
      )
    })
  }
})

describe('a cursor that somebody made up', () => {
  const forged = [['x'], ['-1'], ['1e309'], ['NaN', 'NaN'], ['9'.repeat(40)], ["' or 1=1 --"], ['x', '9'.repeat(40), 'y', 'z'], ['2026-01-01', '0']]
  const administrator = actingAs(person(['administrator']))

  it('gets an answer of the contract, from every list', async () => {
    // One name for all that has versions of its own, so that those lists are reached as well.
    const made = [
      ['POST', '/api/v1/models', { name: 'same' }],
      ['POST', '/api/v1/safeguards', { name: 'same', document: { input: [], output: [] } }],
      ['PUT', '/api/v1/access-policies/same', { source: 'permit(principal, action, resource);' }],
    ] as const
    for (const [method, url, payload] of made) {
      const answer = await app.inject({ method, url, payload, headers: { ...administrator, 'if-match': '*' } })
      expect(answer.statusCode, `${url}: ${answer.body}`).toBeLessThan(300)
    }
    const lists = all.filter(({ operation }) => operation?.parameters.some(({ name }) => name === 'cursor'))
    expect(lists.length).toBeGreaterThan(25)
    for (const { openPath } of lists) {
      for (const keys of forged) {
        const cursor = Buffer.from(JSON.stringify(keys)).toString('base64url')
        const answer = await app.inject({ method: 'GET', url: `${pathOf(openPath, { name: 'same' })}?cursor=${cursor}`, headers: administrator })
        expect(answer.statusCode, `${openPath} ${JSON.stringify(keys)}: ${answer.body.slice(0, 300)}`).toBeLessThan(500)
      }
    }
  })
})

describe('a number in a query', () => {
  it('that is none, is said to be none', async () => {
    const answer = await app.inject({ method: 'GET', url: '/api/v1/models?limit=many', headers: actingAs(person(['developer'])) })
    expect(answer.json().errors).toEqual([{ path: 'limit', message: 'Invalid input: expected a number' }])
  })
})

describe('a field that nobody sent', () => {
  it('is said to be required', async () => {
    const answer = await app.inject({ method: 'POST', url: '/api/v1/models', payload: {}, headers: actingAs(person(['developer'])) })
    expect(answer.json().errors).toEqual([{ path: 'name', message: 'is required' }])
  })
})
