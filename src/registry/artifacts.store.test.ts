import { randomBytes } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { sha256 } from '#platform/canonical'
import { expectAudit } from '../../test/support/audit.ts'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import { registryRoutes } from './index.ts'
import { sweepUploads } from './jobs.ts'
import { parseRange } from './read-artifacts.ts'

const platform = await testPlatform()
const developer = as(platform, 'developer')
const app = await testServer(platform, registryRoutes({ maxArtifactBytes: 1_000_000 }))
const address = await app.listen({ port: 0 })
afterAll(() => app.close())
const who = actingAs(person(['developer']))
const bytes = { ...who, 'content-type': 'application/octet-stream' }
const send = (method: 'POST' | 'PATCH', url: string, payload: Buffer, headers: Record<string, string> = bytes) =>
  app.inject({ method, url, payload, headers })
const start = async (wanted: object = {}) =>
  (await app.inject({ method: 'POST', url: '/api/v1/artifacts/uploads', payload: wanted, headers: who })).json<{ id: string }>().id
const patch = (id: string, offset: number, payload: Buffer) => send('PATCH', `/api/v1/artifacts/uploads/${id}?offset=${offset}`, payload)
const offsetOf = async (id: string) => (await app.inject({ url: `/api/v1/artifacts/uploads/${id}`, headers: who })).json<{ offset: number }>().offset

describe('an artifact', () => {
  const body = randomBytes(300_000)

  it('is stored once by its digest, and recorded once', async () => {
    const first = await send('POST', `/api/v1/artifacts?digest=${sha256(body)}`, body)
    expect(first.statusCode).toBe(201)
    expect(first.json()).toMatchObject({ digest: sha256(body), size_bytes: 300_000 })
    await expectAudit(developer, 'registry.upload-artifact', sha256(body))
    expect((await send('POST', '/api/v1/artifacts', body)).json()).toEqual(first.json())
  })

  it('comes back byte for byte, whole or in ranges', async () => {
    const whole = await app.inject({ url: `/api/v1/artifacts/${sha256(body)}`, headers: who })
    expect(whole.rawPayload.equals(body)).toBe(true)
    expect(whole.headers).toMatchObject({ 'content-type': 'application/octet-stream', 'content-disposition': 'attachment', 'accept-ranges': 'bytes' })
    const part = await app.inject({ url: `/api/v1/artifacts/${sha256(body)}`, headers: { ...who, range: 'bytes=100-199' } })
    expect(part.statusCode).toBe(206)
    expect(part.headers['content-range']).toBe('bytes 100-199/300000')
    expect(part.rawPayload.equals(body.subarray(100, 200))).toBe(true)
    const stale = await app.inject({ url: `/api/v1/artifacts/${sha256(body)}`, headers: { ...who, range: 'bytes=0-9', 'if-range': '"other"' } })
    expect(stale.statusCode).toBe(200)
    const beyond = await app.inject({ url: `/api/v1/artifacts/${sha256(body)}`, headers: { ...who, range: 'bytes=300000-' } })
    expect(beyond.json()).toMatchObject({ status: 416, code: 'range_not_satisfiable' })
    const head = await app.inject({ method: 'HEAD', url: `/api/v1/artifacts/${sha256(body)}`, headers: who })
    expect([head.statusCode, head.headers['content-length'], head.rawPayload.length]).toEqual([200, '300000', 0])
    const known = await app.inject({ url: `/api/v1/artifacts/${sha256(body)}`, headers: { ...who, 'if-none-match': `"${sha256(body)}"` } })
    expect(known.statusCode).toBe(304)
  })

  it('is refused with another digest, beyond the cap, as JSON, from an auditor, and as a path', async () => {
    expect((await send('POST', `/api/v1/artifacts?digest=${sha256('other')}`, body)).json()).toMatchObject({ code: 'digest_mismatch' })
    expect((await send('POST', '/api/v1/artifacts', randomBytes(1_000_001))).json()).toMatchObject({ code: 'object_too_large' })
    const json = await app.inject({ method: 'POST', url: '/api/v1/artifacts', payload: { a: 1 }, headers: who })
    expect(json.json()).toMatchObject({ code: 'bytes_expected' })
    const auditor = { ...actingAs(person(['auditor'])), 'content-type': 'application/octet-stream' }
    expect((await send('POST', '/api/v1/artifacts', Buffer.from('x'), auditor)).statusCode).toBe(403)
    expect((await app.inject({ url: '/api/v1/artifacts/..%2f..%2fsecret', headers: who })).statusCode).toBe(400)
    expect((await app.inject({ url: `/api/v1/artifacts/${sha256('never')}`, headers: who })).statusCode).toBe(404)
  })

  it('is not seen from another project, though its bytes are stored', async () => {
    const other = actingAs(person(['developer']), 'elsewhere')
    expect((await app.inject({ url: `/api/v1/artifacts/${sha256(body)}`, headers: other })).statusCode).toBe(404)
  })

  it('that rotted on disk is not delivered as if it were whole', async () => {
    const { digest } = (await send('POST', '/api/v1/artifacts', Buffer.from('sound'))).json<{ digest: string }>()
    writeFileSync(join(platform.folder, 'objects', digest.slice(7, 9), digest.slice(7)), 'wrong')
    // Small: found before the first byte leaves. Large: the connection breaks before the last.
    expect((await app.inject({ url: `/api/v1/artifacts/${digest}`, headers: who })).statusCode).toBe(500)
    const large = (await send('POST', '/api/v1/artifacts', randomBytes(900_000))).json<{ digest: string }>().digest
    writeFileSync(join(platform.folder, 'objects', large.slice(7, 9), large.slice(7)), randomBytes(900_000))
    await expect(fetch(`${address}/api/v1/artifacts/${large}`, { headers: who }).then((answer) => answer.arrayBuffer())).rejects.toThrow()
    expect((await app.inject({ url: `/api/v1/artifacts/${digest}`, headers: { ...who, range: 'bytes=0-1' } })).statusCode).toBe(500)
  })

  it('is listed in pages', async () => {
    const ctx = actingAs(person(['developer']), 'paged')
    for (const text of ['a', 'b', 'c']) await send('POST', '/api/v1/artifacts', Buffer.from(text), { ...bytes, ...ctx })
    const list = async (query: string) =>
      (await app.inject({ url: `/api/v1/artifacts?${query}`, headers: ctx })).json<{ items: { digest: string }[]; next_cursor: string | null }>()
    const first = await list('limit=2')
    const second = await list(`limit=2&cursor=${first.next_cursor}`)
    expect(new Set([...first.items, ...second.items].map(({ digest }) => digest))).toEqual(new Set(['a', 'b', 'c'].map(sha256)))
    expect(second.next_cursor).toBeNull()
    expect((await app.inject({ url: '/api/v1/artifacts?cursor=nonsense', headers: who })).statusCode).toBe(400)
  })
})

describe('a resumable upload', () => {
  const body = randomBytes(200_000)

  it('goes on where it stands and ends as one artifact', async () => {
    const id = await start({ digest: sha256(body), size_bytes: body.length })
    expect((await patch(id, 0, body.subarray(0, 70_000))).json()).toMatchObject({ offset: 70_000 })
    expect((await patch(id, 0, body.subarray(0, 70_000))).json()).toMatchObject({ code: 'upload_offset', facts: { offset: 70_000 } })
    const early = await app.inject({ method: 'POST', url: `/api/v1/artifacts/uploads/${id}/complete`, headers: who })
    expect(early.json()).toMatchObject({ code: 'upload_incomplete' })
    await patch(id, 70_000, body.subarray(70_000))
    const done = await app.inject({ method: 'POST', url: `/api/v1/artifacts/uploads/${id}/complete`, headers: who })
    expect(done.json()).toMatchObject({ digest: sha256(body), size_bytes: 200_000 })
    expect((await app.inject({ url: `/api/v1/artifacts/${sha256(body)}`, headers: who })).rawPayload.equals(body)).toBe(true)
    expect((await app.inject({ url: `/api/v1/artifacts/uploads/${id}`, headers: who })).statusCode).toBe(404)
  })

  it('keeps what arrived when the connection breaks in the middle of a part', async () => {
    const id = await start()
    await new Promise<void>((resolve) => {
      const url = new URL(`${address}/api/v1/artifacts/uploads/${id}?offset=0`)
      const call = request(url, { method: 'PATCH', headers: { ...bytes, 'content-length': String(body.length) } })
      call.on('error', () => resolve())
      call.write(body.subarray(0, 50_000), () => setTimeout(() => call.destroy(new Error('cut')), 100))
    })
    await expect.poll(() => offsetOf(id)).toBe(50_000)
    await patch(id, 50_000, body.subarray(50_000))
    const done = await app.inject({ method: 'POST', url: `/api/v1/artifacts/uploads/${id}/complete`, headers: who })
    expect(done.json()).toMatchObject({ digest: sha256(body) })
  })

  it('has one winner when two send at the same offset', async () => {
    const id = await start()
    const answers = await Promise.all(['aaaa', 'bbbb', 'cccc'].map((text) => patch(id, 0, Buffer.from(text))))
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 409, 409])
    const done = await app.inject({ method: 'POST', url: `/api/v1/artifacts/uploads/${id}/complete`, headers: who })
    expect(['aaaa', 'bbbb', 'cccc'].map(sha256)).toContain(done.json<{ digest: string }>().digest)
  })

  it('takes no more than was announced, and nothing that hashes otherwise', async () => {
    const id = await start({ digest: sha256('abcd'), size_bytes: 4 })
    expect((await patch(id, 0, Buffer.from('abcde'))).json()).toMatchObject({ code: 'object_too_large' })
    await patch(id, 0, Buffer.from('wxyz'))
    const done = await app.inject({ method: 'POST', url: `/api/v1/artifacts/uploads/${id}/complete`, headers: who })
    expect(done.json()).toMatchObject({ code: 'digest_mismatch' })
    expect((await app.inject({ method: 'DELETE', url: `/api/v1/artifacts/uploads/${id}`, headers: who })).statusCode).toBe(204)
  })

  it('that nobody finishes in a week is given up, and leaves nothing on disk', async () => {
    const id = await start()
    await patch(id, 0, Buffer.from('left behind'))
    platform.clock.advance(8 * 86_400_000)
    const fresh = await start()
    await patch(fresh, 0, Buffer.from('still going'))
    await sweepUploads(platform)
    expect(await offsetOf(id)).toBeUndefined()
    expect(await offsetOf(fresh)).toBe(11)
    expect(readdirSync(join(platform.folder, 'objects', 'staging'))).toEqual([fresh])
  })
})

describe('a range', () => {
  it('is read as RFC 9110 says', () => {
    expect(parseRange('bytes=0-0', 10)).toEqual({ start: 0, end: 0 })
    expect(parseRange('bytes=5-', 10)).toEqual({ start: 5, end: 9 })
    expect(parseRange('bytes=-3', 10)).toEqual({ start: 7, end: 9 })
    expect(parseRange('bytes=-30', 10)).toEqual({ start: 0, end: 9 })
    expect(parseRange('bytes=2-99', 10)).toEqual({ start: 2, end: 9 })
    for (const ignored of [undefined, 'bytes=0-1,3-4', 'items=0-1', 'bytes=-', 'bytes=5-2']) expect(parseRange(ignored, 10)).toBeUndefined()
    for (const impossible of ['bytes=10-', 'bytes=-0']) expect(() => parseRange(impossible, 10)).toThrow(/10 bytes/)
  })
})
