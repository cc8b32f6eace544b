import { describe, expect, it } from 'vitest'
import { rowsOf } from './selftest/row.ts'
import { printSelftest, runSelftest } from './selftest.ts'

describe('selftest', () => {
  it('finds every published number again', () => {
    const rows = runSelftest()
    expect(rows.filter(({ ok }) => !ok)).toEqual([])
    expect(rows.length).toBeGreaterThan(150)
  })
  it('fails on a number that is off by one in the last printed digit', () => {
    expect(rowsOf('x', [['y', '0.1234', 0.12351]])[0]).toMatchObject({ ok: false })
    expect(rowsOf('x', [['y', '0.1234', 0.12344]])[0]).toMatchObject({ ok: true })
    expect(rowsOf('x', [['y', '0.1234', NaN]])[0]).toMatchObject({ ok: false })
  })
  it('prints a table for people and one object for programs', () => {
    const rows = runSelftest()
    expect(printSelftest(rows, false)).toContain('no difference')
    expect(JSON.parse(printSelftest(rows, true))).toMatchObject({ ok: true, failed: 0, checked: rows.length })
  })
})
