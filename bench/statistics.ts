/**
 * `npm run bench:statistics`: this room against the Python libraries a reviewer would use, on the same arrays, turn by turn in one run.
 * PLIMSOLL_BENCH_ONLY=drift runs the tasks with that word in their name. The peers need a Python with bench/statistics-peers.txt installed: PLIMSOLL_BENCH_PYTHON names it, else .venv/bin/python.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as s from '#statistics'
import type { Bench, BenchResult } from './run.ts'
import { medianOf } from './table.ts'

/** A peer that takes longer than this is measured once, without a round to warm up. */
const LONG_SECONDS = 20

type Task = {
  name: string
  peer: string
  label: string
  /** How much more work ours does than the peer was given. */
  scale: number
  bar: number
  arrays: Record<string, Float64Array>
  run: () => unknown
}

const random = s.createRandom(2026)
const normals = (n: number, shift = 0): Float64Array => Float64Array.from({ length: n }, () => random.normal() + shift)
const bits = (n: number, p: number): Float64Array => Float64Array.from({ length: n }, () => (random.uniform() < p ? 1 : 0))

const RATES: s.RateName[] = [
  'accuracy',
  'selectionRate',
  'truePositiveRate',
  'falsePositiveRate',
  'trueNegativeRate',
  'falseNegativeRate',
  'precision',
  'negativePredictiveValue',
  'falseDiscoveryRate',
  'baseRate',
]

const fairness = (): Task => {
  const n = 1_000_000
  const arrays = { labels: bits(n, 0.4), predictions: bits(n, 0.5), groups: Float64Array.from({ length: n }, () => random.integer(12)) }
  const [labels, predictions] = [Uint8Array.from(arrays.labels), Uint8Array.from(arrays.predictions)]
  return {
    name: 'fairness frame, 1M rows, 10 metrics, 12 groups',
    peer: 'fairness',
    label: 'Fairlearn MetricFrame',
    scale: 1,
    bar: 0.5,
    arrays,
    run: () => s.fairnessFrame({ labels, predictions, sensitive: { g: Int32Array.from(arrays.groups) }, rates: RATES }),
  }
}

const bootstraps = (): Task[] => {
  const hits = bits(100_000, 0.87)
  const run = (): unknown => s.bootstrapMean(hits, { seed: 1, replicates: 10_000 })
  const name = 'bootstrap of accuracy, 10,000 x 100,000 rows'
  return [
    { name, peer: 'bootstrap-loop', label: 'NumPy loop (500 replicates x 20)', scale: 20, bar: 0.2, arrays: { hits }, run },
    { name, peer: 'bootstrap-scipy', label: 'SciPy vectorised (500 replicates x 20)', scale: 20, bar: 1, arrays: {}, run },
    {
      name: 'the same row by row: any statistic (500 replicates)',
      peer: 'bootstrap-scipy',
      label: 'SciPy vectorised',
      scale: 1,
      bar: 1,
      arrays: {},
      run: () =>
        s.bootstrap(
          hits.length,
          (rows) => {
            let total = 0
            for (let i = 0; i < rows.length; i += 1) total += hits[rows[i]!]!
            return total / rows.length
          },
          { seed: 1, replicates: 500 },
        ),
    },
  ]
}

const ks = (): Task => {
  const [x, y] = [normals(1_000_000), normals(1_000_000, 0.002)]
  return {
    name: 'Kolmogorov-Smirnov, 2 x 1M rows',
    peer: 'ks',
    label: 'scipy.stats.ks_2samp',
    scale: 1,
    bar: 1,
    arrays: { x, y },
    run: () => s.kolmogorovSmirnov(x, y),
  }
}

const drift = (): Task => {
  const [reference, current] = [normals(2_000_000), normals(2_000_000, 0.05)]
  const columns = Array.from({ length: 20 }, (_, c): s.DriftColumn => {
    const cut = (all: Float64Array): Float64Array => all.subarray(c * 100_000, (c + 1) * 100_000)
    return { name: `c${c}`, kind: 'numeric', reference: cut(reference), current: cut(current) }
  })
  return {
    name: 'drift report, 20 columns x 100,000 rows',
    peer: 'drift',
    label: 'Evidently DataDriftPreset',
    scale: 1,
    bar: 0.5,
    arrays: { reference, current },
    run: () => s.driftReport(columns),
  }
}

const shap = (): Task => {
  const [weights, background, rows] = [normals(20), normals(100 * 20), normals(100 * 20)]
  const model: s.PredictRows = (x, count) => {
    const out = new Float64Array(count)
    for (let i = 0; i < count; i += 1) {
      let z = 0.3 * x[i * 20]! * x[i * 20 + 1]!
      for (let f = 0; f < 20; f += 1) z += x[i * 20 + f]! * weights[f]!
      out[i] = 1 / (1 + Math.exp(-z))
    }
    return out
  }
  return {
    name: 'Kernel SHAP, 20 features, 100 rows, 2,088 coalitions',
    peer: 'shap',
    label: 'shap.KernelExplainer',
    scale: 1,
    bar: 1,
    arrays: { weights, background, rows },
    run: () =>
      Array.from({ length: 100 }, (_, i) =>
        s.kernelShap(model, rows.subarray(i * 20, i * 20 + 20), { columns: 20, values: background }, { seed: 1, samples: 2088 }),
      ),
  }
}

/** CPU seconds stand beside the clock: on a machine that others use too, only they can be repeated. */
type Cost = { seconds: number; cpuSeconds: number }

type Peer = { ask: (task: string) => Promise<Cost | { error: string }>; stop: () => void }

const startPeer = (folder: string): Peer | null => {
  const python = process.env.PLIMSOLL_BENCH_PYTHON ?? join(import.meta.dirname, '../.venv/bin/python')
  if (!existsSync(python)) return null
  const child = spawn(python, [join(import.meta.dirname, 'statistics-peers.py'), folder], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    ask: async (task) => {
      child.stdin.write(`${task}\n`)
      const line = await lines.next()
      return line.done ? { error: 'the Python process ended' } : JSON.parse(line.value)
    },
    stop: () => child.kill(),
  }
}

const costOf = (run: () => unknown): Cost => {
  const start = performance.now()
  const cpu = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(cpu)
  return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 }
}

const measure = async (task: Task, peer: Peer | null, rounds: number): Promise<(string | number)[]> => {
  const ours: Cost[] = []
  const theirs: Cost[] = []
  let problem = ''
  // one round to warm both up, then turn by turn
  for (let round = 0; round <= rounds; round += 1) {
    const own = costOf(task.run)
    const answer = peer === null ? { error: 'no Python' } : await peer.ask(task.peer)
    if (round === 0 && 'seconds' in answer && answer.seconds < LONG_SECONDS) continue
    ours.push(own)
    if ('seconds' in answer) theirs.push({ seconds: answer.seconds * task.scale, cpuSeconds: answer.cpuSeconds * task.scale })
    else problem = answer.error
    if ('error' in answer || answer.seconds >= LONG_SECONDS) break
  }
  const median = (costs: Cost[], of: keyof Cost): number => medianOf(costs.map((cost) => cost[of]))
  const milliseconds = (seconds: number): string => (seconds * 1000).toFixed(1)
  const own = milliseconds(median(ours, 'seconds'))
  if (theirs.length === 0) return [task.name, own, `${task.label}: ${problem.slice(0, 60)}`, '-', '-', '-', `<= ${task.bar}`]
  const ratio = (of: keyof Cost): string => (median(ours, of) / median(theirs, of)).toFixed(3)
  return [task.name, own, task.label, milliseconds(median(theirs, 'seconds')), ratio('seconds'), ratio('cpuSeconds'), `<= ${task.bar}`]
}

export const statisticsBench: Bench = async ({ isQuick, say }) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
  const only = process.env.PLIMSOLL_BENCH_ONLY ?? ''
  const tasks = [fairness(), ...bootstraps(), ks(), drift(), shap()].filter(({ name, peer }) => `${name} ${peer}`.includes(only))
  for (const { arrays } of tasks) for (const [name, array] of Object.entries(arrays)) writeFileSync(join(folder, `${name}.f64`), array)
  const peer = startPeer(folder)
  try {
    const rows: (string | number)[][] = []
    for (const task of tasks) {
      say(`statistics: ${task.name}`)
      rows.push(await measure(task, peer, isQuick ? 1 : 3))
    }
    const result: BenchResult = {
      title: 'Statistics against Python peers, same arrays, turn by turn',
      columns: ['task', 'ms', 'peer', 'peer ms', 'ratio', 'CPU ratio', 'bar'],
      rows,
      notes: [
        'Medians, one core each way unless the peer takes more. Right and wrong are resampled as binomial counts: the same distribution as resampling rows.',
        'A peer time marked x 20 was measured at 500 replicates and multiplied.',
      ],
    }
    return [result]
  } finally {
    peer?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
