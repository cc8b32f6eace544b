import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { pick, textOf } from './print.ts'

const DIGEST = `sha256:${'0123456789ab'.padEnd(64, 'c')}`
const plain = (answer: unknown, width?: number): string[] => stripVTControlCharacters(textOf(answer, width)).split('\n')

const runs = {
  items: [
    {
      created_by: 'per_1',
      manifest_digest: DIGEST,
      suite: { name: 'basics', version: 2 },
      progress: { done: 3, total: 4 },
      status: 'running',
      id: 'run_1',
    },
    {
      created_by: 'per_1',
      manifest_digest: DIGEST,
      suite: null,
      progress: { done: 0, total: 0 },
      status: 'queued',
      id: 'run_2',
      created_at: '2026-11-23T09:59:30.464Z',
    },
  ],
  next_cursor: 'abc',
}

it('prints a list with what matters first, things by name, digests short, and how to go on', () => {
  expect(plain(runs, 110)).toEqual([
    'id     suite     status   progress  created_at            manifest_digest       created_by',
    'run_1  basics@2  running  3/4                             sha256:0123456789ab…  per_1',
    'run_2            queued   0/0       2026-11-23 09:59:30Z  sha256:0123456789ab…  per_1',
    'more: --cursor abc',
  ])
})

it('names what an endpoint serves by model and version', () => {
  expect(plain({ items: [{ name: 'support', targets: [{ release: DIGEST, weight: 1, model: 'assistant', version: 3 }] }] }, 80)[1]).toBe(
    'support  assistant@3',
  )
})

it('leaves columns out where the terminal is narrow, and cuts nothing in a pipe', () => {
  expect(plain(runs, 40)[1]).toBe('run_1  basics@2  running  3/4')
  expect(plain(runs, Number.POSITIVE_INFINITY)[1]).toContain(DIGEST)
})

it('prints what is inside an object further in', () => {
  expect(
    plain({
      name: 'a',
      tags: {},
      roles: ['x', 'y'],
      row: {
        value: 0.5,
        parts: [
          { a: 1, b: 2 },
          { a: 3, b: null },
        ],
      },
    }),
  ).toEqual(['name   a', 'tags   none', 'roles  x, y', 'row', '  value  0.5', '  parts', '    - a  1', '      b  2', '    - a  3', '      b'])
})

it('keeps the lines of a text', () => {
  expect(plain({ source: 'forbid (\n  principal\n);\n', id: 'x\n' })).toEqual(['source', '  forbid (', '    principal', '  );', 'id      x'])
})

it('says none and done, and asks for no cursor that is not there', () => {
  expect(plain({ items: [], next_cursor: null })).toEqual(['none'])
  expect(plain({ items: [{ name: 'auditor' }] })).toEqual(['name', 'auditor'])
  expect(plain(null)).toEqual(['done'])
})

it('lets no text of others write over the terminal', () => {
  const printed = textOf({ items: [{ name: 'a\u001b[2Jb\u202ec\nd' }] }, 80)
  for (const hostile of ['\u001b[2J', '\u202e', 'c\nd']) expect(printed).not.toContain(hostile)
})

it('picks one field, through objects, lists and pages', () => {
  expect(pick({ report: { id: 'rep_1' } }, 'report.id')).toBe('rep_1')
  expect(pick({ link: null }, 'link.token')).toBe('')
  expect(pick({ roles: ['a', 'b'] }, 'roles.1')).toBe('b')
  expect(pick({ size: 3 }, 'size')).toBe('3')
  expect(pick(runs, 'id')).toBe('run_1\nrun_2')
})
