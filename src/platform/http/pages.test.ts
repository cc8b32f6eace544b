import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPages } from './pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-pages-'))
const dist = join(folder, 'dist')
const app = Fastify()
const html = { accept: 'text/html' }

const build = (name: string): void => {
  mkdirSync(join(dist, 'assets'), { recursive: true })
  writeFileSync(join(dist, 'index.html'), `<script src="/assets/${name}"></script>`)
  writeFileSync(join(dist, 'assets', name), `'${name}'`)
}

beforeAll(async () => {
  writeFileSync(join(folder, 'secret.txt'), 'not for the web')
  await addPages(app, { console: dist, openApi: () => ({ openapi: '3.1.0' }) })
})

afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the pages of the server', () => {
  it('say that the console is not built, and serve it as soon as it is', async () => {
    expect((await app.inject({ url: '/models', headers: html })).body).toContain('not built')
    build('first.js')
    expect((await app.inject({ url: '/', headers: html })).body).toContain('first.js')
    const asset = await app.inject({ url: '/assets/first.js' })
    expect(asset).toMatchObject({ statusCode: 200, body: "'first.js'" })
    expect(asset.headers['cache-control']).toContain('immutable')
  })

  it('serve what was built while the server runs', async () => {
    build('second.js')
    expect((await app.inject({ url: '/models/a', headers: html })).body).toContain('second.js')
    expect((await app.inject({ url: '/assets/second.js' })).statusCode).toBe(200)
  })

  it('tell somebody in a terminal what is here', async () => {
    const answer = await app.inject({ url: '/', headers: { accept: '*/*', host: 'ai.example:7400' } })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toContain('text/plain')
    for (const text of ['http://ai.example:7400/v1', 'http://ai.example:7400/api/docs', '/healthz']) expect(answer.body).toContain(text)
  })

  it.each([
    '/assets/gone.js',
    '/assets/',
    '/assets',
    '/api/v1/nothing',
    '/nothing',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '//secret.txt',
    '/..%5csecret.txt',
    '/%00',
  ])('have nothing at %s', async (url) => {
    const answer = await app.inject({ url, headers: { accept: '*/*' } })
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
    expect(answer.body).not.toContain('not for the web')
  })
})
