import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { typesOf } from '../console/scripts/api-types.mjs'
import { generatedDocs } from '../src/docs.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

it.each(Object.entries(generatedDocs()))('docs/%s says what the code says (node scripts/run.mjs scripts/docs.ts)', (name, text) => {
  expect(read(join('docs', name)) === text).toBe(true)
})

it('the console knows the API as it is (node scripts/run.mjs console/scripts/api-types.mjs)', () => {
  expect(read('console/src/app/api-types.gen.ts') === typesOf(JSON.parse(read('docs/openapi.json')))).toBe(true)
})

/** As GitHub makes anchors of headings. */
const slug = (heading: string): string =>
  heading
    .replaceAll(/<[^>]*>|[`*]/g, '')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')

const anchorsOf = (text: string): Set<string> =>
  new Set([
    ...[...text.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => slug(heading)),
    ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = '']) => id),
  ])

const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '')

/** Addresses outside are not asked: a test needs no network. */
const deadLinks = (page: string): string[] => {
  const text = read(page)
  return [...withoutCode(text).matchAll(/\]\(<?([^)\s>]+)>?\)/g)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return []
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? page : join(dirname(page), path)
    if (!existsSync(join(root, target))) return [link]
    return anchor === undefined || anchorsOf(read(target)).has(anchor) ? [] : [link]
  })
}

describe('no page of the documentation leads nowhere', () => {
  const pages = ['README.md', 'DEVELOPING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
    name.endsWith('.md'),
  )
  it.each(pages)('%s', (page) => expect(deadLinks(page)).toEqual([]))

  it('a link to nowhere would be found', () => {
    expect(slug('Where `it` goes on: 1.5')).toBe('where-it-goes-on-15')
    expect(anchorsOf('# One\n<a id="two"></a>')).toEqual(new Set(['one', 'two']))
  })
})
