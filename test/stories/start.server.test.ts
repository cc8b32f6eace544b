import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runCli, startServerProcess } from '../support/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-start-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const adminKey = (data: string): string => readFileSync(join(data, 'keys', 'admin.key'), 'utf8').trim()

describe('a first start', () => {
  const data = join(folder, 'first')

  it('prints where everything is, refuses a second process on the folder, and keeps what was written over a kill', async () => {
    const server = await startServerProcess(['--data', data])
    expect(server.firstToken).toMatch(/^\S{20,}$/)
    expect(server.out.stdout).toContain(adminKey(data))
    expect(statSync(data).mode & 0o077).toBe(0)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)

    const second = await runCli(['serve', '--port', '0', '--data', data])
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(`Another process uses the data folder ${data}`)

    const created = await runCli(['models', 'create', '--name', 'kept', '--url', server.url, '--data', data, '--json'])
    expect(JSON.parse(created.stdout)).toMatchObject({ name: 'kept' })
    await server.end('SIGKILL')

    const again = await startServerProcess(['--data', data])
    expect(again.out.stdout).not.toContain(adminKey(data))
    const listed = await runCli(['models', 'list', '--url', again.url, '--data', data])
    expect(listed.stdout).toContain('kept')
    const ended = await again.end()
    expect([ended.code, ended.stderr]).toEqual([0, ''])
  })

  it('says what is wrong with a setting, a command or a missing server', async () => {
    expect(await runCli(['serve', '--port', '99999', '--data', data])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--port (PLIMSOLL_PORT)'),
    })
    expect(await runCli(['serve', '--host', '0.0.0.0', '--data', data])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Refusing to listen without TLS'),
    })
    expect(await runCli(['models', 'list', '--url', 'http://127.0.0.1:9', '--key', 'x'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('No server answers'),
    })
    expect(await runCli(['models', 'list', '--data', join(folder, 'nowhere')])).toMatchObject({ code: 2, stderr: expect.stringContaining('No key') })
  })
})

describe('an administrator key and a master key', () => {
  it('come from the environment; a value sealed under another master key does not open, and says so', async () => {
    const data = join(folder, 'keys')
    const env = { PLIMSOLL_ADMIN_KEY: 'an-administrator-key-of-the-test', PLIMSOLL_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') }
    const server = await startServerProcess(['--data', data], env)
    expect((await fetch(`${server.url}/api/v1/models`, { headers: { authorization: `Bearer ${env.PLIMSOLL_ADMIN_KEY}` } })).status).toBe(200)
    expect((await fetch(`${server.url}/api/v1/models`, { headers: { authorization: 'Bearer an-administrator-key-of-the-tesT' } })).status).toBe(401)
    await server.end()
    // The audit log's signing key follows the master key: another one cannot have written this log.
    const wrong = await runCli(['serve', '--port', '0', '--data', data], { ...env, PLIMSOLL_MASTER_KEY: Buffer.alloc(32, 2).toString('base64') })
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('audit log') })
  })
})

describe('TLS', () => {
  it('is served from 1.2 on, and a client without a certificate is refused where one is asked for', async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost,IP:127.0.0.1',
      ],
      { stdio: 'ignore' },
    )
    const get = (url: string, options: object): Promise<number> =>
      new Promise((resolve, reject) => {
        const call = request(url, { ca: readFileSync(cert), agent: false, ...options }, (answer) => {
          answer.resume()
          resolve(answer.statusCode ?? 0)
        })
        call.on('error', reject).end()
      })
    const server = await startServerProcess(['--data', join(folder, 'tls'), '--tls-cert', cert, '--tls-key', key])
    expect(server.url).toMatch(/^https:/)
    expect(await get(`${server.url}/healthz`, {})).toBe(200)
    await expect(get(`${server.url}/healthz`, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1' })).rejects.toThrow()
    await server.end()
    const mutual = await startServerProcess(['--data', join(folder, 'tls'), '--tls-cert', cert, '--tls-key', key, '--tls-client-ca', cert])
    await expect(get(`${mutual.url}/healthz`, {})).rejects.toThrow()
    expect(await get(`${mutual.url}/healthz`, { cert: readFileSync(cert), key: readFileSync(key) })).toBe(200)
    await mutual.end()
    writeFileSync(cert, 'not a certificate')
    expect((await runCli(['serve', '--port', '0', '--data', join(folder, 'tls'), '--tls-cert', cert, '--tls-key', key])).code).toBe(1)
  })
})
