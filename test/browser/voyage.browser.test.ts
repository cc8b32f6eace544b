import OpenAI from 'openai'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest'
import { ensureConsole } from '../../scripts/runtime.mjs'
import { axeFindings, board, comeAboard, launchBrowser, type Sailor, snapshots, startHarbour } from './harness.ts'

/** From the one-time link to a served, suspended and restored release, with four people at four browsers. */

const password = 'a long enough pass phrase'
const systemPrompt = 'You answer customers of a shop. Be brief.'

let harbour: Awaited<ReturnType<typeof startHarbour>>
let browser: Browser
let ada: Sailor
let dana: Sailor
let rita: Sailor
let omar: Sailor
let apiKey = ''
let releasePath = ''
let reportPath = ''
let cardPath = ''
let incidentPath = ''

beforeAll(async () => {
  ensureConsole()
  harbour = await startHarbour()
  browser = await launchBrowser()
  const aboard = () => board(browser, harbour.url)
  ;[ada, dana, rita, omar] = await Promise.all([aboard(), aboard(), aboard(), aboard()])
}, 180_000)

// What everybody saw when a step failed; the folder is not kept in the repository.
beforeEach(({ task }) => {
  onTestFailed(() => snapshots(task.name, { ada, dana, rita, omar }))
})

afterAll(async () => {
  await browser?.close()
  await harbour?.stop()
})

const client = () => new OpenAI({ baseURL: `${harbour.url}/v1`, apiKey, maxRetries: 0 })
const ask = () => client().chat.completions.create({ model: 'support', messages: [{ role: 'user', content: 'Where is my order?' }] })

/** The gateway's answer to one call: the status, and the code of a refusal. */
const outcome = () =>
  ask().then(
    () => ({ status: 200, code: null as string | null }),
    (error: unknown) => (error instanceof OpenAI.APIError ? { status: error.status, code: error.code ?? null } : Promise.reject(error)),
  )

const invite = async (name: string, email: string, roles: string[], capacities = '') => {
  await ada.go('/settings')
  await ada.page.getByRole('button', { name: 'Invite a person' }).click()
  await ada.fill({ Name: name, 'E-mail': email, 'Capacities of an approver': capacities })
  for (const role of roles)
    await ada.page
      .getByRole('dialog')
      .getByLabel(new RegExp(`^${role}`))
      .check()
  await ada.page.getByRole('button', { name: 'Make the invitation' }).click()
  const link = await ada.page.getByRole('region', { name: 'One-time link' }).textContent()
  await ada.page.getByRole('button', { name: 'Done' }).click()
  return link?.trim() ?? ''
}

test('the first administrator comes aboard with the one-time link, which works once', async () => {
  const link = `${harbour.url}/welcome#token=${harbour.firstToken}`
  await comeAboard(ada, link, { 'Your name': 'Ada Marlowe', 'E-mail': 'ada@example.org', Password: password })
  expect(ada.page.url()).not.toContain('token')
  const late = await board(browser, harbour.url)
  await late.page.goto(link)
  await late.sees('This link does not work')
  await late.context.close()
})

test('three people are invited, and each comes aboard with a link of their own', async () => {
  const people: [Sailor, string, string, string[], string][] = [
    [dana, 'Dana Reyes', 'dana@example.org', ['developer'], ''],
    [rita, 'Rita Okafor', 'rita@example.org', ['approver'], 'risk'],
    [omar, 'Omar Lindqvist', 'omar@example.org', ['responder'], ''],
  ]
  for (const [sailor, name, email, roles, capacities] of people) {
    await comeAboard(sailor, await invite(name, email, roles, capacities), { Password: password })
    await sailor.sees(name)
  }
})

test('the administrator writes who must sign', async () => {
  await ada.go('/releases?tab=policies')
  const first = { Name: 'standard', 'Who signs, and how many': 'risk 1', 'no answer came from the simulator': false }
  await ada.inDialog('Write a policy', first, 'Save the policy')
  await ada.sees('1 × risk')
})

test('a developer registers a model and a hosted version of it', async () => {
  await dana.go('/models')
  await dana.inDialog('Register a model', { Name: 'support-assistant', 'What it is for': 'Answers customers of the shop.' }, 'Register')
  await dana.page.waitForURL('**/models/support-assistant')
  await dana.inDialog('Add a hosted version', { 'Model at the provider': 'sim-1', Snapshot: '2026-01', Temperature: '0' }, 'Add the version')
  await dana.sees('sim-1 · 2026-01')
})

test('what a form gets wrong is said at the field', async () => {
  await dana.go('/models')
  await dana.page.getByRole('button', { name: 'Register a model' }).click()
  await dana.fill({ Name: 'Not A Name' })
  await dana.page.getByRole('button', { name: 'Register', exact: true }).click()
  await dana.sees(/lower-case letters, digits/)
  expect(await dana.page.getByLabel('Name', { exact: true }).getAttribute('aria-invalid')).toBe('true')
})

test('she assesses it against the example suite and reads the report', async () => {
  await dana.go('/assessments?tab=suites')
  await dana.page.getByRole('button', { name: 'Install the examples' }).first().click()
  await dana.sees('assistant-basics 1')
  await dana.go('/assessments')
  await dana.inDialog(
    'Assess a version',
    { Model: 'support-assistant', Version: '1', Suite: 'assistant-basics', 'System prompt': systemPrompt },
    'Start',
  )
  await dana.page.getByRole('progressbar').waitFor()
  const report = dana.page.getByRole('link', { name: 'Read the report' })
  await report.waitFor({ timeout: 120_000 })
  await report.click()
  await dana.sees('quasi exact match')
  await dana.sees('simulated')
  reportPath = new URL(dana.page.url()).pathname
}, 180_000)

test('she completes the model card that was drafted from the report', async () => {
  await dana.go('/cards')
  await dana.inDialog('Draft a card', { Model: 'support-assistant', Version: '1' }, 'Draft')
  await dana.page.waitForURL('**/cards/card_*')
  cardPath = new URL(dana.page.url()).pathname
  await dana.sees('Still missing')
  await dana.page.getByRole('tab', { name: 'Edit' }).click()
  for (const area of await dana.page.getByRole('tabpanel').getByRole('textbox').all()) await area.fill('Written for the browser test.')
  await dana.fill({ 'Risk rating': 'low' })
  await dana.page.getByRole('button', { name: 'Save as version 2' }).click()
  await dana.sees('complete')
})

test('she writes safeguards and sees what they would do', async () => {
  await dana.go('/safeguards/new')
  await dana.fill({ Name: 'customer-data' })
  await dana.page.getByRole('button', { name: 'Create the policy' }).click()
  await dana.page.getByRole('tab', { name: 'Try it' }).click()
  await dana.page.getByRole('button', { name: 'Try', exact: true }).click()
  await dana.page.getByRole('table', { name: 'Findings' }).getByText('email', { exact: true }).waitFor()
})

test('she builds a release and asks for approval; an endpoint that points nowhere refuses', async () => {
  await dana.go('/releases')
  await dana.inDialog('Build a release', { Model: 'support-assistant', Version: '1', 'System prompt': systemPrompt }, 'Build')
  await dana.page.waitForURL('**/releases/sha256:*')
  releasePath = new URL(dana.page.url()).pathname
  await dana.inDialog('Ask for approval', {}, 'Ask')
  await dana.go('/endpoints')
  await dana.inDialog('Create an endpoint', { Name: 'support', Criticality: 'high', 'Business domain': 'support' }, 'Create')
  await dana.sees('not approved')
  await dana.page.getByRole('button', { name: 'Create a key' }).first().click()
  await dana.fill({ Name: 'shop backend', Endpoint: 'support' })
  await dana.page.getByRole('button', { name: 'Create the key' }).click()
  apiKey = (await dana.page.getByRole('region', { name: 'API key' }).textContent())?.trim() ?? ''
  await dana.page.getByRole('button', { name: 'I have copied it' }).click()
  expect(await outcome()).toEqual({ status: 403, code: 'release_not_approved' })
})

test('the approver finds it on her overview, raises a point, and signs', async () => {
  await rita.go('/')
  await rita.page.getByRole('link', { name: /Sign off support-assistant 1/ }).click()
  await rita.inDialog('Raise a point', { Point: 'Is the refusal rate acceptable?' }, 'Raise it')
  await rita.page.getByRole('button', { name: 'Resolve' }).click()
  await rita.sees('resolved')
  await rita.inDialog('Sign off', { 'Condition, if any': 'Only for questions about orders.' }, 'Sign')
  await rita.page.getByRole('table', { name: 'Sign-offs' }).getByText('Rita Okafor').waitFor()
})

test('the endpoint serves it, streamed too, and the call appears live', async () => {
  await dana.go('/endpoints/support')
  await dana.inDialog('Point to a release', { Reason: 'first release' }, 'Point')
  await dana.sees('serving')
  await expect.poll(outcome).toEqual({ status: 200, code: null })
  const chunks: string[] = []
  const stream = await client().chat.completions.create({ model: 'support', stream: true, messages: [{ role: 'user', content: 'Good morning' }] })
  for await (const chunk of stream) chunks.push(chunk.choices[0]?.delta?.content ?? '')
  expect(chunks.join('')).not.toBe('')
  await dana.go('/live?tab=events')
  await dana.page.getByRole('table', { name: 'Calls' }).getByText('200').first().waitFor()
})

test('a caller leaves feedback, which is taken up', async () => {
  const { id } = await ask().then((completion) => ({ id: completion._request_id ?? '' }))
  const response = await fetch(`${harbour.url}/v1/feedback`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ request_id: id, score: -1, category: 'wrong', comment: 'The order number was ignored.' }),
  })
  expect(response.ok).toBe(true)
  await dana.go('/feedback')
  await dana.sees('The order number was ignored.')
})

test('a responder suspends the release from an incident, the gateway obeys within a second, and he restores it', async () => {
  await omar.go('/incidents')
  await omar.inDialog('Report an incident', { 'What happens': 'Wrong order numbers', Endpoint: 'support', Impact: 'wrong-decisions' }, 'Report it')
  await omar.page.waitForURL('**/incidents/inc_*')
  incidentPath = new URL(omar.page.url()).pathname
  await omar.inDialog('Suspend the release', { Reason: 'It invents order numbers.' }, 'Suspend')
  await expect.poll(outcome, { timeout: 1000, interval: 50 }).toEqual({ status: 503, code: 'release_suspended' })
  await rita.go(releasePath)
  await rita.sees('Suspended: the gateway refuses it')
  await omar.inDialog('Restore the release', { Reason: 'The shop fixed its order search.' }, 'Restore')
  await expect.poll(outcome, { timeout: 1000, interval: 50 }).toEqual({ status: 200, code: null })
  await omar.page.getByRole('button', { name: 'Resolve' }).waitFor()
})

test('all of it is in the audit log', async () => {
  await ada.go('/audit?action=governance.')
  const entries = ada.page.getByRole('table', { name: 'Audit entries' })
  for (const action of ['Build release', 'Sign off', 'Point endpoint', 'Suspend release', 'Restore release'])
    await entries.getByText(`${action} in governance`).first().waitFor()
})

test('nobody sees a page before signing in, nor after signing out', async () => {
  const stranger = await board(browser, harbour.url)
  await stranger.go('/releases')
  await stranger.page.waitForURL('**/sign-in?to=*')
  await stranger.fill({ 'E-mail': 'omar@example.org', Password: 'not the pass phrase' })
  await stranger.page.getByRole('button', { name: 'Sign in' }).click()
  await stranger.page.getByRole('alert').waitFor()
  await stranger.fill({ Password: password })
  await stranger.page.getByRole('button', { name: 'Sign in' }).click()
  await stranger.page.getByRole('heading', { name: 'Releases & approvals' }).waitFor()
  await stranger.page.getByRole('button', { name: 'Sign out' }).click()
  await stranger.page.getByRole('heading', { name: 'Sign in to Plimsoll' }).waitFor()
  await stranger.context.close()
})

test('the keyboard alone reaches the page past the navigation', async () => {
  await ada.go('/models')
  await ada.page.getByRole('heading', { name: 'Models' }).waitFor()
  await ada.page.keyboard.press('Tab')
  await ada.page.keyboard.press('Enter')
  await ada.page.keyboard.press('Tab')
  expect(await ada.page.evaluate(`document.activeElement?.closest('main') !== null`)).toBe(true)
})

test('every page is clean for axe, by day and by night', async () => {
  const paths = [
    '/',
    '/models',
    '/models/support-assistant',
    '/models/support-assistant/versions/1',
    '/assessments',
    '/assessments?tab=suites',
    '/assessments?tab=datasets',
    reportPath,
    '/cards',
    cardPath,
    '/decisions/new',
    '/releases',
    '/releases?tab=approvals',
    '/releases?tab=policies',
    releasePath,
    '/endpoints',
    '/endpoints/support',
    '/safeguards',
    '/safeguards/new',
    '/safeguards/customer-data',
    '/live',
    '/live?tab=alerts',
    '/live?tab=events',
    '/incidents',
    incidentPath,
    '/feedback',
    '/audit',
    '/settings',
  ]
  expect(await axeFindings(ada, paths)).toEqual([])
  const stranger = await board(browser, harbour.url)
  expect(await axeFindings(stranger, ['/sign-in', '/welcome'])).toEqual([])
}, 300_000)

test('no browser complained', () => {
  expect([ada, dana, rita, omar].flatMap(({ complaints }) => complaints)).toEqual([])
})
