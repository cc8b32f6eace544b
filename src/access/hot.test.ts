import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AccessFacts,
  type AccessTable,
  authenticateKey,
  authorize,
  compileAccess,
  isVisible,
  type Principal,
  presentedCredential,
} from './hot.ts'
import { credentialOf, hashSecret, newSecret } from './keys/credential.ts'
import type { Action } from './keys/key.ts'
import { decide, parsePolicies } from './policies/cedar.ts'
import type { AccessRows, KeyRow } from './table.ts'

const PEPPER = 'a pepper'
const NOW = Date.parse('2026-06-01T12:00:00Z')
const NO_TAGS = { criticality: null, domain: null, compliance: null, cost_centre: null }

const keyRow = (n: number, more: Partial<KeyRow> = {}): { row: KeyRow; credential: string } => {
  const secret = newSecret()
  const id = `key_${String(n).padStart(26, '0')}`
  return {
    credential: credentialOf(id, secret),
    row: {
      id,
      project: 'default',
      name: `key ${n}`,
      owner: 'per_a',
      endpoints: ['chat'],
      actions: ['invoke', 'stream', 'embed'],
      tags: NO_TAGS,
      limits: { requests_per_minute: null, tokens_per_day: null },
      networks: [],
      secrets: [{ hash: hashSecret(PEPPER, secret).toString('hex'), notAfterMs: null }],
      expiresAtMs: NOW + 1_000,
      ...more,
    },
  }
}
const tableOf = (rows: Partial<AccessRows>): AccessTable => compileAccess({ keys: [], policies: [], networks: [], pepper: PEPPER, ...rows })
const codeOf = (result: Principal | { code: string }): string => ('code' in result ? result.code : 'ok')
const facts = (more: Partial<AccessFacts> = {}): AccessFacts => ({ remoteIp: '127.0.0.1', nowMs: NOW, tags: NO_TAGS, release: '', ...more })

describe('the credential of a request', () => {
  const of = (...raw: string[]) => presentedCredential(raw)

  it('comes in any of three headers, whatever their case', () => {
    expect(of('Authorization', 'Bearer abc')).toBe('abc')
    expect(of('authorization', 'bearer   abc ')).toBe('abc')
    expect(of('X-Api-Key', 'abc')).toBe('abc')
    expect(of('api-key', 'abc', 'Host', 'x')).toBe('abc')
  })

  it('may be there twice when it is the same', () => {
    expect(of('authorization', 'Bearer abc', 'x-api-key', 'abc')).toBe('abc')
  })

  it.each([
    ['none', []],
    ['an empty one', ['x-api-key', ' ']],
    ['two different ones', ['authorization', 'Bearer abc', 'x-api-key', 'abd']],
    ['two headers of one name, of which node would hide one', ['authorization', 'Bearer abc', 'authorization', 'Bearer abd']],
    ['another scheme', ['authorization', 'Basic YTpi']],
    ['two words', ['authorization', 'Bearer a b']],
    ['a valid one behind an unreadable one', ['authorization', 'Basic YTpi', 'x-api-key', 'abc']],
  ])('is refused: %s', (_, raw) => {
    expect(of(...raw)).toMatchObject({ code: 'invalid_api_key' })
  })
})

describe('a key', () => {
  const { row, credential } = keyRow(1)
  const table = tableOf({ keys: [row] })

  it('is known by its credential', () => {
    expect(authenticateKey(table, credential, '127.0.0.1', NOW)).toMatchObject({ keyId: row.id, name: 'key 1' })
  })

  it('is not known by anything else', () => {
    const others = [
      credential.slice(0, -1),
      `${credential}A`,
      credential.toUpperCase(),
      ` ${credential}`,
      credential.replace('sk-pl_', 'sk-pl-'),
      keyRow(1).credential,
      keyRow(2).credential,
      '',
      'sk-pl_',
      'x'.repeat(1_000_000),
      `sk-pl_${'é'.repeat(77)}`,
      credential.replace(/.$/, '😀'),
      `${credential.slice(0, 40)}\u0000${credential.slice(41)}`,
    ]
    for (const other of others) expect(codeOf(authenticateKey(table, other, '127.0.0.1', NOW))).toBe('invalid_api_key')
  })

  it('with one wrong character falls to the checksum, before any look-up', () => {
    const unreachable: AccessTable = { ...table, keys: { get: () => expect.unreachable() } as never }
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 82 }), fc.constantFrom(...'0aZ9bq'), (at, character) => {
        fc.pre(credential[at] !== character)
        const typo = credential.slice(0, at) + character + credential.slice(at + 1)
        expect(codeOf(authenticateKey(unreachable, typo, '127.0.0.1', NOW))).toBe('invalid_api_key')
      }),
    )
  })

  it('that expired, is outside its network or was rotated out is told so only with its secret', () => {
    const expired = keyRow(3, { expiresAtMs: NOW })
    const bound = keyRow(4, { networks: ['10.0.0.0/8', '2001:db8::/32'] })
    const old = keyRow(5)
    const fresh = keyRow(5)
    const rotated: KeyRow = { ...old.row, secrets: [{ ...old.row.secrets[0]!, notAfterMs: NOW + 10 }, ...fresh.row.secrets] }
    const all = tableOf({ keys: [expired.row, bound.row, rotated] })
    const codeAt = (presented: string, ip: string, nowMs: number) => codeOf(authenticateKey(all, presented, ip, nowMs))
    expect(codeAt(expired.credential, '127.0.0.1', NOW - 1)).toBe('ok')
    expect(codeAt(expired.credential, '127.0.0.1', NOW)).toBe('key_expired')
    expect(codeAt(keyRow(3).credential, '127.0.0.1', NOW)).toBe('invalid_api_key')
    expect(codeAt(bound.credential, '10.1.1.1', NOW)).toBe('ok')
    expect(codeAt(bound.credential, '2001:db8::7', NOW)).toBe('ok')
    expect(codeAt(bound.credential, '11.1.1.1', NOW)).toBe('network_denied')
    expect(codeAt(keyRow(4).credential, '11.1.1.1', NOW)).toBe('invalid_api_key')
    expect(codeAt(old.credential, '127.0.0.1', NOW + 9)).toBe('ok')
    expect(codeAt(fresh.credential, '127.0.0.1', NOW + 9)).toBe('ok')
    expect(codeAt(old.credential, '127.0.0.1', NOW + 10)).toBe('key_expired')
    expect(codeAt(fresh.credential, '127.0.0.1', NOW + 10)).toBe('ok')
  })

  it('must be inside the networks of the project too', () => {
    const both = keyRow(6, { networks: ['10.0.0.0/8'] })
    const table = tableOf({ keys: [both.row], networks: ['10.1.0.0/16'] })
    expect(codeOf(authenticateKey(table, both.credential, '10.1.2.3', NOW))).toBe('ok')
    expect(codeOf(authenticateKey(table, both.credential, '10.2.2.3', NOW))).toBe('network_denied')
  })

  it('that has proved itself is judged anew for its end and its address, and by a table without it not at all', () => {
    const one = keyRow(8, { networks: ['10.0.0.0/8'] })
    const table = tableOf({ keys: [one.row] })
    const codeAt = (ip: string, nowMs: number, at = table) => codeOf(authenticateKey(at, one.credential, ip, nowMs))
    const codes = [
      codeAt('10.1.1.1', NOW),
      codeAt('10.1.1.1', NOW),
      codeAt('11.1.1.1', NOW),
      codeAt('10.1.1.1', NOW),
      codeAt('10.1.1.1', NOW + 1_000),
    ]
    expect(codes).toEqual(['ok', 'ok', 'network_denied', 'ok', 'key_expired'])
    expect(codeAt('10.1.1.1', NOW, tableOf({ keys: [] }))).toBe('invalid_api_key')
    expect(table.proofs.size).toBe(1)
    expect(inspect([...table.proofs.keys()])).not.toContain(one.credential.slice(33, 76))
  })

  it('that nobody knows leaves nothing in memory', () => {
    const table = tableOf({ keys: [row] })
    for (let i = 0; i < 100; i += 1) authenticateKey(table, keyRow(i).credential, '127.0.0.1', NOW)
    expect(table.proofs.size).toBe(0)
  })

  it('has another hash under another master key', () => {
    expect(codeOf(authenticateKey(tableOf({ keys: [row], pepper: 'another' }), credential, '127.0.0.1', NOW))).toBe('invalid_api_key')
  })

  it('with a network rule that cannot be read stops the table, instead of being open to all', () => {
    expect(() => tableOf({ keys: [keyRow(7, { networks: ['10.0.0.0/99'] }).row] })).toThrow('unreadable')
  })
})

describe('a decision', () => {
  const principalOf = (table: AccessTable, credential: string): Principal => {
    const principal = authenticateKey(table, credential, '127.0.0.1', NOW)
    if ('code' in principal) throw new Error(principal.code)
    return principal
  }
  const ask = (policies: string[], more: Partial<KeyRow> = {}) => {
    const { row, credential } = keyRow(9, more)
    const table = tableOf({ keys: [row], policies: policies.map((source, i) => ({ name: `p${i}`, version: 1, source })) })
    const principal = principalOf(table, credential)
    return (action: Action, endpoint: string, at: Partial<AccessFacts> = {}) => authorize(table, principal, action, endpoint, facts(at))
  }

  it('follows the scope of the key, and hides what is outside', () => {
    const may = ask([], { actions: ['invoke'] })
    expect(may('invoke', 'chat')).toEqual({ allowed: true, visible: true, policies: ['default'] })
    expect(may('stream', 'chat')).toEqual({ allowed: false, visible: true, policies: ['scope.stream'] })
    expect(may('invoke', 'other')).toEqual({ allowed: false, visible: false, policies: ['scope.endpoint'] })
    expect(may('invoke', 'chat ')).toMatchObject({ visible: false })
  })

  it('cannot be widened by a policy', () => {
    const may = ask(['permit (principal, action, resource);'])
    expect(may('invoke', 'other')).toMatchObject({ allowed: false })
    expect(may('invoke', 'chat')).toMatchObject({ allowed: true, policies: ['default', 'p0'] })
  })

  it('is narrowed by a policy, which is named', () => {
    const may = ask([
      '@id("office") forbid (principal, action, resource) unless { context.ip.isInRange(ip("10.0.0.0/8")) };\nforbid (principal, action == Plimsoll::Action::"stream", resource) when { context.criticality == "high" };',
    ])
    expect(may('invoke', 'chat', { remoteIp: '10.0.0.1' })).toMatchObject({ allowed: true })
    expect(may('invoke', 'chat', { remoteIp: '::ffff:10.0.0.1' })).toMatchObject({ allowed: true })
    expect(may('invoke', 'chat', { remoteIp: '11.0.0.1' })).toMatchObject({ allowed: false, policies: ['p0.office'] })
    expect(may('invoke', 'chat', { remoteIp: 'no address' })).toMatchObject({ allowed: false })
    expect(may('stream', 'chat', { remoteIp: '10.0.0.1', tags: { ...NO_TAGS, criticality: 'high' } })).toMatchObject({ policies: ['p0.2'] })
    expect(may('stream', 'chat', { remoteIp: '10.0.0.1' })).toMatchObject({ allowed: true })
  })

  it('can rest on the tags of the key, which no client can change', () => {
    const may = ask(['forbid (principal, action, resource) when { principal.criticality == "high" };'], { tags: { ...NO_TAGS, criticality: 'high' } })
    expect(may('invoke', 'chat', { tags: { ...NO_TAGS, criticality: 'low' } })).toMatchObject({ allowed: false, policies: ['p0'] })
  })

  it('follows the clock where a policy reads it', () => {
    const may = ask(['forbid (principal, action, resource) when { context.now >= datetime("2026-06-01T12:00:10Z") };'])
    expect(may('invoke', 'chat', { nowMs: NOW + 9_999 })).toMatchObject({ allowed: true })
    expect(may('invoke', 'chat', { nowMs: NOW + 10_000 })).toMatchObject({ allowed: false, policies: ['p0'] })
  })

  it('is no when the built-in permission is replaced by one that says nothing of this key', () => {
    const { row, credential } = keyRow(9)
    const source = 'permit (principal == Plimsoll::ApiKey::"key_other", action, resource);'
    const table = tableOf({ keys: [row], policies: [{ name: 'default', version: 3, source }] })
    expect(authorize(table, principalOf(table, credential), 'invoke', 'chat', facts())).toEqual({ allowed: false, visible: true, policies: [] })
  })

  it('is no when a policy cannot be evaluated, since it may be one that forbids', () => {
    const may = ask(['forbid (principal, action, resource) when { 9223372036854775807 + 1 == 0 };'])
    expect(may('invoke', 'chat')).toMatchObject({ allowed: false, policies: ['p0'] })
  })

  it('stays right in an old table while a new one is in force', () => {
    const { row, credential } = keyRow(9)
    const old = tableOf({ keys: [row] })
    for (let i = 0; i < 30; i += 1)
      tableOf({
        keys: [row],
        policies: [{ name: 'p', version: i, source: `forbid (principal, action, resource) when { context.domain == "d${i}" };` }],
      })
    expect(authorize(old, principalOf(old, credential), 'invoke', 'chat', facts())).toMatchObject({ allowed: true })
  })

  it('is not filled with names that clients make up', () => {
    const { row, credential } = keyRow(9)
    const table = tableOf({ keys: [row] })
    const principal = principalOf(table, credential)
    for (let i = 0; i < 1_000; i += 1) authorize(table, principal, 'invoke', `made-up-${i}`, facts())
    expect([...table.set.decisions.keys()].filter((key) => key.includes('made-up'))).toEqual([])
  })

  it('changes with the scope of the key, although the policies stay the same', () => {
    const { row, credential } = keyRow(9)
    const wide = tableOf({ keys: [row] })
    expect(authorize(wide, principalOf(wide, credential), 'stream', 'chat', facts())).toMatchObject({ allowed: true })
    const narrow = tableOf({ keys: [{ ...row, actions: ['invoke'] }] })
    expect(narrow.set).toBe(wide.set)
    expect(authorize(narrow, principalOf(narrow, credential), 'stream', 'chat', facts())).toMatchObject({ allowed: false })
  })

  it('is not made for a name that no endpoint can have', () => {
    const may = ask([], { endpoints: ['*'] })
    expect(may('invoke', 'x'.repeat(1_000_000))).toMatchObject({ visible: false })
  })

  it.each([
    ['context.ip', ['ip']],
    ['context . domain', ['domain']],
    ['context has release', ['release']],
    ['context["ip"]', 'all'],
    ['context // why', 'all'],
    ['[context].contains(context)', 'all'],
    ['contexts.ip', []],
  ])('is cached by the facts that its policies read: %s', (text, expected) => {
    const source = `forbid (principal, action, resource); // ${text}`
    const { facts: read } = parsePolicies([{ name: 'p', version: 1, source }])
    expect(read).toEqual(expected === 'all' ? ['ip', 'now', 'criticality', 'domain', 'compliance', 'cost_centre', 'release'] : expected)
  })

  it('from the cache equals the one that Cedar makes', () => {
    const POLICIES = [
      'forbid (principal, action, resource) when { context.criticality == "high" && !context.ip.isInRange(ip("10.0.0.0/8")) };',
      'forbid (principal, action == Plimsoll::Action::"embed", resource == Plimsoll::Endpoint::"chat");',
      'forbid (principal, action, resource) when { context.now > datetime("2026-06-01T12:00:05Z") && principal.name like "key 1*" };',
      'forbid (principal, action, resource) when { context has domain && context.domain == "lending" && context.release != "sha256:a" };',
      'forbid (principal, action, resource) when { principal.domain == "lending" && context.domain != "lending" };',
      'permit (principal, action in [Plimsoll::Action::"invoke", Plimsoll::Action::"stream"], resource) when { [context.compliance].contains("gdpr") };',
      'forbid (principal, action, resource) when { context == {ip: ip("10.0.0.1"), now: datetime("2026-06-01T12:00:00Z"), criticality: "", domain: "", compliance: "", cost_centre: "", release: ""} };',
    ]
    const request = fc.record({
      key: fc.nat({ max: 3 }),
      action: fc.constantFrom<Action>('invoke', 'stream', 'embed'),
      endpoint: fc.constantFrom('chat', 'search', 'none', 'chat ', ''),
      remoteIp: fc.constantFrom('10.0.0.1', '::ffff:10.0.0.1', '192.0.2.1', '2001:db8::1', 'junk'),
      nowMs: fc.integer({ min: NOW, max: NOW + 10_000 }),
      release: fc.constantFrom('', 'sha256:a', 'sha256:b'),
      tags: fc.record({
        criticality: fc.constantFrom(null, 'low' as const, 'high' as const),
        domain: fc.constantFrom(null, 'lending', 'x'),
        compliance: fc.constantFrom(null, 'gdpr'),
        cost_centre: fc.constantFrom(null, 'c1'),
      }),
    })
    fc.assert(
      fc.property(fc.subarray(POLICIES), fc.boolean(), fc.array(request, { minLength: 1, maxLength: 40 }), (sources, isReplaced, requests) => {
        const policies = sources.map((source, i) => ({ name: isReplaced && i === 0 ? 'default' : `p${i}`, version: 1, source }))
        const keys = [
          keyRow(1).row,
          keyRow(2, { endpoints: ['*'], tags: { ...NO_TAGS, domain: 'lending' } }).row,
          keyRow(3, { endpoints: ['chat', 'search'], actions: ['invoke'] }).row,
          keyRow(4, { endpoints: ['search'], actions: ['embed'] }).row,
        ]
        const table = tableOf({ keys, policies })
        const fresh = parsePolicies(policies)
        for (const { key, action, endpoint, ...about } of requests) {
          const principal = table.keys.get(keys[key]!.id)!.principal
          const cached = authorize(table, principal, action, endpoint, about)
          const truth = decide(fresh, principal, action, endpoint, about)
          expect(cached.allowed).toBe(truth.allowed)
          expect(cached.visible).toBe(isVisible(principal, endpoint))
          if (cached.visible) expect(cached.policies).toEqual(truth.policies)
          expect(authorize(table, principal, action, endpoint, about)).toBe(cached)
        }
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})
