import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assess, DEFAULT_MATRIX, SEVERITIES, SeverityInputs } from './severity.ts'

const of = (inputs: Record<string, unknown>) => assess(DEFAULT_MATRIX, 3, SeverityInputs.parse(inputs))

describe('severity', () => {
  it.each([
    [{ impact: 'harm', criticality: 'critical' }, 'sev0'],
    [{ impact: 'slo-burn', criticality: 'high' }, 'sev2'],
    [{ impact: 'slo-burn', criticality: 'high', compliance: 'gdpr' }, 'sev1'],
    [{ impact: 'slo-burn', criticality: 'high', compliance: 'gdpr', wide_reach: true, vulnerable_group: true }, 'sev0'],
    [{ impact: 'slo-burn' }, 'sev3'],
    [{ impact: 'harm', criticality: 'low', lowered_because: 'already undone' }, 'sev2'],
    [{ impact: 'cosmetic', criticality: 'medium', lowered_because: 'nobody saw it' }, 'sev4'],
    [{ impact: 'drift', criticality: 'low' }, null],
    [{ impact: 'drift', criticality: 'low', compliance: 'gdpr' }, 'sev4'],
  ])('of %j is %s', (inputs, severity) => {
    expect(of(inputs)).toMatchObject({ severity, matrix_version: 3 })
  })

  it('never gets better by a modifier that makes it worse', () => {
    const inputs = fc.record({
      impact: fc.constantFrom('harm', 'wrong-decisions', 'slo-burn', 'drift', 'cosmetic'),
      criticality: fc.constantFrom('low', 'medium', 'high', 'critical'),
    })
    const rank = (severity: string | null): number => (severity === null ? 5 : (SEVERITIES as readonly string[]).indexOf(severity))
    fc.assert(
      fc.property(inputs, (one) => {
        expect(rank(of({ ...one, compliance: 'x' }).severity)).toBeLessThanOrEqual(rank(of(one).severity))
        expect(rank(of({ ...one, lowered_because: 'x' }).severity)).toBeGreaterThanOrEqual(rank(of(one).severity))
      }),
    )
  })
})
