import { describe, expect, it } from 'vitest'
import { compareTopic, topics } from './compare.ts'

describe.each(topics())('%s', (topic) => {
  it.each(compareTopic(topic))('$fn equals $oracle on $cases cases', ({ failures }) => {
    expect(failures.length === 0 ? [] : [`${failures.length} differ`, ...failures.slice(0, 3)]).toEqual([])
  })
})
