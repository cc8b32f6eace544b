import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, expect, it } from 'vitest'
import { runCli, startServerProcess } from '../support/process.ts'
import { POSTGRES_URL } from '../support/stores.ts'

const BOUND_MS = 1_000

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-replicas-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a gateway beside the control process obeys a suspension and a revoked key within a second', async () => {
  const name = `plimsoll_replicas_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const admin = new pg.Client({ connectionString: POSTGRES_URL })
  await admin.connect()
  await admin.query(`create database ${name}`)
  const url = new URL(POSTGRES_URL)
  url.pathname = `/${name}`
  const adminKey = 'an-administrator-key-of-the-replicas'
  const env = { PLIMSOLL_DATABASE_URL: url.href, PLIMSOLL_ADMIN_KEY: adminKey, PLIMSOLL_MASTER_KEY: Buffer.alloc(32, 5).toString('base64') }
  const control = await startServerProcess(['--data', join(folder, 'control')], env)
  const gateway = await startServerProcess(['--data', join(folder, 'gateway'), '--role', 'gateway'], env)
  try {
    const toured = await runCli(['tour', '--json', '--url', control.url], { PLIMSOLL_ADMIN_KEY: adminKey })
    expect(toured.code, toured.stderr).toBe(0)

    const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
      const answer = await fetch(`${control.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (!answer.ok) throw new Error(await answer.text())
      return (await answer.json()) as T
    }
    const { key, credential } = await api<{ key: { id: string }; credential: string }>('POST', '/keys', { name: 'replica', endpoints: ['*'] })
    const ask = async (): Promise<number> => {
      const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'tour-support', messages: [{ role: 'user', content: 'Hello?' }] }),
      })
      await answer.arrayBuffer()
      return answer.status
    }
    /** Milliseconds from the acknowledged decision until the other process answers so. */
    const obeys = async (status: number): Promise<number> => {
      const startedAt = performance.now()
      while ((await ask()) !== status) {
        expect(performance.now() - startedAt).toBeLessThan(10 * BOUND_MS)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      return performance.now() - startedAt
    }
    const measured: Record<string, number> = { 'new key': await obeys(200) }
    const { items } = await api<{ items: { targets: { release: string }[] }[] }>('GET', '/endpoints')
    const release = items.flatMap(({ targets }) => targets)[0]?.release ?? ''
    for (let round = 1; round <= 5; round += 1) {
      await api('POST', `/releases/${release}/suspend`, { reason: 'measured' })
      measured[`suspended ${round}`] = await obeys(503)
      await api('POST', `/releases/${release}/restore`, { reason: 'measured' })
      measured[`restored ${round}`] = await obeys(200)
    }
    await api('POST', `/keys/${key.id}/revoke`, { reason: 'measured' })
    measured.revoked = await obeys(401)
    console.log(
      `in force in the other process after (ms): ${Object.entries(measured)
        .map(([what, ms]) => `${what} ${ms.toFixed(0)}`)
        .join(', ')}`,
    )
    expect(Math.max(...Object.values(measured))).toBeLessThan(BOUND_MS)

    // The gateway alone answers no control route.
    expect((await fetch(`${gateway.url}/api/v1/models`, { headers: { authorization: `Bearer ${adminKey}` } })).status).toBe(404)
  } finally {
    await gateway.end()
    await control.end()
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  }
})
