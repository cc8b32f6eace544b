/** One text, one answer, then this thread is gone. See trial.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { CEDAR_SCHEMA } from './built-in.ts'
import { decide, parsePolicies } from './cedar.ts'
import type { TrialAnswer, TrialRemark } from './trial.ts'

const remark = (error: DetailedError, source: string): TrialRemark => {
  const place = error.sourceLocations?.[0]
  const label = place?.label ?? null
  const help = [error.help, label].filter((text) => text !== null && text !== '').join('; ')
  // The validator complains once for each action that a policy is about.
  const message = error.message.replace(/^for policy `[^`]*`, /, '').replace(/ for Plimsoll::Action::"\w+"/, '') + (help === '' ? '' : ` (${help})`)
  if (place === undefined) return { line: null, column: null, message }
  // Places are counted in bytes of UTF-8.
  const before = Buffer.from(source).subarray(0, place.start).toString('utf8')
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n'), message }
}

const distinct = (remarks: readonly TrialRemark[]): TrialRemark[] => [
  ...new Map(remarks.map((one) => [`${one.line}:${one.column}:${one.message}`, one])).values(),
]

const judge = (source: string): TrialAnswer => {
  const answer = cedar.validate({ schema: CEDAR_SCHEMA, policies: { staticPolicies: source } })
  if (answer.type === 'failure') return { errors: distinct(answer.errors.map((error) => remark(error, source))), warnings: [] }
  const parts = cedar.policySetTextToParts(source)
  const isEmpty = parts.type === 'success' && parts.policies.length === 0
  const errors = distinct(answer.validationErrors.map(({ error }) => remark(error, source)))
  const warnings = distinct(answer.validationWarnings.map(({ error }) => remark(error, source)))
  if (parts.type === 'success' && parts.policies.some((text) => depthOf(text) > MAX_DEPTH))
    errors.push({ line: null, column: null, message: `is nested more than ${MAX_DEPTH} deep; a chain of n operators or clauses counts n` })
  if (isEmpty) errors.push({ line: null, column: null, message: 'holds no policy; to take a policy out of force, delete it' })
  if (errors.length === 0) tryOut(source)
  return { errors, warnings }
}

/**
 * The parser overflows at some 115 levels, the evaluator at 360: in between lies a text that parses, and kills the engine only when a
 * request gets as far as its deep part.
 */
const MAX_DEPTH = 100

const depthOf = (text: string): number => {
  const answer = cedar.policyToJson(text)
  if (answer.type === 'failure') return Number.POSITIVE_INFINITY
  const { conditions } = answer.json
  return conditions.length + Math.max(0, ...conditions.map((clause) => levelsOf(clause.body)))
}

/** Levels of expressions; the form wraps each in an operator's object and its operands' object. */
const levelsOf = (node: unknown): number => {
  if (typeof node !== 'object' || node === null) return 0
  return (
    1 +
    Math.max(
      0,
      ...Object.values(node)
        .flatMap((operand) => (typeof operand === 'object' && operand !== null ? Object.values(operand) : []))
        .map(levelsOf),
    )
  )
}

/** Everything that the gateway will do with it, once. */
const tryOut = (source: string): void => {
  const set = parsePolicies([{ name: 'draft', version: 1, source }])
  const principal = {
    keyId: 'key_draft',
    fingerprint: '',
    project: '',
    name: '',
    owner: '',
    endpoints: new Set<string>(),
    isEveryEndpoint: true,
    actions: new Set(['invoke', 'stream', 'embed'] as const),
    tags: { criticality: null, domain: null, compliance: null, cost_centre: null },
    limits: { requests_per_minute: null, tokens_per_day: null },
  }
  for (const action of principal.actions)
    decide(set, principal, action, 'draft', { remoteIp: '127.0.0.1', nowMs: 0, tags: principal.tags, release: '' })
}

parentPort?.postMessage(judge(String(workerData)))
