/**
 * Types of the API from its own OpenAPI document, so that console and server cannot drift apart unnoticed:
 *   node scripts/docs.ts && node console/scripts/api-types.mjs
 * reads docs/openapi.json and writes console/src/app/api-types.gen.ts.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const target = fileURLToPath(new URL('../src/app/api-types.gen.ts', import.meta.url))
const plainName = /^[A-Za-z_$][\w$]*$/

const union = (parts) => [...new Set(parts)].join(' | ')
/** Is there a `|` or `&` outside every bracket? */
const isCompound = (type) => {
  let depth = 0
  return [...type].some((sign) => {
    if ('{[(<'.includes(sign)) depth++
    if ('}])>'.includes(sign)) depth--
    return depth === 0 && (sign === '|' || sign === '&')
  })
}
const bracketed = (type) => (isCompound(type) ? `(${type})` : type)

const objectType = (schema) => {
  const required = new Set(schema.required ?? [])
  const fields = Object.entries(schema.properties ?? {}).map(([name, value]) => {
    const key = plainName.test(name) ? name : JSON.stringify(name)
    return `${key}${required.has(name) ? '' : '?'}: ${typeOf(value)}`
  })
  const rest = schema.additionalProperties
  if (fields.length > 0) return `{ ${fields.join('; ')} }`
  // Not Record<>: a type may hold itself through an index signature, but not through an alias.
  return `{ [key: string]: ${rest && typeof rest === 'object' ? typeOf(rest) : 'unknown'} }`
}

const byKind = {
  string: () => 'string',
  number: () => 'number',
  integer: () => 'number',
  boolean: () => 'boolean',
  null: () => 'null',
  array: (schema) => (schema.prefixItems ? `[${schema.prefixItems.map(typeOf).join(', ')}]` : `${bracketed(typeOf(schema.items ?? {}))}[]`),
  object: objectType,
}

const typeOf = (schema) => {
  if (schema === true || Object.keys(schema).length === 0) return 'unknown'
  if (schema.$ref) return schema.$ref.split('/').at(-1)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)))
  const parts = schema.anyOf ?? schema.oneOf
  if (parts) return union(parts.map(typeOf))
  if (schema.allOf && schema.type === undefined) return schema.allOf.map(typeOf).map(bracketed).join(' & ')
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeOf({ ...schema, type })))
  return byKind[schema.type]?.(schema) ?? 'unknown'
}

/** Bodies and answers that are written out at their route get a name from it: `PostModelsBody`, `GetModelsAnswer`. */
const inlineTypes = (document) =>
  Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const stem = `${method} ${path.replace(/^\/api\/v1/, '')}`.replace(/[^A-Za-z0-9]+(\w)?/g, (_, next = '') => next.toUpperCase()).replace(/^./, (first) => first.toUpperCase())
      const schemaIn = (content) => content?.['application/json']?.schema
      const good = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1]
      const named = [
        [`${stem}Body`, schemaIn(operation.requestBody?.content)],
        [`${stem}Answer`, schemaIn(good?.content)],
      ]
      return named.filter(([, schema]) => schema && !schema.$ref)
    }),
  )

export const typesOf = (document) => {
  const named = Object.entries(document.components?.schemas ?? {})
  const lines = [...named, ...inlineTypes(document)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, schema]) => `export type ${name} = ${typeOf(schema)}`)
  return `// Generated from the OpenAPI document by console/scripts/api-types.mjs: do not edit.\n${lines.join('\n')}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const source = new URL('../../docs/openapi.json', import.meta.url)
  await writeFile(target, typesOf(JSON.parse(await readFile(source, 'utf8'))))
  console.log(`wrote ${target}`)
}
