import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Comparison, compareTopic, readOracle, topics } from './compare.ts'

const ROOM = join(import.meta.dirname, '../../src/statistics')

type Entry = { name: string; file: string; text: string; tags: Record<string, string> }

const filesUnder = (folder: string): string[] =>
  readdirSync(join(ROOM, folder), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort()

/** Every exported function whose comment says its formula. */
const entriesOf = (file: string): Entry[] => {
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const (\w+)/g
  return [...readFileSync(join(ROOM, file), 'utf8').matchAll(comment)].flatMap(([, body = '', name = '']) => {
    const lines = body.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim())
    const [text = '', ...rest] = lines
      .join(' ')
      .trim()
      .split(/ @(?=formula|range|source|equals)/)
    const tags = Object.fromEntries(rest.map((tag) => [tag.slice(0, tag.indexOf(' ')), tag.slice(tag.indexOf(' ') + 1).trim()]))
    return tags.formula === undefined ? [] : [{ name, file, text, tags }]
  })
}

/** The power of ten above the difference: the last bits may depend on the processor, a page may not. */
const atMost = (difference: number): string => (difference === 0 ? 'none' : `below 1e${Math.max(-15, Math.ceil(Math.log10(difference)))}`)

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

export const statisticsPage = (): string => {
  const all = topics().flatMap(compareTopic)
  const compared = new Map<string, Comparison[]>()
  for (const one of all) compared.set(one.fn, [...(compared.get(one.fn) ?? []), one])
  const entries = filesUnder('').flatMap(entriesOf)
  const chapters = Map.groupBy(entries, ({ file }) => file.split('/')[0] ?? '')
  const versions = Object.entries(Object.assign({}, ...topics().map((topic) => readOracle(topic).versions)) as Record<string, string>)
  const total = all.reduce((sum, { cases }) => sum + cases, 0)
  const looser = all.filter(({ tolerance }) => tolerance > 1e-9)
  return [
    '# Statistics: definitions, sources, proof',
    '',
    'Made from the comments and the oracle files by `node scripts/run.mjs scripts/statistics-page.ts`. Do not edit.',
    '',
    `${entries.length} functions are defined here; ${entries.filter(({ name }) => compared.has(name)).length} of them were compared with other libraries, or with their definition written once more in Python where there is none; with the distributions under them that makes ${total.toLocaleString('en')} cases (test/oracles, seeds and versions inside the files).`,
    'A difference is relative to the expected value, absolute below 0.001. Functions without a comparison are held by properties, simulations or published numbers (`plimsoll selftest`).',
    '',
    `Versions: ${versions.map(([name, version]) => `${name} ${version}`).join(', ')}.`,
    '',
    ...[...chapters].flatMap(([chapter, members]) => [
      `## ${chapter}`,
      '',
      ...members.flatMap((entry) => section(entry, compared.get(entry.name) ?? [])),
    ]),
    '## Compared more loosely than 1e-9',
    '',
    '| function | with | tolerance | because |',
    '|---|---|---|---|',
    ...looser.map(({ fn, oracle, tolerance, reason }) => `| ${fn} | ${cell(oracle)} | ${tolerance.toExponential(0)} | ${cell(reason ?? '')} |`),
    '',
  ].join('\n')
}

const section = ({ name, text, tags, file }: Entry, comparisons: Comparison[]): string[] => [
  `### ${name}`,
  '',
  text,
  '',
  `- Formula: ${cell(tags.formula ?? '')}`,
  `- Range: ${tags.range ?? ''}`,
  `- Source: ${tags.source ?? ''}`,
  `- Equals: ${cell(tags.equals ?? '')}`,
  ...comparisons.map(
    ({ oracle, cases, largestDifference }) => `- Compared with ${cell(oracle)}: ${cases} cases, difference ${atMost(largestDifference)}`,
  ),
  `- Code: src/statistics/${file}`,
  '',
]
