import { expect, test } from 'vitest'
import { countryOf, kindName, patternsOf } from './rules.ts'

test('a national number is named by its country, and what has none is not', () => {
  expect([countryOf('de-tax-id'), kindName('de-tax-id')]).toEqual(['Germany', 'tax ID'])
  expect([countryOf('uk-nhs-number'), kindName('uk-nhs-number')]).toEqual(['United Kingdom', 'NHS number'])
  expect([countryOf('ip'), kindName('ip')]).toEqual([undefined, 'IP'])
  expect([countryOf('crypto-address'), kindName('crypto-address')]).toEqual([undefined, 'crypto address'])
})

test('a pattern without a name gets one, and an equals sign inside a pattern stays in it', () => {
  expect(patternsOf('ticket = T-[0-9]{6}\n\nkey=\\w+\n')).toEqual([
    { name: 'ticket', pattern: 'T-[0-9]{6}' },
    { name: 'pattern-2', pattern: 'key=\\w+' },
  ])
})
