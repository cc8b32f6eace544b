import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { startServerProcess } from '../support/process.ts'

const chromiumFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const executables = [process.env.PLIMSOLL_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].filter((path) => path !== undefined)

export const launchBrowser = (): Promise<Browser> => {
  const executablePath = executables.find((path) => existsSync(path))
  if (executablePath === undefined) throw new Error('no Chromium found: install it, or name it in PLIMSOLL_CHROMIUM')
  return chromium.launch({ executablePath, args: chromiumFlags })
}

/** The real server with a data folder of its own. */
export const startHarbour = async () => {
  const data = await mkdtemp(join(tmpdir(), 'plimsoll-browser-'))
  const server = await startServerProcess(['--data', data])
  return {
    url: server.url,
    data,
    firstToken: server.firstToken ?? '',
    output: server.out,
    stop: async () => {
      await server.end()
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** One person at one browser: a context of their own, so that cookies never mix. */
export interface Sailor {
  readonly page: Page
  readonly context: BrowserContext
  /** What the browser complained about; a page that works complains about nothing. */
  readonly complaints: string[]
  /** Moves inside the console, as a bookmark would. */
  go(path: string): Promise<void>
  /** Opens the dialog behind a button, fills fields by their labels, sends it and waits until it has closed. */
  inDialog(trigger: string, fill: Record<string, string | boolean>, submit: string): Promise<void>
  fill(fields: Record<string, string | boolean>): Promise<void>
  sees(text: string | RegExp): Promise<void>
}

/** The open dialog; a notice that something was done is one too for assistive technology, and not meant here. */
export const openDialog = (page: Page) => page.locator('[role=dialog]:not([data-type])')

const fillOne = async (page: Page, label: string, value: string | boolean) => {
  const field = page.getByLabel(label, { exact: true }).last()
  if (typeof value === 'boolean') return field.setChecked(value)
  const kind = await field.evaluate((element) => element.tagName)
  return kind === 'SELECT' ? void (await field.selectOption(value)) : field.fill(value)
}

export const board = async (browser: Browser, url: string, options: { colorScheme?: 'light' | 'dark' } = {}): Promise<Sailor> => {
  // Without motion, so that no colour is measured on its way to another.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    colorScheme: options.colorScheme ?? 'light',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  // A refused write is an answer that the page shows; the browser logs it as a failed resource all the same.
  page.on(
    'console',
    (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && complaints.push(message.text()),
  )
  const fill = async (fields: Record<string, string | boolean>) => {
    for (const [label, value] of Object.entries(fields)) await fillOne(page, label, value)
  }
  return {
    page,
    context,
    complaints,
    fill,
    go: async (path) => void (await page.goto(url + path)),
    inDialog: async (trigger, fields, submit) => {
      await page.getByRole('button', { name: trigger, exact: true }).first().click()
      const dialog = openDialog(page)
      await dialog.waitFor()
      await fill(fields)
      await dialog.getByRole('button', { name: submit, exact: true }).click()
      await dialog.waitFor({ state: 'detached' })
    },
    sees: async (text) => void (await page.getByText(text).first().waitFor()),
  }
}

/** From a one-time link to the overview. */
export const comeAboard = async (sailor: Sailor, link: string, fields: Record<string, string>) => {
  await sailor.page.goto(link)
  await sailor.fill(fields)
  await sailor.page.getByRole('button', { name: 'Create my account' }).click()
  await sailor.page.getByRole('heading', { name: 'Overview' }).waitFor()
}

export interface Finding {
  readonly page: string
  readonly rule: string
  readonly node: string
}

/** Every page as axe sees it: all rules by day, and by night those about colour, which are the only ones that a theme can break. */
export const axeFindings = async ({ page, go }: Sailor, paths: readonly string[]): Promise<Finding[]> => {
  const findings: Finding[] = []
  const look = async (where: string, builder: AxeBuilder) => {
    const { violations } = await builder.analyze()
    findings.push(...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => ({ page: where, rule: id, node: html.slice(0, 160) }))))
  }
  for (const path of paths) {
    await page.emulateMedia({ colorScheme: 'light' })
    await go(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    for (const loading of await page.getByText('Loading', { exact: true }).all()) await loading.waitFor({ state: 'detached' })
    await look(`${path} by day`, new AxeBuilder({ page }))
    await page.emulateMedia({ colorScheme: 'dark' })
    await look(`${path} by night`, new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']))
  }
  return findings
}

export const snapshots = async (step: string, sailors: Readonly<Record<string, Sailor>>) => {
  const folder = join(import.meta.dirname, 'screenshots')
  for (const [name, sailor] of Object.entries(sailors))
    await sailor.page.screenshot({ path: join(folder, `${step.slice(0, 40).replaceAll(/\W+/g, '-')}-${name}.png`) })
}
