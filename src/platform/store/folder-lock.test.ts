import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { acquireFolderLock, openStore } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-lock-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Tries to take the lock from another process. */
const elsewhere = (): string =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `
  import { acquireFolderLock } from ${JSON.stringify(join(import.meta.dirname, 'folder-lock.ts'))}
  process.stdout.write(acquireFolderLock(${JSON.stringify(folder)}) === undefined ? 'refused' : 'taken'); process.kill(process.pid, 'SIGKILL')`,
    ],
    { encoding: 'utf8' },
  ).stdout

describe('the data folder', () => {
  it('belongs to one process, and is free at once after that process was killed', () => {
    expect(elsewhere()).toBe('taken')
    const lock = acquireFolderLock(folder)
    expect(lock).toBeDefined()
    expect(elsewhere()).toBe('refused')
    lock?.release()
    expect(elsewhere()).toBe('taken')
  })

  it('refuses a second server with a clear line', async () => {
    const lock = acquireFolderLock(folder)
    await expect(openStore({ kind: 'pglite', folder })).rejects.toThrow(`Another process uses the data folder ${folder}`)
    lock?.release()
  })
})
