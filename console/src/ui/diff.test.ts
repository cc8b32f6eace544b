import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffLines } from './diff.ts'

const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 14 }).map((lines) => lines.join('\n'))
const side = (kind: 'added' | 'removed', lines: ReturnType<typeof diffLines>) =>
  lines
    .filter((line) => line.kind === 'same' || line.kind === kind)
    .map((line) => line.text)
    .join('\n')

test('a difference holds both texts whole, whatever they are', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after)
      expect(side('removed', lines)).toBe(before)
      expect(side('added', lines)).toBe(after)
    }),
  )
})

test('equal texts have no difference', () => {
  fc.assert(
    fc.property(text, (same) => {
      expect(diffLines(same, same).every((line) => line.kind === 'same')).toBe(true)
    }),
  )
})

test('one changed line is one removed and one added', () => {
  expect(diffLines('one\ntwo\nthree', 'one\n2\nthree').map((line) => line.kind)).toEqual(['same', 'removed', 'added', 'same'])
})

test('texts too long to compare are shown as replaced, without freezing', () => {
  const long = (word: string) => Array.from({ length: 3000 }, (_, index) => `${word} ${index}`).join('\n')
  expect(diffLines(long('before'), long('after'))).toHaveLength(6000)
})
