/**
 * What the tests of this room take from vitest, without its runner: a mutant costs the milliseconds of the tests that reach it, not a start of vitest. Assertions
 * are vitest's own (@vitest/expect); `describe` and `it` only collect; snapshots are read, never written.
 */
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  customMatchers,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect'

export const tests = []
let path = []
let file = ''
export const enterFile = (url) => {
  file = url
  path = []
}

const spread = (run, item) => (Array.isArray(item) ? run(...item) : run(item))

export const describe = (name, run) => {
  path.push(name)
  run()
  path.pop()
}
describe.each = (items) => (name, run) => {
  for (const item of items) describe(name, () => spread(run, item))
}

export const it = (name, run) => {
  tests.push({ id: `${tests.length}`, name: [...path, name].join(' > '), file, run })
}
it.each = (items) => (name, run) => {
  for (const item of items) it(name, () => spread(run, item))
}
export const test = it

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)
export const expect = (value, message) => {
  setState({ assertionCalls: getState(expect).assertionCalls + 1 }, expect)
  return chai.expect(value, message)
}
Object.assign(expect, chai.expect, globalThis[ASYMMETRIC_MATCHERS_OBJECT])
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, writable: true, configurable: true })
setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null, isExpectingAssertionsError: null }, expect)
expect.extend = (matchers) => chai.expect.extend(expect, matchers)
expect.extend(customMatchers)

const snapshots = new Map()
const snapshotsOf = (url) => {
  if (snapshots.has(url)) return snapshots.get(url)
  const test = fileURLToPath(url)
  const exports = {}
  new Function('exports', readFileSync(join(dirname(test), '__snapshots__', `${basename(test)}.snap`), 'utf8'))(exports)
  snapshots.set(url, exports)
  return exports
}

let current
export const setCurrent = (one) => {
  current = one
}
chai.use((_, utils) => {
  utils.addMethod(chai.Assertion.prototype, 'toMatchSnapshot', function match() {
    const wanted = snapshotsOf(current.file)[`${current.name} 1`]
    const got = `"${this._obj}"`
    if (wanted === undefined || wanted.trim() !== got.trim()) throw new Error(`snapshot of ${current.name}`)
  })
})
