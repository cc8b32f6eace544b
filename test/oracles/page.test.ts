import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { statisticsPage } from './page.ts'

it('docs/statistics.md says what the code says (node scripts/run.mjs scripts/statistics-page.ts)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/statistics.md'), 'utf8') === statisticsPage()).toBe(true)
})
