/** Whoever signed in on this machine, by server: one small file that only its owner can read. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const file = (): string => join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'plimsoll', 'sessions.json')

const all = (): Readonly<Record<string, string>> => {
  try {
    return existsSync(file()) ? (JSON.parse(readFileSync(file(), 'utf8')) as Record<string, string>) : {}
  } catch {
    // A file that is damaged holds no session; the next sign-in writes it anew.
    return {}
  }
}

export const sessionAt = (url: string): string | undefined => (URL.canParse(url) ? all()[new URL(url).origin] : undefined)

/** Undefined forgets it. */
export const keepSession = (url: string, token: string | undefined): void => {
  const { [new URL(url).origin]: _before, ...others } = all()
  mkdirSync(dirname(file()), { recursive: true, mode: 0o700 })
  writeFileSync(file(), JSON.stringify(token === undefined ? others : { ...others, [new URL(url).origin]: token }), { mode: 0o600 })
}
