import { z } from 'zod'

export const CRITICALITIES = ['low', 'medium', 'high', 'critical'] as const
/** How much hangs on the call; with the impact it decides the severity of an incident. */
export const Criticality = z.enum(CRITICALITIES)
export type Criticality = z.infer<typeof Criticality>

/** What a business tag may hold: short and plain, since each distinct set of tags has a rollup of its own. */
const VALUE = /^[a-z0-9][a-z0-9._-]{0,63}$/
const Value = z.string().regex(VALUE, 'lower-case letters, digits, dot, dash and underscore; at most 64')

/** The four tags by which traffic is watched, charged and prioritised. */
export const Tags = z
  .strictObject({
    criticality: Criticality.nullable().default(null),
    domain: Value.nullable().default(null),
    compliance: Value.nullable().default(null),
    cost_centre: Value.nullable().default(null),
  })
  .meta({ id: 'EventTags' })
export type Tags = z.infer<typeof Tags>

export const TAG_NAMES = ['criticality', 'domain', 'compliance', 'cost_centre'] as const
export type TagName = (typeof TAG_NAMES)[number]

export const NO_TAGS: Tags = Object.freeze({ criticality: null, domain: null, compliance: null, cost_centre: null })

export type ParsedTags = { readonly ok: true; readonly tags: Tags } | { readonly ok: false; readonly path: string; readonly message: string }

export const TAGS_HEADER = 'x-plimsoll-tags'
const MAX_HEADER_CHARACTERS = 1024

const isTagName = (name: string): name is TagName => (TAG_NAMES as readonly string[]).includes(name)
const isCriticality = (value: string): value is Criticality => (CRITICALITIES as readonly string[]).includes(value)

const refuse = (path: string, message: string): ParsedTags => ({ ok: false, path, message })

const readPairs = (pairs: Iterable<readonly [string, string]>, pathOf: (name: string) => string): ParsedTags => {
  const tags: { -readonly [K in TagName]: Tags[K] } = { ...NO_TAGS }
  for (const [name, value] of pairs) {
    if (!isTagName(name)) return refuse(pathOf(name), `is not a tag; tags are ${TAG_NAMES.join(', ')}`)
    if (tags[name] !== null) return refuse(pathOf(name), 'is given twice')
    if (name === 'criticality') {
      if (!isCriticality(value)) return refuse(pathOf(name), `is one of ${CRITICALITIES.join(', ')}`)
      tags.criticality = value
    } else {
      if (!VALUE.test(value)) return refuse(pathOf(name), 'holds lower-case letters, digits, dot, dash and underscore; at most 64')
      tags[name] = value
    }
  }
  return { ok: true, tags }
}

/**
 * Reads `domain=billing,criticality=high`. By hand, since it runs on every call.
 * The path names the header and the tag, e.g. `x-plimsoll-tags.criticality`; a value that is not understood is never echoed.
 */
export const parseTags = (header: string | undefined): ParsedTags => {
  if (header === undefined || header.trim() === '') return { ok: true, tags: NO_TAGS }
  if (header.length > MAX_HEADER_CHARACTERS) return refuse(TAGS_HEADER, `is longer than ${MAX_HEADER_CHARACTERS} characters`)
  const pairs: [string, string][] = []
  for (const part of header.split(',')) {
    const at = part.indexOf('=')
    if (at < 0) return refuse(TAGS_HEADER, 'is a list of name=value, separated by commas')
    pairs.push([part.slice(0, at).trim(), part.slice(at + 1).trim()])
  }
  return readPairs(pairs, (name) => (isTagName(name) ? `${TAGS_HEADER}.${name}` : TAGS_HEADER))
}

/** The tags among the OpenAI body field `metadata`; its other keys are the client's own and are left alone. */
export const tagsFromMetadata = (metadata: unknown): ParsedTags => {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return { ok: true, tags: NO_TAGS }
  const pairs: [string, string][] = []
  for (const name of TAG_NAMES) {
    if (!Object.hasOwn(metadata, name)) continue
    const value: unknown = (metadata as Record<string, unknown>)[name]
    if (typeof value !== 'string') return refuse(`metadata.${name}`, 'is a text')
    pairs.push([name, value])
  }
  return readPairs(pairs, (name) => `metadata.${name}`)
}

/** The first source that says something about a tag wins: header, then body, then the endpoint's own. */
export const mergeTags = (first: Tags, second: Tags): Tags => ({
  criticality: first.criticality ?? second.criticality,
  domain: first.domain ?? second.domain,
  compliance: first.compliance ?? second.compliance,
  cost_centre: first.cost_centre ?? second.cost_centre,
})
