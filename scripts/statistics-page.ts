/** Writes docs/statistics.md from the comments of src/statistics and the oracle files: `node scripts/run.mjs scripts/statistics-page.ts`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { statisticsPage } from '../test/oracles/page.ts'

writeFileSync(join(import.meta.dirname, '../docs/statistics.md'), statisticsPage())
