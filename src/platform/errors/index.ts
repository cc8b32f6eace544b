/**
 * One catalogue of errors. A room declares its part with `defineErrors`; the thrown value carries a
 * stable code, an HTTP status and a sentence that may be shown to anyone. HTTP shape is chosen at the
 * edge (problem details for the control API, the client's dialect for the gateway), never here.
 */
export interface ErrorDefinition {
  readonly code: string
  readonly status: number
  /** Public sentence; `{name}` is replaced from `facts`. */
  readonly message: string
}

export interface FieldIssue {
  /** Path of the offending field, e.g. `stages.0.quorum`. */
  readonly path: string
  readonly message: string
}

export type ErrorFacts = Readonly<Record<string, string | number | boolean | readonly string[] | null>>

export class PlimsollError extends Error {
  readonly code: string
  readonly status: number
  readonly facts: ErrorFacts
  readonly issues: readonly FieldIssue[]

  constructor(definition: ErrorDefinition, facts: ErrorFacts = {}, options: { issues?: readonly FieldIssue[]; cause?: unknown } = {}) {
    super(fill(definition.message, facts), options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'PlimsollError'
    this.code = definition.code
    this.status = definition.status
    this.facts = facts
    this.issues = options.issues ?? []
  }
}

const fill = (template: string, facts: ErrorFacts): string =>
  template.replace(/\{(\w+)\}/g, (whole, key: string) => (key in facts ? String(facts[key]) : whole))

type Raise = (facts?: ErrorFacts, options?: { issues?: readonly FieldIssue[]; cause?: unknown }) => PlimsollError

const registered = new Map<string, ErrorDefinition>()

/**
 * Declares a room's errors and returns one factory per code, in camelCase.
 * @example const errors = defineErrors({ model_exists: { status: 409, message: 'A model named {name} exists.' } }); throw errors.model_exists({ name })
 */
export const defineErrors = <const T extends Readonly<Record<string, { status: number; message: string }>>>(
  table: T,
): { readonly [K in keyof T]: Raise } => {
  const factories: Record<string, Raise> = {}
  for (const [code, { status, message }] of Object.entries(table)) {
    const definition: ErrorDefinition = { code, status, message }
    const known = registered.get(code)
    if (known !== undefined && (known.status !== status || known.message !== message)) throw new Error(`error code ${code} is declared twice`)
    registered.set(code, definition)
    factories[code] = (facts, options) => new PlimsollError(definition, facts, options)
  }
  return factories as { [K in keyof T]: Raise }
}

/** Every declared error, sorted by code: the source of docs/errors.md and of OpenAPI's error enum. */
export const errorCatalogue = (): readonly ErrorDefinition[] => [...registered.values()].sort((a, b) => (a.code < b.code ? -1 : 1))

export const platformErrors = defineErrors({
  invalid_request: { status: 400, message: 'The request is not valid.' },
  unauthenticated: { status: 401, message: 'Sign in, or send an administrator key.' },
  csrf_failed: { status: 403, message: 'The request lacks the token that proves it came from the console.' },
  permission_denied: { status: 403, message: 'This needs the permission {action}, which your roles do not give.' },
  not_found: { status: 404, message: 'There is no {kind} {id}.' },
  conflict: { status: 409, message: 'Somebody else changed this in the meantime; load it again.' },
  precondition_failed: { status: 412, message: 'The version in If-Match is not the current one; load it again.' },
  precondition_required: { status: 428, message: 'Send If-Match with the ETag of the version that you edited.' },
  idempotency_mismatch: { status: 422, message: 'This Idempotency-Key was used with another request.' },
  idempotency_in_flight: { status: 409, message: 'A request with this Idempotency-Key is still running.' },
  request_too_large: { status: 413, message: 'The request body is larger than {maxBytes} bytes.' },
  unsupported_media_type: { status: 415, message: 'Send the body as application/json.' },
  internal_error: { status: 500, message: 'Something failed inside the server; the log has the details under this request id.' },
  not_ready: { status: 503, message: 'The server is starting or stopping.' },
})
