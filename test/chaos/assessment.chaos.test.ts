import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-chaos-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ITEMS = 400
const KILLS = 3

/** Lets a worker live until it has asked so many items, then kills it without warning; `undefined` lets it finish. */
const live = (killAfterAsked: number | undefined): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'assessment-worker.ts'), folder, String(ITEMS)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines: string[] = []
    let rest = ''
    let asked = 0
    child.stdout.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts)
      asked += parts.filter((line) => line.startsWith('asked ')).length
      if (killAfterAsked !== undefined && asked >= killAfterAsked) child.kill('SIGKILL')
    })
    const limit = setTimeout(() => child.kill('SIGKILL'), 60_000)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(limit)
      return killAfterAsked === undefined && code !== 0 ? reject(new Error(`worker ended with ${code}`)) : resolve(lines)
    })
  })

const storedAtStart = (lines: readonly string[]): number => Number(lines.find((line) => line.startsWith('stored '))?.slice(7))
const askedIn = (lines: readonly string[]): string[] => lines.filter((line) => line.startsWith('asked ')).map((line) => line.slice(6))

describe('a run whose process is killed again and again', () => {
  it('loses no stored answer, asks no stored item again, and ends with one report', async () => {
    const lives: string[][] = []
    for (let kill = 0; kill < KILLS; kill += 1) lives.push(await live(60 + kill * 7))
    lives.push(await live(undefined))
    const stored = lives.map(storedAtStart)
    // What was stored before a kill is there after it, and each life goes on from there.
    expect(stored).toEqual(stored.toSorted((a, b) => a - b))
    expect(stored.at(-1)).toBeGreaterThan(0)
    const asked = lives.flatMap(askedIn)
    expect(new Set(asked).size).toBe(ITEMS)
    // Only the calls in flight at a kill (four lanes) can be made twice.
    expect(asked.length).toBeLessThanOrEqual(ITEMS + KILLS * 4)
    const done = JSON.parse(
      lives
        .at(-1)
        ?.findLast((line) => line.startsWith('done '))
        ?.slice(5) ?? '{}',
    ) as object
    expect(done).toEqual({ n: ITEMS, items: ITEMS, reports: 1, isOwn: true })
  }, 300_000)
})
