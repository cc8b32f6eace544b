/**
 * `npm run mutation [-- --share 0.1] [--seed 1] [--minutes 10] [--survivors] [file …]`: changes the code of src/statistics one spot at a time and asks whether a test notices.
 * Mutants are Stryker's (@stryker-mutator/instrumenter, fetched when it is first needed: its 100 packages are for nothing else).
 * A share tests a random sample and prints the interval that goes with it. Texts of messages are not mutated.
 */
import { fork, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const root = join(import.meta.dirname, '..')
const NEEDED = ['@stryker-mutator/instrumenter@10.1.1', '@vitest/expect@5.1.0']
if (!NEEDED.every((name) => existsSync(join(root, 'node_modules', name.slice(0, name.lastIndexOf('@'))))))
  spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', ...NEEDED], { cwd: root, stdio: 'inherit' })
const { Instrumenter } = await import('@stryker-mutator/instrumenter')
const room = join(root, 'src/statistics')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    survivors: { type: 'boolean', default: false },
  },
})

const under = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

// threads have no coverage, and the door has no code
const isMutated = (file) => !file.endsWith('.test.ts') && !file.includes('/worker/') && file !== join(room, 'index.ts')
const sources = under(room).filter(isMutated)
const tests = [
  ...under(room).filter((file) => file.endsWith('.test.ts') && !file.includes('/worker/')),
  join(root, 'test/oracles/oracles.test.ts'),
  join(root, 'src/cli/selftest.test.ts'),
]

const silent = { debug() {}, info() {}, warn() {}, error() {}, isDebugEnabled: () => false }
const instrument = async (files) => {
  const inputs = files.map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') }))
  const { files: out, mutants } = await new Instrumenter(silent).instrument(inputs, {
    plugins: null,
    excludedMutations: ['StringLiteral'],
    ignorers: [],
  })
  // what is excluded is listed all the same, as ignored
  const live = mutants.filter(({ status }) => status === undefined)
  return { mutants: live, instrumented: Object.fromEntries(out.map(({ name, content }) => [pathToFileURL(name).href, lighter(content)])) }
}

/** Stryker's switches and counters are functions of strings; in the inner loops of this room that costs fifty times the computation. Numbers and one object do not. */
const lighter = (content) =>
  `const mutation_ = globalThis.mutation;${content
    .replaceAll(/stryMutAct_9fa48\("(\d+)"\)/g, '(mutation_.active === $1 && mutation_.hit())')
    .replaceAll(/stryCov_9fa48\(((?:"\d+"(?:, )?)+)\)/g, (_, ids) => `mutation_.reach(${ids.replaceAll('"', '')})`)}`

/** Uniform in 0..1, by what a mutant is: the same sample on every machine. */
const lot = ({ fileName, location: { start, end }, mutatorName, replacement }) => {
  const words = [values.seed, relative(root, fileName), start.line, start.column, end.line, end.column, mutatorName, replacement]
  return createHash('sha256').update(words.join('\0')).digest().readUInt32BE() / 2 ** 32
}

/** CPU seconds of a process so far; the clock says nothing on a machine that is busy with other work. */
const cpuSeconds = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const open = async (instrumented, isMeasured = false) => {
  const child = fork(join(root, 'test/mutation/runner.mjs'), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  let complaint = ''
  child.stderr.on('data', (text) => {
    complaint = `${complaint}${text}`.slice(-2000)
  })
  /** Null when the process ends, or has used more CPU than the answer may cost. */
  const ask = (message, mostSeconds) =>
    new Promise((resolve) => {
      const from = child.pid === undefined ? 0 : cpuSeconds(child.pid)
      const watch = setInterval(() => {
        if (child.exitCode === null && cpuSeconds(child.pid) - from > mostSeconds) child.kill('SIGKILL')
      }, 500)
      const settle = (answer) => {
        clearInterval(watch)
        child.off('message', settle)
        child.off('exit', gone)
        resolve(answer)
      }
      const gone = () => settle(null)
      child.on('message', settle)
      child.on('exit', gone)
      child.send(message)
    })
  if ((await ask({ kind: 'load', files: tests, instrumented, isMeasured }, 300)) === null) throw new Error(`the tests did not load: ${complaint}`)
  return { ask, close: () => child.kill() }
}

const say = (line) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`)

// which test reaches which mutant: everything instrumented, once
const whole = await instrument(sources)
say(`${whole.mutants.length} mutants in ${sources.length} files; measuring which test reaches which`)
const first = await open(whole.instrumented, true)
const measured = await first.ask({ kind: 'measure' }, 1800)
if (measured === null) throw new Error('the tests ended before they were measured')
const broken = measured.results.filter(({ ok }) => !ok)
if (broken.length > 0) throw new Error(`tests fail without any mutant: ${broken.map(({ name }) => name).join(', ')}`)

const costOf = new Map(measured.results.map(({ id, milliseconds }) => [id, milliseconds]))
const reach = new Map()
for (const [test, counts] of Object.entries(measured.coverage)) {
  for (const [mutant, hits] of counts) {
    const entry = reach.get(mutant) ?? { tests: [], hits: 0 }
    entry.tests.push(test)
    entry.hits = Math.max(entry.hits, hits)
    reach.set(mutant, entry)
  }
}
for (const entry of reach.values()) {
  entry.tests.sort((a, b) => costOf.get(a) - costOf.get(b))
  // the longest simulations would cost more than they find
  entry.tests = entry.tests.filter((test) => costOf.get(test) < 4000)
}
const isStatic = (id) => measured.atLoad.includes(id) && !reach.has(id)

const asked = positionals.map((file) => join(root, file))
const chosen = whole.mutants
  .filter(
    (mutant) =>
      !isStatic(mutant.id) && lot(mutant) < Number(values.share) && (asked.length === 0 || asked.some((file) => mutant.fileName.startsWith(file))),
  )
  // in the order of the draw: what is done when the run is stopped (SIGTERM, or its time is over) is a random sample too
  .sort((a, b) => lot(a) - lot(b))
let isStopped = false
process.on('SIGTERM', () => {
  isStopped = true
})
if (values.minutes !== undefined) {
  setTimeout(() => {
    isStopped = true
  }, Number(values.minutes) * 60_000).unref()
}

const lineOf = ({ mutant: { location, mutatorName, replacement }, status }) => {
  const text = String(replacement).slice(0, 100).replaceAll(/\s+/g, ' ')
  return `        ${location.start.line + 1}:${location.start.column + 1} ${mutatorName} ${status === 'NoCoverage' ? '(not reached) ' : ''}${text}`
}
const isFound = ({ status }) => status === 'Killed' || status === 'Timeout'
const verdicts = []
let worker = first
for (const mutant of chosen) {
  if (isStopped) break
  const reached = reach.get(mutant.id)
  if (reached === undefined || reached.tests.length === 0) {
    verdicts.push({ mutant, status: 'NoCoverage' })
    continue
  }
  const cost = reached.tests.reduce((total, test) => total + costOf.get(test), 0) / 1000
  const request = { kind: 'judge', mutant: { id: mutant.id, tests: reached.tests, hits: reached.hits } }
  let answer = null
  for (let attempt = 0; attempt < 2; attempt += 1) {
    worker ??= await open(whole.instrumented)
    answer = await worker.ask(request, 5 + 2 * cost)
    if (answer?.clean) break
    worker.close()
    worker = null
    if (answer === null) break
  }
  verdicts.push({ mutant, status: answer?.status ?? 'Timeout', by: answer?.by })
  if (values.survivors && answer?.status === 'Survived')
    say(`missed ${lineOf({ mutant, status: answer.status }).trim()} in ${relative(room, mutant.fileName)}`)
  if (verdicts.length % 100 === 0) say(`${verdicts.filter(isFound).length} of ${verdicts.length} found, ${chosen.length - verdicts.length} to go`)
}
worker?.close()

const rows = [...new Set(verdicts.map(({ mutant }) => mutant.fileName))].map((file) => {
  const own = verdicts.filter(({ mutant }) => mutant.fileName === file)
  return { file: relative(room, file), tested: own.length, found: own.filter(isFound).length, missed: own.filter((verdict) => !isFound(verdict)) }
})
rows.sort((a, b) => a.found / a.tested - b.found / b.tested)
console.log('')
for (const { file, found, tested, missed } of rows) {
  console.log(`${((100 * found) / tested).toFixed(0).padStart(3)} %  ${`${found}/${tested}`.padStart(9)}  ${file}`)
  if (!values.survivors) continue
  for (const { mutant, status } of missed) {
    console.log(lineOf({ mutant, status }))
  }
}

/** Wilson's interval at 95 %. */
const interval = (hits, n) => {
  const z2 = 1.959963984540054 ** 2
  const p = hits / n
  const half = Math.sqrt(z2) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))
  return [(p + z2 / (2 * n) - half) / (1 + z2 / n), (p + z2 / (2 * n) + half) / (1 + z2 / n)]
}
const percent = (x) => `${(100 * x).toFixed(1)} %`
const found = verdicts.filter(isFound).length
const of = (status) => verdicts.filter((verdict) => verdict.status === status).length
const [low, high] = interval(found, Math.max(1, verdicts.length))
console.log(`\n${found} of ${verdicts.length} mutants found: ${percent(found / verdicts.length)} (95 %: ${percent(low)} to ${percent(high)})`)
console.log(
  `killed ${of('Killed')}, endless ${of('Timeout')}, survived ${of('Survived')}, not reached ${of('NoCoverage')}; sampled from ${whole.mutants.length} mutants in ${sources.length} files (share ${values.share}, seed ${values.seed}; what runs only while a module loads is left out)`,
)
mkdirSync(join(root, 'reports'), { recursive: true })
const plain = verdicts.map(({ mutant, status, by }) => ({
  file: relative(root, mutant.fileName),
  at: mutant.location.start,
  mutator: mutant.mutatorName,
  replacement: mutant.replacement,
  status,
  by,
}))
writeFileSync(
  join(root, 'reports/mutation.json'),
  `${JSON.stringify({ share: values.share, seed: values.seed, found, tested: verdicts.length, verdicts: plain }, null, 1)}\n`,
)
