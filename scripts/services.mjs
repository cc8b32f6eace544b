/**
 * PostgreSQL, Redis, Chromium and Python's official client for the tests: what runs already is used, what is installed is started on a port of
 * its own, what is missing is installed where apt is at hand. What cannot be had is said loudly, and the run fails.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

const isListening = (port) =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 })
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    for (const event of ['error', 'timeout'])
      socket.on(event, () => {
        socket.destroy()
        resolve(false)
      })
  })

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

const waitFor = async (port, what) => {
  for (let i = 0; i < 100; i += 1) {
    if (await isListening(port)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${what} did not start on port ${port}`)
}

const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

const install = (packages) => {
  if (!has('apt-get') || process.getuid?.() !== 0) return false
  console.error(`Installing ${packages.join(', ')} (once)…`)
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  return (
    spawnSync('apt-get', ['update', '-qq'], options).status === 0 &&
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options).status === 0
  )
}

const fail = (what) => {
  console.error(`\nThe tests need ${what}, and it could neither be found nor installed. They cannot run.\n`)
  process.exit(1)
}

const postgresBinaries = () => {
  const base = '/usr/lib/postgresql'
  const newest = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a))[0] : undefined
  return newest === undefined ? undefined : join(base, newest, 'bin')
}

const startPostgres = async (stops) => {
  if (postgresBinaries() === undefined && !install(['postgresql'])) fail('PostgreSQL 15 or newer')
  const binaries = postgresBinaries() ?? fail('PostgreSQL 15 or newer')
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-postgres-'))
  const port = await freePort()
  // PostgreSQL refuses to run as root.
  const isRoot = process.getuid?.() === 0
  const asOwner = (command, args) => (isRoot ? ['runuser', ['-u', 'postgres', '--', command, ...args]] : [command, args])
  if (isRoot) spawnSync('chown', ['postgres', folder])
  const [initdb, initdbArgs] = asOwner(join(binaries, 'initdb'), ['-D', join(folder, 'data'), '-A', 'trust', '-U', 'postgres', '--no-sync'])
  if (spawnSync(initdb, initdbArgs, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) fail('a PostgreSQL that initialises')
  const [server, serverArgs] = asOwner(join(binaries, 'postgres'), [
    '-D',
    join(folder, 'data'),
    '-p',
    String(port),
    '-k',
    folder,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'max_connections=200',
  ])
  const child = spawn(server, serverArgs, { stdio: 'ignore' })
  stops.push(() => {
    child.kill('SIGINT')
    spawnSync('sleep', ['0.5'])
    rmSync(folder, { recursive: true, force: true })
  })
  await waitFor(port, 'PostgreSQL')
  return port
}

const startRedis = async (stops) => {
  if (!has('redis-server') && !install(['redis-server'])) fail('Redis 7 or Valkey')
  const port = await freePort()
  const child = spawn('redis-server', ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'], { stdio: 'ignore' })
  stops.push(() => child.kill('SIGTERM'))
  await waitFor(port, 'Redis')
  return port
}

const PYTHON_CLIENT = 'openai==3.54.0'

/** A Python of the tests' own with the official client, since the README shows it; beside the checkouts, which share it. Answers its path. */
const pythonWithClient = () => {
  const home = join(homedir(), '.cache', 'plimsoll-tests', 'python')
  const python = join(home, 'bin', 'python')
  const stamp = join(home, PYTHON_CLIENT)
  if (existsSync(stamp)) return python
  console.error(`Installing Python's ${PYTHON_CLIENT} (once)…`)
  const make = () => spawnSync('python3', ['-m', 'venv', '--clear', home], { stdio: 'ignore' }).status === 0
  if (!make() && !(install(['python3', 'python3-venv']) && make())) fail('Python 3 with venv')
  const pip = spawnSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PYTHON_CLIENT], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (pip.status !== 0) fail(`Python's ${PYTHON_CLIENT}`)
  writeFileSync(stamp, '')
  return python
}

export const startServices = async ({ browser }) => {
  const stops = []
  const postgres =
    process.env.PLIMSOLL_TEST_POSTGRES_URL ??
    ((await isListening(5432))
      ? 'postgres://postgres@127.0.0.1:5432/postgres'
      : `postgres://postgres@127.0.0.1:${await startPostgres(stops)}/postgres`)
  const redis = process.env.PLIMSOLL_TEST_REDIS_URL ?? `redis://127.0.0.1:${(await isListening(6379)) ? 6379 : await startRedis(stops)}`
  if (browser && !existsSync('/usr/bin/chromium') && !install(['chromium', 'fonts-liberation'])) fail('Chromium at /usr/bin/chromium')
  const python = browser ? { PLIMSOLL_TEST_PYTHON: pythonWithClient() } : {}
  return {
    env: { PLIMSOLL_TEST_POSTGRES_URL: postgres, PLIMSOLL_TEST_REDIS_URL: redis, ...python },
    stop: () => {
      for (const stop of stops.reverse()) stop()
    },
  }
}
