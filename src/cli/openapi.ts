import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly $ref?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
}
export interface Operation {
  readonly summary: string
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>>
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** The document that the code publishes: a test holds it to the routes. */
export const openApi = (): OpenApi => JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/openapi.json'), 'utf8')) as OpenApi

/** Behind references, and behind "or null": what a value may be when it is given. */
export const resolve = (document: OpenApi, schema: Schema | undefined): Schema => {
  const name = schema?.$ref?.split('/').at(-1)
  if (name !== undefined) return resolve(document, document.components.schemas[name])
  const given = (schema?.anyOf ?? []).filter(({ type }) => type !== 'null')
  return given.length === 1 ? resolve(document, given[0]) : (schema ?? {})
}

export const successOf = (operation: Operation) => Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1]

/** Whether the answer is a page of things. */
export const answersList = (document: OpenApi, operation: Operation): boolean =>
  resolve(document, successOf(operation)?.content?.['application/json']?.schema).properties?.items !== undefined
