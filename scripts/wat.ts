/** `node scripts/run.mjs scripts/wat.ts`: assembles src/gateway/json/scan.wat into the module beside it. A test compares the two. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import createWabt from 'wabt'

const folder = join(import.meta.dirname, '../src/gateway/json')

const wabt = await createWabt()
const parsed = wabt.parseWat('scan.wat', readFileSync(join(folder, 'scan.wat'), 'utf8'), { simd: true })
parsed.validate()
const base64 = Buffer.from(parsed.toBinary({}).buffer).toString('base64')
const lines = base64.match(/.{1,140}/g) ?? []
writeFileSync(
  join(folder, 'scan-bytes.ts'),
  `/** scan.wat, assembled by scripts/wat.ts. */\nexport const SCAN_WASM = [\n${lines.map((line) => `  '${line}',\n`).join('')}].join('')\n`,
)
