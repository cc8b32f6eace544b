/** `node scripts/run.mjs <file.ts> [arguments]`: any of the project's programs, on the project's Node. */
import { resolve } from 'node:path'
import { ensureInstalled, runOnNode } from './runtime.mjs'

const [file, ...args] = process.argv.slice(2)
ensureInstalled()
runOnNode(resolve(file), args)
