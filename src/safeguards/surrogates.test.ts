import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chained, restoringFilter } from './chain.ts'
import { compilePolicy } from './compile.ts'
import { type Inspected, inspect } from './inspect.ts'
import { SafeguardPolicy } from './model.ts'
import { createStreamFilter } from './stream.ts'
import { createVault } from './surrogates.ts'

const vaultOf = (secret = 'secret', written = '') => createVault(createSecretKey(Buffer.from(secret)), () => written)

const policy = (action: string, output: unknown[] = []) =>
  compilePolicy(
    SafeguardPolicy.parse({ input: [{ detector: 'pii', action, options: { kinds: ['email', 'card', 'url'] } }], output }),
    'sha256:policy',
  )!

const look = (action: string, text: string, surrogates = vaultOf()) => inspect(policy(action), 'input', text, 'user', { surrogates }) as Inspected

describe('a hash', () => {
  test('is the same for the same value of a project, however it is written, and tells nothing without the key', () => {
    const [first, second, other] = /^(\S+) (\S+) (\S+)$/.exec(look('hash', 'jane@example.org Jane@Example.org joe@example.org').text)!.slice(1)
    expect(first).toMatch(/^\[EMAIL:[0-9a-f]{12}\]$/)
    expect(second).toBe(first)
    expect(other).not.toBe(first)
    expect(look('hash', 'jane@example.org', vaultOf('another key')).text).not.toBe(first)
    expect(look('hash', '4111 1111 1111 1111').text).toBe(look('hash', '4111-1111-1111-1111').text)
  })

  test('is a finding like a mask, without the value', () => {
    const { verdict, findings } = look('hash', 'I am jane@example.org')
    expect(verdict).toBe('mask')
    expect(findings).toMatchObject([{ action: 'hash', enforced: true, span: { start: 5, end: 21 } }])
    expect(JSON.stringify(findings)).not.toContain('jane')
  })

  test('is a plain placeholder where there is no key', () => {
    expect((inspect(policy('hash'), 'input', 'jane@example.org') as Inspected).text).toBe('[EMAIL]')
  })
})

describe('a token', () => {
  test('is numbered by first appearance and the same for the same value through a conversation', () => {
    const vault = vaultOf()
    expect(look('tokenise', 'a@b.co wrote to c@d.co', vault).text).toBe('[EMAIL_1] wrote to [EMAIL_2]')
    expect(look('tokenise', 'and c@d.co paid with 4111 1111 1111 1111 to a@b.co', vault).text).toBe('and [EMAIL_2] paid with [CARD_1] to [EMAIL_1]')
  })

  test('never takes the place of one that the caller has written', () => {
    expect(look('tokenise', '[EMAIL_1] is a@b.co', vaultOf('secret', '[EMAIL_1]')).text).toBe('[EMAIL_1] is [EMAIL_2]')
  })

  test('loses nothing of spans that overlap', () => {
    const rules = SafeguardPolicy.parse({
      input: [
        { detector: 'words', action: 'tokenise', options: { words: ['new york'] } },
        { detector: 'words', action: 'tokenise', options: { words: ['york times'] } },
      ],
    })
    const vault = vaultOf()
    const { text } = inspect(compilePolicy(rules, 'sha256:policy')!, 'input', 'the new york times!', 'user', { surrogates: vault }) as Inspected
    expect(text).not.toMatch(/york|times/)
    const restorer = vault.restorer()
    expect(restorer.push(text) + restorer.end()).toBe('the new york times!')
  })

  test('is refused in output rules, where nobody would turn it back', () => {
    const parsed = SafeguardPolicy.safeParse({ output: [{ detector: 'pii', action: 'tokenise' }] })
    expect(parsed.error?.issues).toMatchObject([{ path: ['output', 0, 'action'] }])
  })
})

describe('an answer with tokens', () => {
  const vault = vaultOf()
  look('tokenise', 'jane@example.org and joe@example.org', vault)

  test.each([
    ['Dear [EMAIL_1], [EMAIL_2] says hi.', 'Dear jane@example.org, joe@example.org says hi.'],
    ['[[EMAIL_1]] [EMAIL_1', '[jane@example.org] [EMAIL_1'],
    ['[EMAIL_3] and [CARD_1] and [EMAIL_11]', '[EMAIL_3] and [CARD_1] and [EMAIL_11]'],
    ['[EMA[EMAIL_2][', '[EMAjoe@example.org['],
    ['', ''],
  ])('%s has its values again, wherever it is cut', (given, expected) => {
    for (let first = 0; first <= given.length; first += 1)
      for (let second = first; second <= given.length; second += 1) {
        const restorer = vault.restorer()
        const chunks = [given.slice(0, first), given.slice(first, second), given.slice(second)]
        expect(chunks.map(restorer.push).join('') + restorer.end()).toBe(expected)
      }
  })

  test('holds back nothing but what may become a token', () => {
    const restorer = vault.restorer()
    expect(restorer.push('see [1] and [')).toBe('see [1] and ')
    expect(restorer.push('EX')).toBe('[EX')
    expect(restorer.push('[EMAIL_')).toBe('')
    expect(restorer.push('x')).toBe('[EMAIL_x')
  })

  test('passes the output rules first, which see the token and not the value', () => {
    const rules = policy('flag', [{ detector: 'pii', action: 'mask', options: { kinds: ['email'] } }])
    const filter = chained(createStreamFilter(rules, 'output'), restoringFilter(vault.restorer()))
    let out = ''
    for (const unit of 'To [EMAIL_1], not mallory@example.org!') out += filter.push(unit).emit
    expect(out + filter.end().emit).toBe('To jane@example.org, not [EMAIL]!')
  })

  test('that is blocked still has what stood before', () => {
    const rules = policy('flag', [{ detector: 'words', action: 'block', options: { words: ['stop'] } }])
    const filter = chained(createStreamFilter(rules, 'output'), restoringFilter(vault.restorer()))
    expect(filter.push('[EMAIL_2] [EMAIL_ stop.')).toMatchObject({ emit: 'joe@example.org [EMAIL_ ', blocked: true })
  })

  test('is what it was before, for any text', () => {
    const word = fc.constantFrom('jane@example.org', 'a@b.co', '[EMAIL_1]', '[', ']', ' ', 'EMAIL_1', 'x', '4111 1111 1111 1111', ', ')
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.nat(40), (words, cut) => {
        const text = words.join('')
        const own = vaultOf('secret', text)
        const sent = look('tokenise', text, own).text
        const restorer = own.restorer()
        expect(restorer.push(sent.slice(0, cut)) + restorer.push(sent.slice(cut)) + restorer.end()).toBe(text)
      }),
      { numRuns: 1_000 },
    )
  })
})

test('a record has the tokens again where the caller got values, in tool arguments too', () => {
  const rules = SafeguardPolicy.parse({
    input: [{ detector: 'words', action: 'tokenise', options: { words: ['jane', 'jane "j" doe'], whole_word: false } }],
  })
  const vault = vaultOf()
  void inspect(compilePolicy(rules, 'sha256:policy')!, 'input', 'jane "j" doe and jane', 'user', { surrogates: vault })
  expect(vault.conceal('jane, {"to":"jane \\"j\\" doe"}, jane "j" doe', 1_000)).toBe('[WORD_2], {"to":"[WORD_1]"}, [WORD_1]')
})

test('a record that is cut inside a value shows nothing of it', () => {
  const vault = vaultOf()
  look('tokenise', 'jane.doe@example.org', vault)
  for (let length = 1; length <= 80; length += 1)
    expect(vault.conceal(`${'word '.repeat(length)}jane.doe@example.org and on and on and on and on and on`, 20)).not.toMatch(/jane|example/)
})

test('ten thousand values cost no more than their number', () => {
  const text = Array.from({ length: 10_000 }, (_, i) => `a${i}@b${i}.co`).join(' ')
  const vault = vaultOf('secret', text)
  const before = process.cpuUsage()
  const sent = look('tokenise', text, vault).text
  const restorer = vault.restorer()
  expect(restorer.push(sent) + restorer.end()).toBe(text)
  expect(vault.conceal(text, 16_384)).not.toContain('@')
  const { user, system } = process.cpuUsage(before)
  // 0.2 s were measured.
  expect((user + system) / 1_000).toBeLessThan(4_000)
})
