#!/usr/bin/env node
/** The command line. Runs on any Node: re-executes with the project's Node 24 where the machine's is older. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, ROOT, runOnNode } from '../scripts/runtime.mjs'

if (existsSync(join(ROOT, 'package-lock.json'))) ensureInstalled()
const source = join(ROOT, 'src', 'cli', 'main.ts')
runOnNode(existsSync(source) ? source : join(ROOT, 'dist', 'cli', 'main.js'), process.argv.slice(2))
