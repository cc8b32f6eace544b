import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface FolderLock {
  release(): void
}

/**
 * PGlite has no directory lock: two processes would both write and corrupt it. SQLite's exclusive file lock is
 * held by the kernel, so it is refused while the owner lives and free at once after `kill -9`; it is never stolen.
 */
export const acquireFolderLock = (folder: string): FolderLock | undefined => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = new DatabaseSync(join(folder, 'lock.sqlite'))
  try {
    file.exec(
      'pragma busy_timeout=0; pragma locking_mode=exclusive; begin exclusive; create table if not exists owner (pid integer); delete from owner;',
    )
    return { release: () => file.close() }
  } catch (error) {
    file.close()
    if (error instanceof Error && /locked|busy/i.test(error.message)) return undefined
    throw error
  }
}
