import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { sha256 } from '#platform/canonical'
import { folderObjects } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-objects-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const objects = folderObjects(folder)

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}
async function* breaking(): AsyncGenerator<Buffer> {
  yield Buffer.from('half')
  throw new Error('the client went away')
}

describe('an object', () => {
  it('is stored once under the digest of its bytes, however they come', async () => {
    const whole = await objects.put(Buffer.from('hello world'))
    const pieces = await objects.put(chunks('hello', ' ', 'world'))
    expect(pieces).toEqual(whole)
    expect(whole).toEqual({ digest: sha256('hello world'), sizeBytes: 11 })
    expect((await objects.read(whole.digest)).toString()).toBe('hello world')
    expect(await objects.has(whole.digest)).toEqual({ sizeBytes: 11 })
  })

  it('with another digest than expected, too large or broken off leaves nothing', async () => {
    await expect(objects.put(Buffer.from('x'), { expected: sha256('y') })).rejects.toMatchObject({ code: 'digest_mismatch' })
    await expect(objects.put(chunks('aaaa', 'bbbb'), { maxBytes: 5 })).rejects.toMatchObject({ code: 'object_too_large' })
    await expect(objects.put(breaking())).rejects.toThrow('went away')
    expect(readdirSync(join(folder, 'incoming'))).toEqual([])
    expect(await objects.has(sha256('x'))).toBeUndefined()
  })

  it('that rotted on disk is an error when read, not an answer', async () => {
    const { digest } = await objects.put(Buffer.from('sound bytes'))
    writeFileSync(join(folder, digest.slice(7, 9), digest.slice(7)), 'wrong bytes')
    await expect(objects.read(digest)).rejects.toMatchObject({ code: 'object_corrupt' })
    const seen: Buffer[] = []
    const { stream } = await objects.get(digest)
    await expect(
      (async () => {
        for await (const chunk of stream) seen.push(chunk as Buffer)
      })(),
    ).rejects.toMatchObject({ code: 'object_corrupt' })
    expect(Buffer.concat(seen)).toHaveLength(0)
  })

  it('is read in ranges', async () => {
    const { digest } = await objects.put(Buffer.from('0123456789'))
    const { stream, sizeBytes } = await objects.get(digest, { start: 2, end: 4 })
    expect(sizeBytes).toBe(10)
    expect(Buffer.concat(await Array.fromAsync(stream)).toString()).toBe('234')
  })

  it('left half-written by a crash is swept', async () => {
    writeFileSync(join(folder, 'incoming', 'left'), 'x')
    expect(await objects.sweep()).toBe(1)
  })
})

describe('staging', () => {
  it('keeps the parts of an object that is still arriving, also the part whose sender went away', async () => {
    const first = await objects.staging.putPart('upl_1', breaking(), { maxBytes: 100 })
    expect(first).toMatchObject({ sizeBytes: 4, failure: 'broken-off' })
    const second = await objects.staging.putPart('upl_1', chunks(' and', ' half'), { maxBytes: 100 })
    const whole = await objects.put(objects.staging.read('upl_1', [first.part, second.part]))
    expect((await objects.read(whole.digest)).toString()).toBe('half and half')
    await objects.staging.drop('upl_1')
    expect(readdirSync(join(folder, 'staging'))).toEqual([])
  })

  it('takes no more than it was told to', async () => {
    expect(await objects.staging.putPart('upl_2', chunks('aaaa', 'bbbb'), { maxBytes: 5 })).toMatchObject({ sizeBytes: 4, failure: 'too-large' })
  })
})
