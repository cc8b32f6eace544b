import { describe, expect, it } from 'vitest'
import { newId, uuidv7Bytes } from './index.ts'

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const numberOf = (id: string): bigint => [...id.slice(id.indexOf('_') + 1)].reduce((sum, digit) => sum * 32n + BigInt(DIGITS.indexOf(digit)), 0n)

describe('an id', () => {
  it('spells a UUIDv7 of its instant in 26 digits', () => {
    const value = numberOf(newId('mdl', Date.UTC(2090, 0, 1)))
    expect(Number(value >> 80n)).toBe(Date.UTC(2090, 0, 1))
    expect(Number((value >> 76n) & 15n)).toBe(7)
    expect(Number((value >> 62n) & 3n)).toBe(2)
  })

  it('sorts behind every earlier one, also within a millisecond, and is never given twice', () => {
    const ids = Array.from({ length: 20_000 }, () => newId('evt'))
    expect(ids.every((id, i) => i === 0 || id > (ids[i - 1] ?? ''))).toBe(true)
  })

  it('is no view on the bytes of another', () => {
    const first = uuidv7Bytes()
    const copy = Uint8Array.from(first)
    for (let i = 0; i < 1_000; i += 1) uuidv7Bytes().fill(0)
    expect([...first]).toEqual([...copy])
  })
})
