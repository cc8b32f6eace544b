/**
 * `npm run bench [-- name …] [--quick]`: runs the benchmarks, prints a table each and writes bench/results/<name>.json.
 * Every figure stands beside a baseline measured in the same run: a number from another machine or day says nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { gatewayBench } from './gateway.ts'
import { safeguardsBench } from './safeguards.ts'
import { statisticsBench } from './statistics.ts'
import { printTable } from './table.ts'

export interface BenchResult {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  readonly notes: readonly string[]
}

export type Bench = (options: { readonly isQuick: boolean; readonly say: (line: string) => void }) => Promise<readonly BenchResult[]>

const benches: Readonly<Record<string, Bench>> = { gateway: gatewayBench, safeguards: safeguardsBench, statistics: statisticsBench }

const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const unknown = asked.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}

const say = (line: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
}

const folder = join(import.meta.dirname, 'results')
mkdirSync(folder, { recursive: true })
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const results = await bench({ isQuick: process.argv.includes('--quick'), say })
  say('')
  for (const result of results) printTable(result)
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, at: new Date().toISOString() }
  const file = join(folder, `${name}.json`)
  writeFileSync(file, `${JSON.stringify({ machine, results }, null, 2)}\n`)
  console.log(`Written to ${file} (${machine.node}, ${machine.cores} x ${machine.cpu}).`)
}
