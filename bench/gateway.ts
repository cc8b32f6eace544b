/** The gateway beside a bare pass-through: CPU a request by process accounting, and added latency at a constant rate. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'undici'
import { testCredential } from '../test/support/gateway.ts'
import { CASES, type Case } from './gateway/cases.ts'
import type { Bench, BenchResult } from './run.ts'
import { medianOf, quantileOf } from './table.ts'

interface Subject {
  readonly name: string
  readonly child: ChildProcess
  readonly pool: Pool
}

const CONNECTIONS = 16

const startChild = async (file: string, args: readonly string[]): Promise<{ child: ChildProcess; url: string }> => {
  const child = fork(join(import.meta.dirname, file), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { child, url: `http://127.0.0.1:${port}` }
}

const startSubject = async (name: string, file: string, args: readonly string[]): Promise<Subject> => {
  const { child, url } = await startChild(file, args)
  return { name, child, pool: new Pool(url, { connections: CONNECTIONS, pipelining: 1 }) }
}

const usageOf = async ({ child }: Subject): Promise<{ cpuMicros: number; rssBytes: number }> => {
  child.send('usage')
  const [usage] = (await once(child, 'message')) as [{ cpuMicros: number; rssBytes: number }]
  return usage
}

const HEADERS = [
  'content-type',
  'application/json',
  'authorization',
  `Bearer ${testCredential}`,
  'x-plimsoll-tags',
  'domain=billing,criticality=high',
]

/** Resolves with the milliseconds to the last byte. */
const call = ({ pool }: Subject, { body, isStream }: Case): Promise<number> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now()
    let tail = ''
    let status = 0
    pool.dispatch(
      { path: '/v1/chat/completions', method: 'POST', headers: HEADERS, body },
      {
        onRequestStart: () => {},
        onResponseStart: (_controller, code) => {
          status = code
        },
        onResponseData: (_controller, chunk) => {
          if (isStream) tail = chunk.toString('latin1', Math.max(0, chunk.length - 16))
        },
        onResponseEnd: () => {
          if (status === 200 && (!isStream || tail.endsWith('[DONE]\n\n'))) resolve(performance.now() - startedAt)
          else reject(new Error(`status ${status}, ends ${JSON.stringify(tail)}`))
        },
        onResponseError: (_controller, error) => reject(error),
      },
    )
  })

const closedLoop = async (subject: Subject, one: Case, count: number): Promise<void> => {
  let left = count
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await call(subject, one)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, client))
}

/** CPU microseconds a request. */
const cpuRound = async (subject: Subject, one: Case, count: number): Promise<number> => {
  const before = await usageOf(subject)
  await closedLoop(subject, one, count)
  return ((await usageOf(subject)).cpuMicros - before.cpuMicros) / count
}

/** Calls leave by the clock, however long the others take: a closed loop would hide the waiting. */
const openLoop = async (subject: Subject, one: Case, perSecond: number, seconds: number): Promise<readonly number[]> => {
  const calls: Promise<number>[] = []
  const startedAt = performance.now()
  for (let i = 0; i < perSecond * seconds; i += 1) {
    const wait = startedAt + (i * 1_000) / perSecond - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    calls.push(call(subject, one))
  }
  return Promise.all(calls)
}

export const gatewayBench: Bench = async ({ isQuick, say }) => {
  const rounds = isQuick ? 9 : 21
  const upstream = await startChild('gateway/upstream.ts', [])
  const baseline = await startSubject('pass-through', 'pass-through.ts', [upstream.url])
  const subjects = [
    baseline,
    await startSubject('gateway', 'gateway/plimsoll.ts', [upstream.url, 'off']),
    await startSubject('gateway + safeguards', 'gateway/plimsoll.ts', [upstream.url, 'on']),
  ]
  const cpu: (string | number)[][] = []
  const latency: (string | number)[][] = []
  try {
    for (const one of CASES) {
      const count = one.isStream ? 120 : 600
      // The compilers of V8 take some 10,000 calls to come to rest, and would be counted.
      for (const subject of subjects) await closedLoop(subject, one, (one.isStream ? 1_500 : 12_000) * (isQuick ? 0.5 : 1))
      const perRound: number[][] = subjects.map(() => [])
      for (let round = 0; round < rounds; round += 1) {
        for (const [i, subject] of subjects.entries()) {
          say(`gateway: ${one.name}, round ${round + 1} of ${rounds}, ${subject.name}`)
          perRound[i]?.push(await cpuRound(subject, one, count))
        }
      }
      const base = medianOf(perRound[0] ?? [])
      for (const [i, subject] of subjects.entries()) {
        const values = perRound[i] ?? []
        // Neighbours in time share the machine's mood: the ratio is taken round by round.
        const ratio = medianOf(values.map((value, round) => value / (perRound[0]?.[round] ?? Number.NaN)))
        cpu.push([
          one.name,
          subject.name,
          medianOf(values).toFixed(0),
          (medianOf(values) - base).toFixed(0),
          `${ratio.toFixed(2)}x`,
          `${quantileOf(values, 0.25).toFixed(0)}..${quantileOf(values, 0.75).toFixed(0)}`,
        ])
      }
      latency.push(...(await latencyRows(subjects, one, isQuick, say)))
    }
    const memory = await Promise.all(
      subjects.map(async (subject) => `${subject.name} ${((await usageOf(subject)).rssBytes / 1_048_576).toFixed(0)} MiB`),
    )
    return [toCpuResult(cpu, rounds, memory), toLatencyResult(latency)]
  } finally {
    for (const { pool, child } of subjects) {
      await pool.close()
      child.disconnect()
    }
    upstream.child.disconnect()
  }
}

const latencyRows = async (
  subjects: readonly Subject[],
  one: Case,
  isQuick: boolean,
  say: (line: string) => void,
): Promise<(string | number)[][]> => {
  const perSecond = one.isStream ? 40 : 150
  const samples: number[][] = subjects.map(() => [])
  for (let round = 0; round < 3; round += 1) {
    for (const [i, subject] of subjects.entries()) {
      say(`gateway: ${one.name}, latency at ${perSecond}/s, ${subject.name}`)
      samples[i]?.push(...(await openLoop(subject, one, perSecond, isQuick ? 1 : 2)))
    }
  }
  const base = samples[0] ?? []
  return subjects.map(({ name }, i) => {
    const own = samples[i] ?? []
    const [p50, p99] = [quantileOf(own, 0.5), quantileOf(own, 0.99)]
    const added = (q: number, value: number): string => (i === 0 ? '' : (value - quantileOf(base, q)).toFixed(2))
    return [`${one.name}, ${perSecond}/s`, name, p50.toFixed(2), added(0.5, p50), p99.toFixed(2), added(0.99, p99)]
  })
}

const toCpuResult = (rows: BenchResult['rows'], rounds: number, memory: readonly string[]): BenchResult => ({
  title: 'Gateway: CPU a request (process accounting, all threads)',
  columns: ['case', 'subject', 'µs', 'added µs', 'ratio', 'quartiles'],
  rows,
  notes: [
    `Median of ${rounds} short interleaved rounds, ${CONNECTIONS} connections; the ratio is the median of the rounds' own ratios.`,
    `Load of the machine when it ended: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')} (1, 5, 15 minutes).`,
    'The gateway decides everything: key, network rule, Cedar, release gate, limits; each call is an event in a spool on disk.',
    `Resident memory at the end: ${memory.join(', ')}.`,
  ],
})

const toLatencyResult = (rows: BenchResult['rows']): BenchResult => ({
  title: 'Gateway: latency to the last byte at a constant rate (ms)',
  columns: ['case', 'subject', 'p50', 'added', 'p99', 'added'],
  rows,
  notes: ['Open loop: calls leave by the clock. The upstream answers at once, so this is what stands between.'],
})
