import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const KILLS = 50
const CHECKED_EACH_TIME = 60

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-chaos-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Life {
  readonly opened: { missing: string[]; verified: boolean; size: number }
  readonly acknowledged: string[]
}

/** One life of the writer: it opens, checks, writes, and is killed `afterMs` after its first acknowledgement. */
const live = (check: readonly string[], afterMs: number): Promise<Life> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'store-writer.ts'), folder], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let text = ''
    let errors = ''
    let timer: NodeJS.Timeout | undefined
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk
    })
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk
      if (timer === undefined && text.includes('\nm-')) timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
    })
    child.on('exit', (_code, signal) => {
      const [first = '', ...names] = text.split('\n')
      if (signal !== 'SIGKILL' || !first.startsWith('opened ')) return reject(new Error(`the writer ended by itself: ${errors}`))
      // The last line may be cut: a name without its newline was not acknowledged in full.
      resolve({ opened: JSON.parse(first.slice(7)) as Life['opened'], acknowledged: names.slice(0, -1) })
    })
    child.stdin.end(check.join('\n'))
  })

it(`the embedded store loses no acknowledged write over ${KILLS} kills under load, and its audit log still verifies`, async () => {
  const all: string[] = []
  let missing: string[] = []
  // Each life checks the newest names of the lives before it (those a crash could lose); the last checks every one.
  for (let kill = 0; kill < KILLS; kill += 1) {
    const life = await live(all.slice(-CHECKED_EACH_TIME), 20 + Math.random() * 250)
    missing = [...missing, ...life.opened.missing]
    expect(life.opened.verified, `audit log after kill ${kill}`).toBe(true)
    all.push(...life.acknowledged)
  }
  const last = await live(all, 1)
  console.log(
    `${KILLS} kills, ${all.length} acknowledged writes, ${missing.length + last.opened.missing.length} lost, log of ${last.opened.size} entries verified`,
  )
  expect([...missing, ...last.opened.missing]).toEqual([])
  expect(last.opened.size).toBeGreaterThanOrEqual(all.length)
})
