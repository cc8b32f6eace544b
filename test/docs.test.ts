import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { generatedDocs } from '../src/docs.ts'

it.each(Object.entries(generatedDocs()))('docs/%s says what the code says (node scripts/run.mjs scripts/docs.ts)', (name, text) => {
  expect(readFileSync(join(import.meta.dirname, '../docs', name), 'utf8') === text).toBe(true)
})
