/** The pages that say what a safeguard policy would do, in a real browser on a real server. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeFindings, board, comeAboard, launchBrowser, type Sailor, startHarbour } from './harness.ts'

let harbour: Awaited<ReturnType<typeof startHarbour>>
let browser: Browser
let ada: Sailor

beforeAll(async () => {
  harbour = await startHarbour()
  browser = await launchBrowser()
  ada = await board(browser, harbour.url)
  const link = `${harbour.url}/welcome#token=${harbour.firstToken}`
  await comeAboard(ada, link, { 'Your name': 'Ada Marlowe', 'E-mail': 'ada@example.org', Password: 'a-harbour-with-7-piers' })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await harbour?.stop()
})

test('an administrator puts a floor in force, with its reason', async () => {
  const { page } = ada
  await ada.go('/safeguards/floor')
  await ada.sees('No floor yet')
  await page.getByRole('tab', { name: 'Edit' }).click()
  await page.getByLabel('On output: kind of the new rule').selectOption('secrets')
  await page.getByRole('button', { name: 'Add a rule' }).last().click()
  await ada.fill({ Why: 'No credential leaves this organisation.' })
  await page.getByRole('button', { name: 'Put version 1 in force' }).click()
  await ada.sees('The floor is in force')
  await page.getByRole('tab', { name: 'Rules' }).click()
  await ada.sees('Secrets and credentials')
})

test('a policy is written with the new detectors and an override, and reads as it was written', async () => {
  const { page } = ada
  await ada.go('/safeguards/new')
  await ada.fill({ Name: 'harbour-desk', 'What it protects': 'What the desk is asked.' })
  await page.getByLabel('On input: kind of the new rule').selectOption('competitors')
  await page.getByRole('button', { name: 'Add a rule' }).first().click()
  await page.getByLabel('On input, rule 2: names, one a line').fill('Acme\nBlue Harbor')
  await page.getByRole('button', { name: 'Add an override' }).click()
  await page.getByLabel('criticality').fill('high')
  await page.getByLabel('Override 1, on input: kind of the new rule').selectOption('code')
  await page.getByRole('group', { name: 'Override 1, on input' }).getByRole('button', { name: 'Add a rule' }).click()
  await page.getByRole('button', { name: 'Create the policy' }).click()
  await page.getByRole('heading', { name: 'harbour-desk' }).waitFor()
  await ada.sees('Acme, Blue Harbor')
  await ada.sees('criticality high')
})

test('labelled texts show what a policy finds and misses, and where', async () => {
  const { page } = ada
  await ada.go('/safeguards/harbour-desk')
  await page.getByRole('tab', { name: 'Test', exact: true }).click()
  const lines = [
    '{"text":"Is Acme cheaper?","label":true,"source":"desk"}',
    '{"text":"A rival is cheaper.","label":true,"source":"desk"}',
    'plain words',
  ]
  await page.getByLabel('Texts, one a line').fill(lines.join('\n'))
  await page.getByRole('button', { name: 'Run the test' }).click()
  const row = page.getByRole('table', { name: 'Confusion table' }).getByRole('row').nth(1)
  await row.waitFor()
  expect(await row.textContent()).toMatch(/something is there11recall50\.0 %/)
  await ada.sees('Where label and verdict disagree')
  expect(await page.getByRole('region', { name: 'Text 2' }).textContent()).toBe('A rival is cheaper.')
  await page.getByLabel('Texts, one a line').fill('{"text": 1}')
  await page.getByRole('button', { name: 'Run the test' }).click()
  await ada.sees('Line 1 has no text.')
})

test('a budget becomes thresholds, and a rule takes them', async () => {
  const { page } = ada
  await ada.go('/safeguards/calibrations')
  const texts = Array.from({ length: 40 }, (_, at) => `When does ferry number ${at} leave for the island on Sunday?`)
  await page.getByLabel('Harmless texts of your own, one a line').fill(texts.join('\n'))
  await ada.fill({ 'Harmless texts that may be flagged, in %': '5' })
  await page.getByLabel('For rules that ask the transformer').setChecked(false)
  await page.getByRole('button', { name: 'Calibrate' }).click()
  await page.getByRole('heading', { name: 'Options for the rule' }).waitFor()
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await ada.sees('too few to say')
  await ada.go('/safeguards/new')
  await page.getByLabel('On input: kind of the new rule').selectOption('prompt-attack')
  await page.getByRole('button', { name: 'Add a rule' }).first().click()
  const thresholds = page.getByLabel('Thresholds')
  await thresholds.waitFor()
  expect(await thresholds.locator('option').nth(1).textContent()).toMatch(/^5\.00 % of 40 texts/)
})

test('no page of the safeguards has a finding of axe, by day or by night, or a complaint of the browser', async () => {
  const paths = ['/safeguards', '/safeguards/new', '/safeguards/harbour-desk', '/safeguards/floor', '/safeguards/calibrations', '/safeguards/replays']
  expect(await axeFindings(ada, paths)).toEqual([])
  expect(ada.complaints).toEqual([])
})
