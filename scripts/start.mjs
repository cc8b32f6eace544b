/** `npm start`: installs what is missing, builds what is stale, starts the server. */
import { join } from 'node:path'
import { ensureConsole, ensureInstalled, ROOT, runOnNode } from './runtime.mjs'

const args = process.argv.slice(2)
const installMs = ensureInstalled()
const buildMs = args.includes('--help') ? 0 : ensureConsole()
runOnNode(join(ROOT, 'src', 'cli', 'main.ts'), ['serve', ...args], {
  env: { PLIMSOLL_START_PREPARED: JSON.stringify({ installMs, buildMs, startedAt: Date.now() }) },
})
