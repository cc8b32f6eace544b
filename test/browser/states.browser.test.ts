import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest'
import { ensureConsole } from '../../scripts/runtime.mjs'
import { runCli } from '../support/process.ts'
import { board, comeAboard, launchBrowser, type Sailor, snapshots, startHarbour } from './harness.ts'

/** Every page while it waits, when it may not read, and when nothing answers: it never says that there is nothing before it knows. */

let harbour: Awaited<ReturnType<typeof startHarbour>>
let browser: Browser
let ada: Sailor
let paths: readonly string[] = []

interface Listed {
  readonly items: readonly { readonly id: string; readonly digest?: string }[]
}

const first = async (path: string) => {
  const { items } = await ada.page.evaluate<Listed>(`fetch('/api/v1${path}').then((answer) => answer.json())`)
  return items[0] ?? { id: 'none' }
}

beforeAll(async () => {
  ensureConsole()
  harbour = await startHarbour()
  browser = await launchBrowser()
  ada = await board(browser, harbour.url)
  const link = `${harbour.url}/welcome#token=${harbour.firstToken}`
  await comeAboard(ada, link, { 'Your name': 'Ada Marlowe', 'E-mail': 'ada@example.org', Password: 'a long enough pass phrase' })
  expect((await runCli(['tour', '--json', '--url', harbour.url, '--data', harbour.data])).code).toBe(0)
  paths = [
    '/',
    '/models',
    '/models/tour-assistant',
    '/models/tour-assistant/versions/1',
    '/assessments',
    '/assessments?tab=suites',
    '/assessments?tab=datasets',
    `/assessments/runs/${(await first('/runs')).id}`,
    `/assessments/reports/${(await first('/reports')).id}`,
    '/cards',
    `/cards/${(await first('/cards')).id}`,
    '/releases',
    '/releases?tab=approvals',
    '/releases?tab=policies',
    `/releases/${(await first('/releases')).digest}`,
    '/endpoints',
    '/endpoints/tour-support',
    '/safeguards',
    '/safeguards/tour-safeguards',
    '/live',
    '/live?tab=alerts',
    '/live?tab=events',
    '/incidents',
    `/incidents/${(await first('/incidents')).id}`,
    '/feedback',
    `/feedback?item=${(await first('/feedback')).id}`,
    '/audit',
    '/settings',
  ]
}, 240_000)

beforeEach(async ({ task }) => {
  await ada.page.unrouteAll({ behavior: 'ignoreErrors' })
  onTestFailed(() => snapshots(`states ${task.name}`, { ada }))
})

afterAll(async () => {
  await browser?.close()
  await harbour?.stop()
})

/** What a page says when a list is empty, or when all is well. */
const NOTHING = /\bNo [a-z ]+ (yet|so far|matches|is set|has fired)\b|Nothing needs you|Nobody keeps watch|points to nothing|Nothing is under/

const isSession = (route: Route) => route.request().url().endsWith('/api/v1/session')
// biome-ignore lint/performance/useDomNodeTextContent: what is folded away or hidden is not said.
const textOf = (page: Page) => page.locator('main').innerText()

/** All that go wrong at once, so that one run tells everything. */
const wrongOnes = async (look: (path: string) => Promise<string | null>) => {
  const wrong: string[] = []
  for (const path of paths) {
    const why = await look(path)
    if (why !== null) wrong.push(`${path}: ${why}`)
  }
  return wrong
}

test('a page that waits says so, and nothing else', async () => {
  const { page } = ada
  const held: Route[] = []
  await page.route('**/api/v1/**', (route) => void (isSession(route) ? route.continue() : held.push(route)))
  const wrong = await wrongOnes(async (path) => {
    await ada.go(path)
    await page
      .getByText('Loading', { exact: true })
      .first()
      .waitFor({ timeout: 5000 })
      .catch(() => {})
    const text = await textOf(page)
    if (!text.includes('Loading')) return `does not say that it is loading: ${text.slice(0, 200)}`
    return NOTHING.exec(text)?.[0] ?? null
  })
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  for (const route of held) await route.abort().catch(() => {})
  expect(wrong).toEqual([])
}, 240_000)

test('a page that cannot read says so, never that there is nothing, and reads when asked again', async () => {
  const { page } = ada
  const problem = JSON.stringify({ status: 429, code: 'rate_limit_exceeded', detail: 'Too busy just now.', request_id: 'req_busy' })
  const refuse = (route: Route) =>
    isSession(route) ? route.continue() : route.fulfill({ status: 429, contentType: 'application/problem+json', body: problem })
  const wrong = await wrongOnes(async (path) => {
    await page.route('**/api/v1/**', refuse)
    await ada.go(path)
    await page
      .getByRole('alert')
      .first()
      .waitFor({ timeout: 15_000 })
      .catch(() => {})
    const text = await textOf(page)
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    if (!text.includes('Too busy just now.')) return `does not say why: ${text.slice(0, 200)}`
    const nothing = NOTHING.exec(text)
    if (nothing) return `says ${nothing[0]}`
    await page.getByRole('button', { name: 'Try again' }).first().click()
    const gone = await page
      .getByText('Too busy just now.')
      .first()
      .waitFor({ state: 'detached', timeout: 2000 })
      .then(() => true)
      .catch(() =>
        page
          .getByRole('button', { name: 'Try again' })
          .count()
          .then((left) => left > 0),
      )
    return gone ? null : 'does not read again'
  })
  expect(wrong).toEqual([])
}, 400_000)

test('a session that has ended leads to the sign-in and back', async () => {
  await ada.go('/models')
  await ada.page.getByRole('heading', { name: 'Models' }).waitFor()
  await ada.context.clearCookies()
  await ada.page.getByRole('link', { name: 'Incidents' }).click()
  await ada.page.waitForURL('**/sign-in?to=*')
  await ada.fill({ 'E-mail': 'ada@example.org', Password: 'a long enough pass phrase' })
  await ada.page.getByRole('button', { name: 'Sign in' }).click()
  await ada.page.getByRole('heading', { name: 'Incidents' }).waitFor()
})
