/**
 * The pictures of the README: `node scripts/screenshots.mjs [--minutes 5]` starts a server of its own, walks the tour against it, lets some
 * traffic run so that the charts have something to show, and writes docs/images/*.png.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { toPalettePng } from './palette-png.mjs'
import { ROOT } from './runtime.mjs'

const minutesAt = process.argv.indexOf('--minutes')
const trafficMs = (minutesAt < 0 ? 5 : Number(process.argv[minutesAt + 1])) * 60_000
const folder = join(ROOT, 'docs', 'images')
const password = 'a pass phrase for pictures'
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const startServer = async (data) => {
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'start.mjs'), '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let text = ''
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (part) => {
      text += part
      if (text.includes('Next:')) resolve()
    })
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  const [, url] = /console +(https?:\/\/\S+)/.exec(text)
  return { child, url, token: /#token=(\S+)/.exec(text)[1], adminKey: (await readFile(join(data, 'keys', 'admin.key'), 'utf8')).trim() }
}

const run = (args) =>
  new Promise((resolve, reject) => {
    spawn(process.execPath, args, { stdio: 'inherit' }).on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${args.join(' ')} ended with ${code}`)),
    )
  })

const caller =
  ({ url, adminKey }) =>
  async (method, path, body) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }

const questions = ['Where is my parcel?', 'Can I return a lamp?', 'Write to anna@example.org when it ships', 'How long does delivery take?']

/** Callers that come and go, so that the curves have a shape. */
const traffic = async (url, key, untilMs) => {
  for (let n = 0; Date.now() < untilMs; n += 1) {
    const body = {
      model: n % 19 === 0 ? 'tour-waiting-room' : 'tour-support',
      stream: n % 2 === 0,
      messages: [{ role: 'user', content: questions[n % questions.length] }],
    }
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    await response.text()
    await new Promise((resolve) => setTimeout(resolve, 120 + 500 * Math.sin(Date.now() / 70_000) ** 2))
  }
}

const signIn = async (browser, { url, token }) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 820 } })
  const page = await context.newPage()
  await page.goto(`${url}/welcome#token=${token}`)
  await page.getByLabel('Your name').fill('Ada Marlowe')
  await page.getByLabel('E-mail').fill('ada@example.org')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Create my account' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  return page
}

const picture = async (page, name, address, colorScheme) => {
  await page.emulateMedia({ colorScheme })
  await page.goto(address)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForTimeout(2500)
  const small = toPalettePng(await page.screenshot())
  await writeFile(join(folder, `${name}.png`), small)
  console.log(`${name}.png ${(small.length / 1000).toFixed(0)} kB`)
}

const data = await mkdtemp(join(tmpdir(), 'plimsoll-pictures-'))
const server = await startServer(data)
const browser = await chromium.launch({
  executablePath: ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path)),
  args: flags,
})
try {
  await mkdir(folder, { recursive: true })
  await run([join(ROOT, 'bin', 'plimsoll.mjs'), 'tour', '--url', server.url, '--data', data])
  const page = await signIn(browser, server)
  const call = caller(server)
  await call('PUT', '/metrics/prices', {
    connection: 'simulator',
    upstream_model: 'simulator-1',
    input_micros_per_million: 150_000,
    output_micros_per_million: 600_000,
  })
  const { credential } = await call('POST', '/keys', { name: 'shop backend', endpoints: ['tour-support', 'tour-waiting-room'] })
  await traffic(server.url, credential, Date.now() + trafficMs)
  const [release] = (await call('GET', '/releases')).items
  const reports = (await call('GET', '/reports')).items
  const [raised] = (await call('GET', '/incidents')).items
  await call('POST', '/incidents', {
    title: 'Parcels are promised for dates in the past',
    endpoint: 'tour-support',
    release: release.digest,
    impact: 'wrong-decisions',
    criticality: 'high',
  })
  const credit = reports.find(({ simulated }) => !simulated) ?? reports[0]
  await picture(page, 'overview', `${server.url}/`, 'light')
  await picture(page, 'report', `${server.url}/reports/${credit.id}`, 'light')
  await picture(page, 'release', `${server.url}/releases/${release.digest}`, 'light')
  await picture(page, 'live', `${server.url}/live?hours=0.25`, 'dark')
  await picture(page, 'incident', `${server.url}/incidents/${raised.id}`, 'dark')
} finally {
  await browser.close()
  server.child.kill('SIGTERM')
  await new Promise((resolve) => server.child.once('exit', resolve))
  await rm(data, { recursive: true, force: true })
}
