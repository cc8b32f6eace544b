/** `npm run verify`: types, lint, architecture, dead code, licences; seconds, no database. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, environment, nodeBinary, ROOT } from './runtime.mjs'

ensureInstalled()
const bin = (...parts) => join(ROOT, 'node_modules', ...parts)
const checks = [
  ['types', [bin('typescript', 'bin', 'tsc'), '-p', ROOT]],
  ['console types', [bin('typescript', 'bin', 'tsc'), '-p', join(ROOT, 'console')]],
  ['lint', [bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '--diagnostic-level=error']],
  ['promises', [bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--quiet', 'src', 'bench', 'test']],
  ['architecture', [bin('vitest', 'vitest.mjs'), 'run', '--project', 'fast', 'test/architecture.test.ts', '--reporter=dot']],
  ['dead code', [bin('knip', 'bin', 'knip.js'), '--no-progress']],
]
let failed = 0
for (const [name, command] of checks) {
  const startedAt = Date.now()
  const { status, stdout, stderr } = spawnSync(nodeBinary(), command, { cwd: ROOT, env: environment(), encoding: 'utf8' })
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
  if (status !== 0) {
    failed += 1
    console.log(stdout + stderr)
  }
}
process.exit(failed === 0 ? 0 : 1)
