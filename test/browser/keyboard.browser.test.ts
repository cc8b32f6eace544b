import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest'
import { ensureConsole } from '../../scripts/runtime.mjs'
import { board, launchBrowser, openDialog, type Sailor, snapshots, startHarbour } from './harness.ts'

/** The voyage of four people without a mouse: what cannot be reached with Tab, or does not show that it was reached, stops it. */

const password = 'a long enough pass phrase'
const systemPrompt = 'You answer customers of a shop. Be brief.'
const MOST_TABS = 150

let harbour: Awaited<ReturnType<typeof startHarbour>>
let browser: Browser
let ada: Sailor
let dana: Sailor
let rita: Sailor
let omar: Sailor
let releasePath = ''

beforeAll(async () => {
  ensureConsole()
  harbour = await startHarbour()
  browser = await launchBrowser()
  const aboard = () => board(browser, harbour.url)
  ;[ada, dana, rita, omar] = await Promise.all([aboard(), aboard(), aboard(), aboard()])
}, 180_000)

beforeEach(({ task }) => {
  onTestFailed(() => snapshots(`keys ${task.name}`, { ada, dana, rita, omar }))
})

afterAll(async () => {
  await browser?.close()
  await harbour?.stop()
})

const hasFocus = (target: Locator) =>
  target
    .first()
    .evaluate((element) => element === element.ownerDocument.activeElement, undefined, { timeout: 1000 })
    .catch(() => false)

/** A ring or an edge of its own: something must say where one is. */
const showsFocus = (page: Page): Promise<boolean> =>
  page.evaluate(`(() => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement ?? document.body)
    return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) || boxShadow !== 'none'
  })()`)

const tabTo = async (page: Page, target: Locator, what: string) => {
  await target.first().waitFor()
  for (let tabs = 0; tabs <= MOST_TABS; tabs += 1) {
    if (await hasFocus(target)) {
      expect(await showsFocus(page), `the focus on ${what} can be seen`).toBe(true)
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`${what} was not reached in ${MOST_TABS} steps of Tab at ${page.url()}`)
}

const scopeOf = async (page: Page): Promise<Page | Locator> => ((await openDialog(page).count()) > 0 ? openDialog(page).last() : page)

const press = async ({ page }: Sailor, role: 'button' | 'link' | 'tab', name: string | RegExp) => {
  const target = (await scopeOf(page)).getByRole(role, { name, ...(typeof name === 'string' ? { exact: true } : {}) })
  await tabTo(page, target, `${role} ${name}`)
  await page.keyboard.press('Enter')
}

const write = async ({ page }: Sailor, fields: Readonly<Record<string, string | boolean>>) => {
  const scope = await scopeOf(page)
  for (const [label, value] of Object.entries(fields)) {
    const field = scope.getByLabel(label, { exact: true })
    await tabTo(page, field, label)
    const kind = await field.first().evaluate((element) => element.tagName)
    if (typeof value === 'boolean') {
      if ((await field.first().isChecked()) !== value) await page.keyboard.press('Space')
    } else if (kind === 'SELECT') {
      await field.first().getByRole('option', { name: value }).first().waitFor({ state: 'attached' })
      await page.keyboard.type(value)
    } else {
      await page.keyboard.press('Control+A')
      await page.keyboard.type(value)
    }
  }
}

/** Opens, fills, sends; afterwards the focus is back where it came from, unless the page has changed or the button has gone. */
const inDialog = async (sailor: Sailor, trigger: string, fields: Readonly<Record<string, string | boolean>>, submit: string) => {
  await press(sailor, 'button', trigger)
  await openDialog(sailor.page).waitFor()
  await write(sailor, fields)
  await press(sailor, 'button', submit)
  await openDialog(sailor.page).waitFor({ state: 'detached' })
}

const comeAboardByKeys = async (sailor: Sailor, link: string, fields: Readonly<Record<string, string>>) => {
  await sailor.page.goto(link)
  await write(sailor, fields)
  await press(sailor, 'button', 'Create my account')
  await sailor.page.getByRole('heading', { name: 'Overview' }).waitFor()
}

const invite = async (name: string, email: string, role: string, capacities = '') => {
  await ada.go('/settings')
  await press(ada, 'button', 'Invite a person')
  await write(ada, { Name: name, 'E-mail': email })
  const box = openDialog(ada.page).getByLabel(new RegExp(`^${role}`))
  await tabTo(ada.page, box, role)
  await ada.page.keyboard.press('Space')
  if (capacities) await write(ada, { 'Capacities of an approver': capacities })
  await press(ada, 'button', 'Make the invitation')
  const link = await ada.page.getByRole('region', { name: 'One-time link' }).textContent()
  await press(ada, 'button', 'Done')
  return link?.trim() ?? ''
}

test('an administrator comes aboard, invites three people and writes who must sign', async () => {
  await comeAboardByKeys(ada, `${harbour.url}/welcome#token=${harbour.firstToken}`, {
    'Your name': 'Ada Marlowe',
    'E-mail': 'ada@example.org',
    Password: password,
  })
  await comeAboardByKeys(dana, await invite('Dana Reyes', 'dana@example.org', 'developer'), { Password: password })
  await comeAboardByKeys(rita, await invite('Rita Okafor', 'rita@example.org', 'approver', 'risk'), { Password: password })
  await comeAboardByKeys(omar, await invite('Omar Lindqvist', 'omar@example.org', 'responder'), { Password: password })
  await ada.go('/releases?tab=policies')
  const policy = { Name: 'standard', 'Who signs, and how many': 'risk 1', 'no answer came from the simulator': false }
  await inDialog(ada, 'Write a policy', policy, 'Save the policy')
  await ada.sees('1 × risk')
})

test('a developer registers, assesses and documents a version', async () => {
  await press(dana, 'link', 'Models')
  await inDialog(dana, 'Register a model', { Name: 'support-assistant', 'What it is for': 'Answers customers.' }, 'Register')
  await dana.page.waitForURL('**/models/support-assistant')
  await inDialog(dana, 'Add a hosted version', { 'Model at the provider': 'sim-1', Snapshot: '2026-01', Temperature: '0' }, 'Add the version')
  await dana.sees('sim-1 · 2026-01')
  await press(dana, 'link', 'Assessments')
  await dana.page.getByRole('tab', { name: 'Runs & reports' }).waitFor()
  await tabTo(dana.page, dana.page.getByRole('tab', { name: 'Runs & reports' }), 'the tabs')
  await dana.page.keyboard.press('ArrowRight')
  await dana.page.keyboard.press('Enter')
  await press(dana, 'button', 'Install the examples')
  await dana.sees('assistant-basics 1')
  await inDialog(
    dana,
    'Assess a version',
    { Model: 'support-assistant', Version: '1', Suite: 'assistant-basics', 'System prompt': systemPrompt },
    'Start',
  )
  await dana.page.getByRole('link', { name: 'Read the report' }).waitFor({ timeout: 120_000 })
  await press(dana, 'link', 'Read the report')
  await dana.sees('quasi exact match')
  await press(dana, 'link', 'Cards & decisions')
  await inDialog(dana, 'Draft a card', { Model: 'support-assistant', Version: '1' }, 'Draft')
  await dana.page.waitForURL('**/cards/card_*')
  await tabTo(dana.page, dana.page.getByRole('tab', { name: 'Read' }), 'the tabs of the card')
  await dana.page.keyboard.press('ArrowRight')
  await dana.page.keyboard.press('Enter')
  const areas = await dana.page.getByRole('tabpanel').getByRole('textbox').all()
  expect(areas.length).toBeGreaterThan(8)
  for (const [index, area] of areas.entries()) {
    await tabTo(dana.page, area, `section ${index}`)
    await dana.page.keyboard.press('Control+A')
    await dana.page.keyboard.type('By keyboard.')
  }
  await write(dana, { 'Risk rating': 'low' })
  await press(dana, 'button', 'Save as version 2')
  await dana.sees('complete')
}, 240_000)

test('she asks for approval, the approver signs, and the endpoint serves', async () => {
  await press(dana, 'link', 'Releases & approvals')
  await inDialog(dana, 'Build a release', { Model: 'support-assistant', Version: '1', 'System prompt': systemPrompt }, 'Build')
  await dana.page.waitForURL('**/releases/sha256:*')
  releasePath = new URL(dana.page.url()).pathname
  await inDialog(dana, 'Ask for approval', {}, 'Ask')
  await rita.go('/')
  await press(rita, 'link', /Sign off support-assistant 1/)
  await inDialog(rita, 'Sign off', {}, 'Sign')
  await rita.page.getByRole('table', { name: 'Sign-offs' }).getByText('Rita Okafor').waitFor()
  await press(dana, 'link', 'Endpoints & keys')
  await inDialog(dana, 'Create an endpoint', { Name: 'support' }, 'Create')
  await dana.go('/endpoints/support')
  await inDialog(dana, 'Point to a release', { Reason: 'first release' }, 'Point')
  await dana.sees('serving')
})

test('a responder reports an incident, suspends the release and restores it', async () => {
  await press(omar, 'link', 'Incidents')
  await inDialog(omar, 'Report an incident', { 'What happens': 'Wrong order numbers', Endpoint: 'support' }, 'Report it')
  await omar.page.waitForURL('**/incidents/inc_*')
  await inDialog(omar, 'Suspend the release', { Reason: 'It invents order numbers.' }, 'Suspend')
  await rita.go(releasePath)
  await rita.sees('Suspended: the gateway refuses it')
  await inDialog(omar, 'Restore the release', { Reason: 'Fixed.' }, 'Restore')
  await omar.page.getByRole('button', { name: 'Resolve' }).waitFor()
})

test('Escape closes a dialog without a word sent, and gives the focus back', async () => {
  await omar.go('/incidents')
  const trigger = omar.page.getByRole('button', { name: 'Report an incident', exact: true })
  await press(omar, 'button', 'Report an incident')
  await openDialog(omar.page).waitFor()
  await write(omar, { 'What happens': 'Never mind' })
  await omar.page.keyboard.press('Escape')
  await openDialog(omar.page).waitFor({ state: 'detached' })
  await expect.poll(() => hasFocus(trigger)).toBe(true)
  expect(await omar.page.getByText('Never mind').count()).toBe(0)
})

test('the audit log leads to what its entries are about', async () => {
  await ada.go('/audit?action=incidents.')
  await press(ada, 'link', 'Wrong order numbers')
  await ada.page.getByRole('heading', { name: 'Wrong order numbers' }).waitFor()
  await dana.go('/audit')
  await dana.sees('Your roles do not open the log')
})

test('no browser complained', () => {
  expect([ada, dana, rita, omar].flatMap(({ complaints }) => complaints)).toEqual([])
})
