import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type FakeClock, fakeClock } from '#platform/clock'
import { type Actor, type Ctx, contextFor, type Platform, type Role } from '#platform/context'
import { newId } from '#platform/ids'
import { createJobs } from '#platform/jobs'
import { silentLogger } from '#platform/logging'
import { folderObjects } from '#platform/objects'
import { createSecrets } from '#platform/secrets'
import { openTestStore } from './stores.ts'

export interface TestPlatform extends Platform {
  readonly clock: FakeClock
  /** The URL of the database, on PostgreSQL. */
  readonly url: string | null
  readonly folder: string
}

/** The real platform for a test file, with a clock that the test moves; removed when the file ends. */
export const testPlatform = async (): Promise<TestPlatform> => {
  const { store, url, drop } = await openTestStore()
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'))
  const jobs = createJobs(store, silentLogger(), { pollSeconds: 0.5 })
  afterAll(async () => {
    await jobs.stop()
    await drop()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    store,
    url,
    folder,
    jobs,
    clock: fakeClock('2026-06-01T12:00:00.000Z'),
    log: silentLogger(),
    secrets: createSecrets(Buffer.alloc(32, 7)),
    objects: folderObjects(join(folder, 'objects')),
  }
}

export const person = (roles: readonly Role[], options: { capacities?: readonly string[]; name?: string; id?: string } = {}): Actor => ({
  kind: 'person',
  id: options.id ?? newId('per'),
  name: options.name ?? roles.join('-'),
  roles,
  capacities: options.capacities ?? [],
})

/** A context for one person; pass a project of its own so that tests in a file do not see each other. */
export const as = (platform: Platform, actor: Actor | Role, project: string = 'default'): Ctx =>
  contextFor(platform, typeof actor === 'string' ? person([actor]) : actor, project)
