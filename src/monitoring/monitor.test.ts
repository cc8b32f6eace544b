import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Condition, conditionOf, nextStep } from './monitor.ts'

const above = { comparator: 'above', threshold: 0.1, clear_threshold: 0.05, min_count: 10 } as const

describe('a reading', () => {
  it.each([
    [0.11, 10, 'breach'],
    [0.1, 10, 'between'],
    [0.06, 10, 'between'],
    [0.05, 10, 'well'],
    [0, 10, 'well'],
    [0.9, 9, 'too-few'],
    [null, 50, 'too-few'],
  ] as const)('of %s in %s calls is %s', (value, count, condition) => {
    expect(conditionOf(above, { value, count })).toBe(condition)
  })

  it('below a floor is the mirror of it', () => {
    const below = { comparator: 'below', threshold: 5, clear_threshold: null, min_count: 0 } as const
    expect([4, 5, 6, 0].map((value) => conditionOf(below, { value, count: 0 }))).toEqual(['breach', 'well', 'well', 'breach'])
  })
})

describe('an alert', () => {
  it('never ends before it was well for the whole time asked for, and never fires twice in a row', () => {
    const conditions = fc.array(fc.tuple(fc.constantFrom<Condition>('breach', 'between', 'well', 'too-few'), fc.integer({ min: 1, max: 40 })))
    fc.assert(
      fc.property(conditions, (steps) => {
        let nowMs = 0
        let status = { isFiring: false, clearSinceMs: null as number | null }
        let lastBadMs = 0
        for (const [condition, seconds] of steps) {
          nowMs += seconds * 1000
          const step = nextStep(status, condition, nowMs, 60)
          if (condition === 'breach' || condition === 'between') lastBadMs = nowMs
          if (step.kind === 'fire') {
            expect([status.isFiring, condition]).toEqual([false, 'breach'])
            status = { isFiring: true, clearSinceMs: null }
          } else if (step.kind === 'resolve') {
            expect(status.isFiring).toBe(true)
            expect(nowMs - lastBadMs).toBeGreaterThanOrEqual(60_000)
            status = { isFiring: false, clearSinceMs: null }
          } else status = { ...status, clearSinceMs: step.clearSinceMs }
        }
      }),
    )
  })
})
