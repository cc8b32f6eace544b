/** `npm test`: installs what is missing, makes sure of the services, runs every test. Extra arguments go to the runner. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureConsole, ensureInstalled, environment, nodeBinary, ROOT } from './runtime.mjs'

ensureInstalled()
const args = process.argv.slice(2)
const isBrowser = args.length === 0 || args.some((argument) => argument.includes('browser'))
if (isBrowser) ensureConsole()

const { startServices } = await import('./services.mjs')
const services = await startServices({ browser: isBrowser })
const { status } = spawnSync(nodeBinary(), [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...environment(), ...services.env },
})
services.stop()
process.exit(status ?? 1)
