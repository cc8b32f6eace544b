import { expect, test } from 'vitest'
import { countryOf, kindName, newRule, patternsOf, ruleText, topicsOf, topicsText } from './rules.ts'

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

test('topics are written as paragraphs and read back as they were', () => {
  const topics = [
    { name: 'advice', description: 'Advice: on money', examples: ['Should I buy shares?', 'Which fund is safe?'] },
    { name: 'rivals', description: 'Other firms', examples: [] },
  ]
  expect(topicsOf(topicsText(topics))).toEqual(topics)
  expect(topicsOf('just a description\n- an example')).toEqual([{ name: 'topic-1', description: 'just a description', examples: ['an example'] }])
})

test('every detector says what a new rule of it looks for, in words', () => {
  expect(ruleText(newRule('language'))).toBe('anything but English')
  expect(ruleText(newRule('length'))).toBe('more than 20,000 characters')
  expect(ruleText(newRule('prompt-leak'))).toBe("the release's own system prompt")
})
