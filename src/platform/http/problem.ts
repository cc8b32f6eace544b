import { z } from 'zod'
import { type ErrorDefinition, PlimsollError, platformErrors } from '../errors/index.ts'

/** RFC 9457 problem details, with the catalogue's code and the offending fields. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])).optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>

const titleOf = (code: ErrorDefinition['code']): string => code.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase())

/** The one place where an error meets the control API. An unknown error never shows its message. */
export const toProblem = (error: unknown, requestId: string): Problem => {
  const known =
    error instanceof PlimsollError && error.status < 500
      ? error
      : error instanceof PlimsollError && error.status === 503
        ? error
        : platformErrors.internal_error({}, { cause: error })
  return {
    type: `urn:plimsoll:error:${known.code}`,
    title: titleOf(known.code),
    status: known.status,
    detail: known.message,
    code: known.code,
    request_id: requestId,
    ...(known.issues.length === 0 ? {} : { errors: [...known.issues] }),
    ...(Object.keys(known.facts).length === 0 ? {} : { facts: known.facts as Problem['facts'] }),
  }
}
