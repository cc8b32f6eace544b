/** `npm run bench -- safeguards`: what the safeguards find, what they miss, and what they cost. */
import { compilePolicy } from '../src/safeguards/compile.ts'
import { inspectText } from '../src/safeguards/inspect.ts'
import { SafeguardPolicy } from '../src/safeguards/model.ts'
import { PII_KINDS } from '../src/safeguards/pii/kinds.ts'
import { createStreamFilter } from '../src/safeguards/stream.ts'
import type { Bench, BenchResult } from './run.ts'
import { classifierFigures, measureEvasions, measurePeers, measureServed, measureTransformer, withSecondStage } from './safeguards/attacks.ts'
import { groundingFigures, measureNames, measurePii } from './safeguards/pii.ts'
import { measureRules } from './safeguards/rules.ts'
import { measureStreams } from './safeguards/streams.ts'

const PROSE =
  'The committee met on Tuesday and agreed that the harbour should be dredged before winter sets in, weather permitting. Tenders close at 17:00 on 12 May; ' +
  'questions go to the clerk. Could you summarise the three offers in a table, and say which of them covers the breakwater as well? '

const rules = (...all: object[]) => compilePolicy(SafeguardPolicy.parse({ input: all, output: all }), 'bench')!
const pii = { detector: 'pii', action: 'mask' }
const light = [pii, { detector: 'secrets', action: 'mask' }, { detector: 'hidden-text', action: 'flag' }, { detector: 'links', action: 'mask' }]
const attack = { detector: 'prompt-attack', action: 'block', options: { transformer: false } }
const harm = { detector: 'harm', action: 'block', options: { transformer: false } }

/** Names are the second stage's. */
const TAGGED: ReadonlySet<string> = new Set(['person', 'location', 'organization'])

const POLICIES = {
  'default personal data': rules(pii),
  'all kinds of personal data that need no tagger': rules({ ...pii, options: { kinds: PII_KINDS.filter((kind) => !TAGGED.has(kind)) } }),
  'personal data, secrets, links, hidden text': rules(...light),
  'prompt-attack': rules(attack),
  harm: rules(harm),
  'all of it': rules(...light, attack, harm),
}

/** CPU microseconds a call, from process accounting: other processes do not count. Median and worst of ten batches. */
const microsOf = (calls: number, work: () => void): readonly [median: number, worst: number] => {
  for (let i = 0; i < calls; i++) work()
  const batches = Array.from({ length: 10 }, () => {
    const before = process.cpuUsage()
    for (let i = 0; i < calls; i++) work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / calls
  }).sort((a, b) => a - b)
  return [batches[5]!, batches[9]!]
}

const measureCost = (isQuick: boolean): BenchResult => {
  const calls = isQuick ? 50 : 500
  const text = (units: number) => PROSE.repeat(Math.ceil(units / PROSE.length)).slice(0, units)
  const chunks = Array.from({ length: 64 }, (_, at) => text(1024).slice(at * 16, at * 16 + 16))
  const join = () => chunks.reduce((all, chunk) => all + chunk, '')
  const rows = Object.entries(POLICIES).map(([name, compiled]) => {
    const [small, worst] = microsOf(calls, () => inspectText(compiled, 'input', text(1024)))
    const [large] = microsOf(calls, () => inspectText(compiled, 'input', text(4096)))
    const [streamed] = microsOf(Math.ceil(calls / 10), () => {
      const filter = createStreamFilter(compiled, 'output')
      for (const chunk of chunks) filter.push(chunk)
      filter.end()
    })
    return [name, small.toFixed(1), worst.toFixed(1), large.toFixed(1), streamed.toFixed(0)]
  })
  const [bare] = microsOf(calls, () => join())
  return {
    title: 'Cost on benign text, CPU microseconds',
    columns: ['policy', '1 kB', '1 kB, worst batch', '4 kB', '1 kB in 64 chunks'],
    rows: [['(joining the 64 chunks, nothing else)', '', '', '', bare.toFixed(1)], ...rows],
    notes: ['The first stage alone. One thread, after warm-up, from process accounting.'],
  }
}

export const safeguardsBench: Bench = async ({ isQuick, say }) => {
  const folder = process.env.PLIMSOLL_TRAINING_DATA
  say('cost of the first stage')
  const results = [measureCost(isQuick), measureStreams(isQuick)]
  await withSecondStage(async (secondStage, encoder) => {
    say('cost of the transformer')
    results.push(await measureTransformer(encoder, isQuick))
    if (folder === undefined) return
    say('personal data')
    results.push(measurePii(folder), ...(await measureNames(folder, secondStage, isQuick)))
    say('languages, code, profanity, topics')
    results.push(...(await measureRules(folder, encoder, isQuick)))
    say('benign prompts through both stages')
    results.push(await measureServed(folder, isQuick, secondStage))
    say('evasions')
    results.push(await measureEvasions(folder, isQuick, secondStage))
    say('npm detectors')
    const peers = await measurePeers(folder, isQuick)
    if (peers) results.push(peers)
  })
  return [...results, ...classifierFigures(), groundingFigures()]
}
