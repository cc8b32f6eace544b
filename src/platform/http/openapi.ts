import { z } from 'zod'
import { errorCatalogue } from '../errors/index.ts'
import { Problem } from './problem.ts'
import type { Route } from './route.ts'

type Json = Record<string, unknown>

const COMMON_ERRORS = ['invalid_request', 'request_too_large', 'internal_error', 'not_ready'] as const

const parametersOf = (schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] => {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

/** Moves `$defs` that zod inlines per schema into the document's components, so that a type has one name. */
const componentSchema = (schema: z.ZodType, io: 'input' | 'output', components: Json): Json => {
  const {
    $defs = {},
    $schema: _,
    ...body
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Json & { $defs?: Record<string, Json> }
  const suffix = io === 'input' ? 'Input' : ''
  const text = JSON.stringify({ body, $defs })
    .replaceAll('"#/$defs/', '"#/components/schemas/')
    .replace(/"#\/components\/schemas\/([^"]+)"/g, `"#/components/schemas/$1${suffix}"`)
  const moved = JSON.parse(text) as { body: Json; $defs: Record<string, Json> }
  for (const [name, definition] of Object.entries(moved.$defs)) {
    const { id: __, ...rest } = definition
    components[`${name}${suffix}`] = rest
  }
  return moved.body
}

/** The complete OpenAPI 3.1 document of these routes, from their schemas alone. */
export const openApiDocument = (routes: readonly Route[], version: string): Json => {
  const components: Json = {}
  const paths: Record<string, Json> = {}
  componentSchema(Problem, 'output', components)
  const catalogue = new Map(errorCatalogue().map((error) => [error.code, error]))
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}')
    const codes = [
      ...COMMON_ERRORS,
      ...(route.permission === 'public' ? [] : ['unauthenticated', 'permission_denied', 'csrf_failed']),
      ...(route.params === undefined ? [] : ['not_found']),
      ...(route.errors ?? []),
    ]
    const responses: Record<string, Json> = {
      [route.status ?? 200]:
        route.response === undefined
          ? {
              description: route.answers === 'stream' ? 'A stream' : 'Done',
              ...(route.contentType === undefined ? {} : { content: { [route.contentType]: {} } }),
            }
          : { description: 'Done', content: { 'application/json': { schema: componentSchema(route.response, 'output', components) } } },
    }
    for (const code of codes) {
      const error = catalogue.get(code)
      if (error === undefined) throw new Error(`${route.method} ${route.path} names the unknown error ${code}`)
      const known = responses[error.status]?.description
      responses[error.status] = {
        description: [known, `\`${code}\`: ${error.message}`].filter(Boolean).join('\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      }
    }
    const permission = typeof route.permission === 'string' ? route.permission : route.permission.action
    const operation: Json = {
      operationId: `${route.method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+(\w)?/g, (_all, next: string | undefined) => (next ?? '').toUpperCase())}`,
      tags: [route.tag],
      summary: route.summary,
      ...(route.description === undefined ? {} : { description: route.description }),
      'x-permission': permission,
      'x-roles': typeof route.permission === 'string' ? [] : route.permission.roles,
      security: route.permission === 'public' ? [] : [{ session: [] }, { administratorKey: [] }],
      parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
      ...(route.body !== undefined
        ? { requestBody: { required: true, content: { 'application/json': { schema: componentSchema(route.body, 'input', components) } } } }
        : route.bodyKind === 'raw'
          ? { requestBody: { required: true, content: { 'application/octet-stream': {} } } }
          : {}),
      responses,
    }
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Plimsoll control API', version, description: 'Register, assess, document, approve, serve, protect, watch, respond, listen.' },
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'plimsoll_session', description: 'With the header x-plimsoll-csrf on writes.' },
        administratorKey: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}
