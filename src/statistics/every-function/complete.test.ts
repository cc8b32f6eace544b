import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import * as s from '#statistics'

/** Threads have their own test, and these are not computations. */
const ELSEWHERE = ['InvalidArgument', 'isDefined', 'notDefined', 'runInWorker']

it('every exported function has its table', () => {
  const tables = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.test.ts'))
  const text = tables.map((file) => readFileSync(join(import.meta.dirname, file), 'utf8')).join('\n')
  const functions = Object.entries(s).flatMap(([name, value]) => (typeof value === 'function' && !ELSEWHERE.includes(name) ? [name] : []))
  expect(functions.filter((name) => !new RegExp(`\\bs\\.${name}\\b`).test(text))).toEqual([])
})
