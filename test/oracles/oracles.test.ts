import { describe, expect, it } from 'vitest'
import { compareFunction, readOracle, topics } from './compare.ts'

describe.each(topics())('%s', (topic) => {
  it.each(readOracle(topic).functions)('$fn equals $oracle', (entry) => {
    const { failures } = compareFunction(topic, entry)
    expect(failures.length === 0 ? [] : [`${failures.length} of ${entry.cases.length} differ`, ...failures.slice(0, 3)]).toEqual([])
  })
})
