import { describe, expect, it } from 'vitest'
import { readConfig, type Setting, settings } from './index.ts'

describe('the configuration', () => {
  it('takes a flag over the environment and the environment over the default', () => {
    expect(readConfig({}, {}).port).toBe(7400)
    expect(readConfig({}, { PLIMSOLL_PORT: '8000' }).port).toBe(8000)
    expect(readConfig({ port: '9000' }, { PLIMSOLL_PORT: '8000' }).port).toBe(9000)
    expect(readConfig({}, { DATABASE_URL: 'postgres://a/b' }).databaseUrl).toBe('postgres://a/b')
    expect(readConfig({}, { DATABASE_URL: 'postgres://a/b', PLIMSOLL_DATABASE_URL: 'postgres://c/d' }).databaseUrl).toBe('postgres://c/d')
    expect(readConfig({}, { PLIMSOLL_DATABASE_URL: '' }).databaseUrl).toBeUndefined()
  })

  it.each([
    [{ port: 'abc' }, '--port (PLIMSOLL_PORT)'],
    [{ port: '70000' }, '--port (PLIMSOLL_PORT)'],
    [{ databaseUrl: 'mysql://x/y' }, '--database-url'],
    [{ adminKey: 'short' }, '--admin-key'],
    [{ tlsCert: 'a.pem' }, 'one without the other'],
    [{ host: '0.0.0.0' }, 'Refusing to listen without TLS'],
    [{ role: 'gateway' }, '--role (PLIMSOLL_ROLE)'],
  ])('refuses %j and names the setting', (flags, message) => {
    expect(() => readConfig(flags, {})).toThrow(message)
  })

  it('listens in clear text on loopback, or where it was told to', () => {
    for (const host of ['127.0.0.1', 'localhost', '::1']) expect(readConfig({ host }, {}).host).toBe(host)
    expect(readConfig({ host: '0.0.0.0', allowClearText: true }, {}).host).toBe('0.0.0.0')
  })

  it('has one environment variable for each flag', () => {
    const all = Object.values<Setting>(settings)
    expect(new Set(all.map((one) => one.env)).size).toBe(all.length)
    for (const one of all) expect(one.env).toBe(`PLIMSOLL_${one.flag.toUpperCase().replaceAll('-', '_')}`)
  })
})
