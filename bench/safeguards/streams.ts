/** What output safeguards cost a stream: CPU of all of it and of its first text, and how much of what has come is held back. */
import { createCoverage } from '../../src/gateway/coverage.ts'
import { createOutputFilters } from '../../src/gateway/output-filters.ts'
import { createFilteredRelay } from '../../src/gateway/stream/filtered-relay.ts'
import { createPassRelay, type Relay } from '../../src/gateway/stream/relay.ts'
import { type CompiledPolicy, compilePolicy } from '../../src/safeguards/compile.ts'
import { SafeguardPolicy } from '../../src/safeguards/model.ts'
import type { BenchResult } from '../run.ts'

const PROSE =
  'The committee met on Tuesday and agreed that the harbour should be dredged before winter sets in, weather permitting. Tenders close at 17:00 on 12 May; ' +
  'questions go to the clerk. Could you summarise the three offers in a table, and say which of them covers the breakwater as well? '

const CHUNKS = 64
const UNITS = 16

const event = (content: string, finish: string | null = null): Buffer =>
  Buffer.from(
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`,
  )

const TEXT = PROSE.repeat(8).slice(0, CHUNKS * UNITS)
const EVENTS = Array.from({ length: CHUNKS }, (_, at) => event(TEXT.slice(at * UNITS, (at + 1) * UNITS)))
const END = [event('', 'stop'), Buffer.from('data: [DONE]\n\n')]

const pii = { detector: 'pii', action: 'mask' }
const rules = [
  pii,
  { detector: 'secrets', action: 'mask' },
  { detector: 'links', action: 'mask' },
  { detector: 'words', action: 'block', options: { words: ['dynamite'] } },
]
const linear = { detector: 'harm', action: 'block', options: { transformer: false } }

const POLICIES: readonly (readonly [name: string, output: readonly object[]])[] = [
  ['personal data', [pii]],
  ['personal data, secrets, links, words', rules],
  ['the same, and harm (linear), which waits for a passage', [...rules, linear]],
  ['the same, harm as `async`', [...rules, { ...linear, mode: 'async' }]],
]

const relayOf = (policy: CompiledPolicy): Relay =>
  createFilteredRelay({
    filters: createOutputFilters(policy, null, {}),
    coverage: createCoverage(),
    wantsUsage: false,
    expectedChoices: 1,
    onLate: () => {},
  })

const cpuMicros = (work: () => void): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** Median of ten batches, a call. */
const median = (calls: number, work: () => void): number => {
  for (let i = 0; i < calls; i += 1) work()
  const batches = Array.from({ length: 10 }, () => {
    const micros = cpuMicros(() => {
      for (let i = 0; i < calls; i += 1) work()
    })
    return micros / calls
  })
  return batches.sort((a, b) => a - b)[5] ?? 0
}

const run = (relay: Relay): void => {
  for (const bytes of EVENTS) relay.push(bytes)
  for (const bytes of END) relay.push(bytes)
}

/** Units in the text of what a client has. */
const unitsIn = (out: Buffer | null): number =>
  (out?.toString() ?? '')
    .split('\n\n')
    .filter((part) => part.startsWith('data: {'))
    .reduce(
      (sum, part) => sum + ((JSON.parse(part.slice(6)) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content?.length ?? 0),
      0,
    )

/** Fed unit by unit: what is held after each, and after how many units the first text is out. */
const heldBack = (policy: CompiledPolicy): { readonly typical: number; readonly most: number; readonly first: number } => {
  const relay = relayOf(policy)
  const held: number[] = []
  let shown = 0
  let first = 0
  for (const [at, unit] of [...TEXT].entries()) {
    shown += unitsIn(relay.push(event(unit)))
    if (first === 0 && shown > 0) first = at + 1
    held.push(at + 1 - shown)
  }
  held.sort((a, b) => a - b)
  return { typical: held[held.length >> 1] ?? 0, most: held.at(-1) ?? 0, first }
}

/** From the making of the relay to the first text that goes out. */
const toFirstText = (make: () => Relay): void => {
  const relay = make()
  for (const bytes of EVENTS) if (relay.push(bytes) !== null) return
}

export const measureStreams = (isQuick: boolean): BenchResult => {
  const calls = isQuick ? 20 : 200
  const pass = median(calls, () => run(createPassRelay(false)))
  const rows = POLICIES.map(([name, output]) => {
    const policy = compilePolicy(SafeguardPolicy.parse({ output }), 'bench')
    if (policy === null) throw new Error('a policy without rules')
    const whole = median(calls, () => run(relayOf(policy)))
    const first = median(calls * 4, () => toFirstText(() => relayOf(policy)))
    const { typical, most, first: units } = heldBack(policy)
    return [name, whole.toFixed(0), (whole / pass).toFixed(1), first.toFixed(0), units, typical, most]
  })
  return {
    title: `A stream of ${CHUNKS} chunks of ${UNITS} characters through the relay, CPU microseconds`,
    columns: ['output rules', 'whole stream', 'times unread', 'to the first text', 'units until it', 'held, median units', 'held, most'],
    rows: [['(events passed on unread)', pass.toFixed(0), '1.0', '', '', '', ''], ...rows],
    notes: ['Parsing and writing of events included. Benign prose; held back is measured after each single unit.'],
  }
}
