import { sign, verify } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createSecrets, isSameSecret, parseMasterKey, secretFile } from './index.ts'

const secrets = createSecrets(Buffer.alloc(32, 1))

describe('a sealed value', () => {
  it('opens only for its purpose, its row and its master key', () => {
    const sealed = secrets.seal('connection', 'con_1', 'sk-secret-canary')
    expect(sealed).not.toContain('canary')
    expect(secrets.open('connection', 'con_1', sealed)).toBe('sk-secret-canary')
    expect(() => secrets.open('connection', 'con_2', sealed)).toThrow('cannot be opened')
    expect(() => secrets.open('other', 'con_1', sealed)).toThrow('cannot be opened')
    expect(() => createSecrets(Buffer.alloc(32, 2)).open('connection', 'con_1', sealed)).toThrow('cannot be opened')
  })

  it('never looks the same twice, and shows any changed character', () => {
    const sealed = secrets.seal('p', 'b', 'text')
    expect(secrets.seal('p', 'b', 'text')).not.toBe(sealed)
    const bytes = sealed.split('.')
    for (const part of [1, 2, 3]) {
      const changed = bytes.with(part, Buffer.from((bytes[part] ?? '').split('').reverse().join('')).toString('base64url')).join('.')
      expect(() => secrets.open('p', 'b', changed)).toThrow('cannot be opened')
    }
    expect(() => secrets.open('p', 'b', 'v1.a')).toThrow('cannot be opened')
  })
})

describe('derived keys', () => {
  it('are the same in every process with the master key and differ by purpose', () => {
    const again = createSecrets(Buffer.alloc(32, 1))
    const signature = sign(null, Buffer.from('x'), secrets.signingKey('audit').privateKey)
    expect(verify(null, Buffer.from('x'), again.signingKey('audit').publicKey, signature)).toBe(true)
    expect(verify(null, Buffer.from('x'), again.signingKey('other').publicKey, signature)).toBe(false)
    expect(secrets.hmac('keys', 'a')).toBe(again.hmac('keys', 'a'))
    expect(secrets.hmac('keys', 'a')).not.toBe(secrets.hmac('sessions', 'a'))
  })
})

describe('a master key', () => {
  it('is 32 bytes or refused', () => {
    expect(() => parseMasterKey('c2hvcnQ=')).toThrow('32 bytes')
    expect(parseMasterKey(`${Buffer.alloc(32).toString('base64')}\n`)).toHaveLength(32)
  })

  it('in a file is made once, readable by its owner only', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-keys-'))
    const first = secretFile(folder, 'master.key', () => 'one')
    expect(secretFile(folder, 'master.key', () => 'two')).toBe(first)
    expect(statSync(join(folder, 'master.key')).mode & 0o777).toBe(0o600)
    rmSync(folder, { recursive: true })
  })
})

it('secrets are compared whole', () => {
  expect(isSameSecret('abc', 'abc')).toBe(true)
  expect(isSameSecret('abc', 'abd')).toBe(false)
  expect(isSameSecret('abc', 'abcd')).toBe(false)
})
