import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Ctx, Permission } from '../context/index.ts'

type Shape = z.ZodType | undefined
type Out<S extends Shape> = S extends z.ZodType ? z.output<S> : undefined

export interface RouteRequest<P extends Shape, Q extends Shape, B extends Shape> {
  readonly ctx: Ctx
  readonly params: Out<P>
  readonly query: Out<Q>
  readonly body: Out<B>
  readonly ifMatch: string | undefined
  readonly raw: FastifyRequest
  readonly rawReply: FastifyReply
}

/** An answer with headers, or `streamed` when the handler has written to the raw reply itself. */
export interface Reply<T> {
  readonly __reply: true
  readonly value: T
  readonly headers: Readonly<Record<string, string>>
  readonly status?: number
}

export const reply = <T>(value: T, headers: Readonly<Record<string, string>> = {}, status?: number): Reply<T> => ({
  __reply: true,
  value,
  headers,
  ...(status === undefined ? {} : { status }),
})

export interface RouteSpec<P extends Shape, Q extends Shape, B extends Shape, R extends Shape> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `:name` parameters, e.g. `/api/v1/models/:name`. */
  readonly path: string
  readonly summary: string
  readonly description?: string
  /** `public` needs no sign-in; every other route names the permission that its verb checks again. */
  readonly permission: Permission | 'public' | 'signed-in'
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  /** Success status; 204 has no response schema. */
  readonly status?: number
  readonly response?: R
  /** `raw` bodies arrive unparsed as a stream on `raw.raw`; `stream` answers are written by the handler. */
  readonly bodyKind?: 'json' | 'raw'
  readonly answers?: 'json' | 'stream'
  readonly contentType?: string
  /** Codes beyond the ones every route can give. */
  readonly errors?: readonly string[]
  readonly maxBodyBytes?: number
  readonly run: (
    request: RouteRequest<P, Q, B>,
  ) => Promise<(R extends z.ZodType ? z.input<R> : void) | Reply<R extends z.ZodType ? z.input<R> : unknown>>
}

/** What the server registers: the same, with types erased once, here. */
export type Route = RouteSpec<Shape, Shape, Shape, Shape> & { readonly tag: string }

/**
 * Declares one route: schemas, permission, one call. The tag is the first path segment after `/api/v1/`.
 * @example route({ method: 'POST', path: '/api/v1/models', summary: 'Register a model', permission: can['create-model'], body: NewModel, status: 201, response: Model, run: ({ ctx, body }) => createModel(ctx, body) })
 */
export const route = <P extends Shape = undefined, Q extends Shape = undefined, B extends Shape = undefined, R extends Shape = undefined>(
  spec: RouteSpec<P, Q, B, R>,
): Route =>
  // Safe: the server hands the handler exactly what these schemas parsed.
  ({ ...spec, tag: spec.path.replace(/^\/api\/(v1\/)?/, '').split('/')[0] ?? 'api' }) as unknown as Route
