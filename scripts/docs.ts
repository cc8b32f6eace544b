/** Writes the pages that are made from the code: docs/openapi.json, docs/errors.md, docs/permissions.md. `--check` only compares. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedDocs } from '../src/docs.ts'

const folder = join(import.meta.dirname, '../docs')
const isCheck = process.argv.includes('--check')
let stale = 0
mkdirSync(folder, { recursive: true })
for (const [name, text] of Object.entries(generatedDocs())) {
  const file = join(folder, name)
  let current = ''
  try {
    current = readFileSync(file, 'utf8')
  } catch {
    // Not written yet.
  }
  if (current === text) continue
  stale += 1
  if (isCheck) console.error(`docs/${name} is stale: run node scripts/run.mjs scripts/docs.ts`)
  else {
    writeFileSync(file, text)
    console.log(`wrote docs/${name}`)
  }
}
process.exit(isCheck && stale > 0 ? 1 : 0)
