/**
 * One process of mutation testing, told over IPC: loads the tests with the instrumented files in place of the originals, then either measures which test
 * reaches which mutant, or switches one mutant on after the other and runs the tests that reach it, cheapest first, until one fails.
 */
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

const shim = new URL('./vitest-shim.mjs', import.meta.url).href

const load = async ({ files, instrumented, isMeasured }) => {
  if (isMeasured) space.reach = count
  registerHooks({
    resolve: (specifier, context, next) => (specifier === 'vitest' ? { url: shim, shortCircuit: true } : next(specifier, context)),
    load: (url, context, next) =>
      url in instrumented ? { format: 'module-typescript', source: instrumented[url], shortCircuit: true } : next(url, context),
  })
  const harness = await import(shim)
  for (const file of files) {
    harness.enterFile(pathToFileURL(file).href)
    await import(pathToFileURL(file).href)
  }
  return harness
}

const MOST = 50_000
const counts = new Uint32Array(MOST)
const count = (...ids) => {
  for (const id of ids) counts[id] += 1
}
const space = {
  active: -1,
  hits: 0,
  limit: Infinity,
  reach: () => {},
  hit: () => {
    space.hits += 1
    if (space.hits > space.limit) throw new Error('a mutant goes on and on')
    return true
  },
}
globalThis.mutation = space

const reached = () => {
  const found = []
  counts.forEach((times, id) => {
    if (times > 0) found.push([String(id), times])
  })
  counts.fill(0)
  return found
}

const passes = async (harness, one) => {
  harness.setCurrent(one)
  try {
    await one.run()
    return true
  } catch {
    return false
  }
}

const measure = async (harness) => {
  const results = []
  const coverage = {}
  const atLoad = reached().map(([id]) => id)
  for (const one of harness.tests) {
    const before = process.cpuUsage()
    const ok = await passes(harness, one)
    const { user, system } = process.cpuUsage(before)
    coverage[one.id] = reached()
    results.push({ id: one.id, name: one.name, ok, milliseconds: (user + system) / 1000 })
  }
  space.reach = () => {}
  process.send({ kind: 'measured', results, coverage, atLoad })
}

const HITS = 100

const judge = async (harness, { id, tests, hits }) => {
  for (const test of tests) {
    const one = harness.tests[Number(test)]
    Object.assign(space, { active: Number(id), hits: 0, limit: HITS * (hits + 100) })
    const ok = await passes(harness, one)
    const looped = space.hits > space.limit
    space.active = -1
    if (ok) continue
    // a mutant may leave something behind in a module; then the verdict is not to be trusted, nor this process
    const clean = looped || (await passes(harness, one))
    return { status: looped ? 'Timeout' : 'Killed', by: one.name, clean }
  }
  return { status: 'Survived', clean: true }
}

let harness
process.on('message', async (message) => {
  if (message.kind === 'load') {
    harness = await load(message)
    process.send({ kind: 'loaded', tests: harness.tests.length })
  } else if (message.kind === 'measure') await measure(harness)
  else process.send({ kind: 'judged', id: message.mutant.id, ...(await judge(harness, message.mutant)) })
})
