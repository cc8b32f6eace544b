import { expect, test } from 'vitest'
import { readCases } from './cases.ts'

test('lines of JSON keep their label, their role and their source; other lines are texts', () => {
  const { rows, problems } = readCases('{"text":"a","label":"attack","role":"tool","source":"s"}\nplain words\n\n{"text":"b","label":0}\n')
  expect(rows).toEqual([
    { text: 'a', label: true, origin: 'document', group: 's' },
    { text: 'plain words', origin: 'user' },
    { text: 'b', label: false, origin: 'user' },
  ])
  expect(problems).toEqual([])
})

test('a line that cannot be read is named by its number', () => {
  expect(readCases('{"txt":"a"}\n{"text":"b","label":"perhaps"}\n{broken').problems).toEqual([
    'Line 1 has no text.',
    'Line 2 has a label that says neither yes nor no: perhaps.',
    'Line 3 is not JSON.',
  ])
})
