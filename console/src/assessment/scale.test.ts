import { expect, test } from 'vitest'
import { scaleOf, thresholdText } from './scale.ts'

const none = { value: null, interval: null, threshold: null }

test('a share is drawn on 0 to 1, a negative difference and a large ratio as far as they reach', () => {
  expect(scaleOf({ ...none, value: 0.4 })).toEqual({ from: 0, to: 1 })
  expect(scaleOf({ ...none, value: -0.1, interval: { low: -0.3, high: 0.1, level: 0.95, method: 'newcombe' } })).toEqual({ from: -0.3, to: 1 })
  expect(scaleOf({ ...none, value: 1.3, threshold: { at_most: 1.25, minimum_n: 30 } })).toEqual({ from: 0, to: 1.3 })
})

test('a threshold of zero is a threshold', () => {
  expect(thresholdText({ at_least: 0, minimum_n: 30 })).toBe('at least 0')
  expect(thresholdText(null)).toBe('–')
})
