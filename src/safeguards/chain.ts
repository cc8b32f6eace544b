import type { Release, StreamFilter } from './stream.ts'
import type { Restorer } from './surrogates.ts'

/** The release, and when all of it is there, what `next` lets go. After a block there is no next. */
export const followed = (release: Release, next: () => Release): Release => {
  if (release.blocked) return release
  if (release.rest !== undefined) return { ...release, rest: release.rest.then((rest) => followed(rest, next)) }
  const more = next()
  return {
    ...more,
    emit: release.emit + more.emit,
    findings: release.findings.length === 0 ? more.findings : [...release.findings, ...more.findings],
  }
}

/** The release with its text changed, now and later. */
export const mapped = (release: Release, change: (text: string) => string): Release => ({
  ...release,
  emit: change(release.emit),
  ...(release.rest === undefined ? {} : { rest: release.rest.then((rest) => mapped(rest, change)) }),
})

/** Two filters, one after the other: the second sees what the first lets go. */
export const chained = (first: StreamFilter, second: StreamFilter): StreamFilter => {
  /** What the second makes of a release of the first, piece by piece. */
  const through = (release: Release): Release => {
    const { emit, findings, rest } = release
    const passed = emit === '' ? NOTHING : second.push(emit)
    const told = findings.length === 0 ? passed : { ...passed, findings: [...findings, ...passed.findings] }
    // What the second had let go but for a later piece goes out: the first says that none will come.
    if (release.blocked) return { ...followed(told, second.end), blocked: true }
    return rest === undefined ? told : followed(told, () => ({ ...NOTHING, rest: rest.then(through) }))
  }
  return {
    push: (text) => through(first.push(text)),
    end: () => followed(through(first.end()), second.end),
  }
}

const NOTHING: Release = { emit: '', findings: [], blocked: false }

/** A restorer as the last filter of a text: it finds nothing and blocks nothing. */
export const restoringFilter = (restorer: Restorer): StreamFilter => ({
  push: (text) => ({ emit: restorer.push(text), findings: [], blocked: false }),
  end: () => ({ emit: restorer.end(), findings: [], blocked: false }),
})
