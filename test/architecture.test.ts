/**
 * Who may import whom (DEVELOPING.md), read from the sources with a real parser, type imports included. The doors
 * themselves are held by the resolver: package.json's `imports` knows `#room` and `#room/hot` and nothing deeper.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'
import { parseSync } from 'oxc-parser'
import { describe, expect, it } from 'vitest'

const SOURCE = join(import.meta.dirname, '../src')

const BASE = ['platform', 'audit', 'statistics']
const BEFORE = ['registry', 'assessment', 'documentation', 'governance']
const AFTER = ['monitoring', 'incidents', 'feedback']
const FOUNDATION = [...BASE, 'access', 'safeguards']

/** Room -> rooms whose door it may use. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  statistics: [],
  platform: ['platform'],
  audit: ['platform'],
  access: BASE,
  safeguards: BASE,
  ...Object.fromEntries(BEFORE.map((room, index) => [room, [...FOUNDATION, ...BEFORE.slice(0, index)]])),
  ...Object.fromEntries(AFTER.map((room, index) => [room, [...FOUNDATION, ...BEFORE, ...AFTER.slice(0, index)]])),
  gateway: ['platform', 'statistics'],
  // `serve` starts the server in this process, `audit verify`, `selftest` and `safeguards score` run offline.
  cli: ['platform', 'audit', 'statistics', 'safeguards'],
}

/** The parts of the platform that the hot path may touch: nothing that waits for a disk or a database. */
const GATEWAY_PLATFORM = ['canonical', 'clock', 'context', 'errors', 'http', 'ids', 'logging']

interface Edge {
  readonly file: string
  readonly room: string
  readonly specifier: string
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesUnder(path)
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [path] : []
  })

const importsOf = (file: string): string[] => {
  const text = readFileSync(file, 'utf8')
  const { module } = parseSync(file, text)
  return [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => /^['"](.+)['"]$/.exec(text.slice(start, end))?.[1] ?? []),
  ]
}

const roomOf = (file: string): string => relative(SOURCE, file).split(sep)[0] ?? ''
const files = filesUnder(SOURCE).filter((file) => relative(SOURCE, file).includes(sep))
const edges: Edge[] = files.flatMap((file) => importsOf(file).map((specifier) => ({ file, room: roomOf(file), specifier })))
const doors = edges.filter((edge) => edge.specifier.startsWith('#'))
const targetOf = (specifier: string): string => specifier.slice(1).split('/')[0] ?? ''

const judge = ({ file, room, specifier }: Edge): string | undefined => {
  const where = `${relative(SOURCE, file)} imports ${specifier}`
  const target = targetOf(specifier)
  if (target === room && room !== 'platform') return `${where}: inside a room imports are relative`
  if (room === 'gateway') {
    if (specifier.startsWith('#platform/'))
      return GATEWAY_PLATFORM.includes(specifier.split('/')[1] ?? '') ? undefined : `${where}: the hot path waits for nothing`
    return specifier.endsWith('/hot') || target === 'statistics' ? undefined : `${where}: the gateway enters a room by its hot door only`
  }
  if (specifier.endsWith('/hot') && !specifier.startsWith('#platform/')) return undefined
  return (allowed[room] ?? []).includes(target) ? undefined : `${where}: ${room} may not know ${target}`
}

describe('the architecture', () => {
  it('is read from a graph that is really there', () => {
    expect(files.length).toBeGreaterThan(60)
    expect(doors.some((edge) => edge.file.endsWith('create-model.ts') && edge.specifier === '#audit')).toBe(true)
  })

  it('lets a room know only the rooms of its table', () => {
    expect(doors.flatMap((edge) => judge(edge) ?? [])).toEqual([])
  })

  it('refuses edges that nobody has drawn yet', () => {
    const file = join(SOURCE, 'registry', 'imagined.ts')
    expect(judge({ file, room: 'registry', specifier: '#incidents' })).toContain('registry may not know incidents')
    expect(judge({ file, room: 'statistics', specifier: '#platform/clock' })).toContain('statistics may not know platform')
    expect(judge({ file, room: 'gateway', specifier: '#access' })).toContain('hot door only')
    expect(judge({ file, room: 'gateway', specifier: '#platform/store' })).toContain('waits for nothing')
  })

  it('keeps relative imports inside their room', () => {
    const leaving = edges
      .filter((edge) => edge.specifier.startsWith('.'))
      .flatMap(({ file, room, specifier }) => {
        const target = normalize(join(dirname(file), specifier))
        // The command `serve` is the composition root's only importer.
        if (room === 'cli' && target === join(SOURCE, 'main.ts')) return []
        if (room === 'cli' && target.endsWith('.json')) return []
        return roomOf(target) === room ? [] : [`${relative(SOURCE, file)} reaches ${relative(SOURCE, target)}`]
      })
    expect(leaving).toEqual([])
  })

  it('has no cycle between rooms', () => {
    const graph = new Map<string, Set<string>>()
    for (const { room, specifier } of doors)
      if (targetOf(specifier) !== room) graph.set(room, (graph.get(room) ?? new Set()).add(targetOf(specifier)))
    const visit = (room: string, path: readonly string[]): string[] => {
      if (path.includes(room)) return [[...path, room].join(' -> ')]
      return [...(graph.get(room) ?? [])].flatMap((next) => visit(next, [...path, room]))
    }
    expect([...graph.keys()].flatMap((room) => visit(room, []))).toEqual([])
  })

  it('opens a write transaction only where a permission is asked and an audit entry is left', () => {
    const rooms = files.filter((file) => !['platform', 'audit', 'statistics'].includes(roomOf(file)))
    const careless = rooms.flatMap((file) => {
      const text = readFileSync(file, 'utf8')
      if (!/\bwrite\((ctx|context|system)\b/.test(text)) return []
      const missing = [/\bpermit\(|\bpublicWrite\b/.test(text) ? '' : 'permit', /\.record\(/.test(text) ? '' : 'record'].filter(Boolean)
      return missing.length === 0 ? [] : [`${relative(SOURCE, file)} writes without ${missing.join(' and ')}`]
    })
    expect(careless).toEqual([])
  })
})
