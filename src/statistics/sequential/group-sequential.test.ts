import { expect, it } from 'vitest'
import { groupSequentialBounds, type Spending } from '#statistics'

const near = (want: number[]): unknown[] => want.map((value) => expect.closeTo(value, 3))
const z = (looks: number[], spending: Spending): number[] => groupSequentialBounds(looks, { spending }).map((bound) => bound.z)

it('two and three looks have the bounds that Lan and DeMets spending is tabulated with', () => {
  expect(z([0.5, 1], 'obrien-fleming')).toEqual(near([2.9626, 1.9686]))
  expect(z([0.5, 1], 'pocock')).toEqual(near([2.157, 2.201]))
  expect(z([1 / 3, 2 / 3, 1], 'obrien-fleming')).toEqual(near([3.7103, 2.5114, 1.993]))
})
it('one look is the fixed test, and what is spent rises to alpha', () => {
  expect(groupSequentialBounds([1], { alpha: 0.05 })[0]!.z).toBeCloseTo(1.959963985, 8)
  const bounds = groupSequentialBounds([0.4, 1], { alpha: 0.1, spending: 'pocock' })
  expect(bounds.map(({ spent }) => spent)).toEqual([expect.closeTo(0.1 * Math.log(1 + (Math.E - 1) * 0.4), 12), expect.closeTo(0.1, 12)])
  expect(bounds.map(({ information }) => information)).toEqual([0.4, 1])
})
