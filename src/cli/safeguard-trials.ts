import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { type Connection, call, exitCodes } from './connection.ts'
import { CliError } from './errors.ts'
import { linesOf, policyDocument } from './json-lines.ts'
import { printAnswer } from './print.ts'
import { testText } from './trial-text.ts'

/** Trials that run on this machine, on files that need not leave it: a test with a confusion table, thresholds from a budget, a verdict repeated. */
export const addSafeguardTrials = (safeguards: Command, program: Command): void => {
  const connection = (): Connection => program.opts<Connection>()
  addTest(safeguards, connection)
  addCalibrate(safeguards, connection)
  addReplay(safeguards, connection)
}

interface TestOptions {
  readonly policy: string
  readonly direction: 'input' | 'output'
  readonly label: string
  readonly group: string
  readonly counts: 'enforced' | 'all'
  readonly floor: boolean
  readonly results?: string
  readonly minRecall?: string
  readonly maxFalsePositives?: string
}

const addTest = (safeguards: Command, connection: () => Connection): void => {
  safeguards
    .command('test <file>')
    .description('a policy on labelled texts, on this machine: confusion table, groups, what each text costs')
    .requiredOption('--policy <policy>', 'a file with a policy document, or the name of a policy on the server')
    .addOption(new Option('--direction <direction>', 'as what the texts are looked at').choices(['input', 'output']).default('input'))
    .option(
      '--label <field>',
      'field that says whether there is something to find: true/false, 1/0, or words such as attack, benign, unsafe, safe',
      'label',
    )
    .option('--group <field>', 'field to tell rates by', 'source')
    .addOption(new Option('--counts <findings>', 'what counts as found').choices(['enforced', 'all']).default('enforced'))
    .option('--no-floor', "leave the organisation's floor out of a policy on the server")
    .option('--results <file>', 'write each line with its verdict and findings')
    .option('--min-recall <share>', 'fail below it')
    .option('--max-false-positives <share>', 'fail above it')
    .action(async (file: string, options: TestOptions) => {
      const { Case, closeTransformer, composePolicies, createLooker, digestOfPolicy, FloorDocument, SafeguardPolicy, tally, transformer } =
        await import('#safeguards')
      const own = SafeguardPolicy.parse(await policyDocument(connection(), options.policy))
      const document = options.floor && !existsSync(options.policy) ? composePolicies(FloorDocument.parse(await floorOf(connection())), own) : own
      const digest = digestOfPolicy(document)
      const look = createLooker(document, digest, { secondStage: transformer(), counts: options.counts })
      const cases = []
      const results = []
      const lines: string[] = []
      for await (const { at, value } of linesOf(file)) {
        const parsed = Case.safeParse(caseOf(value, at, options))
        if (!parsed.success)
          throw new CliError(
            `Line ${at}: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`,
            exitCodes.usage,
          )
        const result = await look(parsed.data.text, options.direction, parsed.data.origin)
        cases.push(parsed.data)
        results.push(result)
        if (options.results !== undefined) lines.push(JSON.stringify({ ...value, result }))
      }
      await closeTransformer()
      if (cases.length === 0) throw new CliError(`${file} has no lines.`, exitCodes.usage)
      if (options.results !== undefined) writeFileSync(options.results, `${lines.join('\n')}\n`)
      const { results: _, ...figures } = tally(cases, results)
      const failures = failuresOf(figures.confusion, options)
      const { json, pick } = connection()
      if (json === true || pick !== undefined)
        printAnswer({ policy_digest: digest, direction: options.direction, ...figures, failures }, connection())
      else process.stdout.write(`${[testText(figures), ...failures].join('\n\n')}\n`)
      if (failures.length > 0) process.exitCode = exitCodes.failed
    })
}

const floorOf = async (connection: Connection): Promise<unknown> =>
  (await call<{ document: unknown }>(connection, 'GET', '/api/v1/safeguards/floor')).body.document

interface Rates {
  readonly recall: { readonly value: number } | null
  readonly false_positive_rate: { readonly value: number } | null
}

const failuresOf = (confusion: Rates | null, { minRecall, maxFalsePositives }: TestOptions): string[] => {
  const least = shareOf(minRecall, '--min-recall')
  const most = shareOf(maxFalsePositives, '--max-false-positives')
  const recall = confusion?.recall?.value
  const falsePositives = confusion?.false_positive_rate?.value
  return [
    ...(least !== undefined && (recall === undefined || recall < least) ? [`recall ${recall ?? 'unknown'} is below ${least}`] : []),
    ...(most !== undefined && (falsePositives === undefined || falsePositives > most)
      ? [`false positives ${falsePositives ?? 'unknown'} are above ${most}`]
      : []),
  ]
}

const shareOf = (text: string | undefined, flag: string): number | undefined => {
  if (text === undefined) return undefined
  const share = Number(text)
  if (text.trim() !== '' && share >= 0 && share <= 1) return share
  throw new CliError(`${flag} ${text} is no share between 0 and 1.`, exitCodes.usage)
}

type Line = Readonly<Record<string, unknown>>

const caseOf = (line: Line, at: number, { label, group }: TestOptions): Record<string, unknown> => ({
  text: line.text,
  ...(line.role === 'tool' || line.role === 'document' ? { origin: 'document' } : {}),
  ...(line.expected === undefined ? {} : { expected: line.expected }),
  ...(line[group] === undefined || line[group] === null ? {} : { group: String(line[group]).slice(0, 100) }),
  ...(line[label] === undefined || line[label] === null ? {} : { label: labelOf(line[label], at) }),
})

/** How public data sets write it. */
const POSITIVE = ['true', '1', 'yes', 'attack', 'injection', 'jailbreak', 'malicious', 'unsafe', 'harmful', 'toxic', 'positive']
const NEGATIVE = ['false', '0', 'no', 'benign', 'safe', 'harmless', 'none', 'negative']

const labelOf = (value: unknown, at: number): boolean => {
  const text = String(value).toLowerCase()
  if (POSITIVE.includes(text)) return true
  if (NEGATIVE.includes(text)) return false
  throw new CliError(
    `Line ${at}: the label ${JSON.stringify(value)} says neither that something is to be found nor that nothing is.`,
    exitCodes.usage,
  )
}

const addCalibrate = (safeguards: Command, connection: () => Connection): void => {
  safeguards
    .command('calibrate <detector> <file>')
    .description('thresholds for prompt-attack or harm from benign texts of your own (lines with a text) and the share of them that may be flagged')
    .requiredOption('--budget <share>', 'for example 0.005: at most one benign text in two hundred')
    .addOption(new Option('--direction <direction>', 'as what the texts are looked at').choices(['input', 'output']).default('input'))
    .option('--no-transformer', 'for rules that use the linear model alone')
    .action(async (detector: string, file: string, options: { budget: string; direction: string; transformer: boolean }) => {
      const texts = []
      for await (const { at, value } of linesOf(file)) {
        if (typeof value.text !== 'string') throw new CliError(`Line ${at} has no text.`, exitCodes.usage)
        texts.push({ text: value.text, ...(value.role === 'tool' || value.role === 'document' ? { origin: 'document' } : {}) })
      }
      const { budget, direction, transformer } = options
      const body = { detector, budget: shareOf(budget, '--budget'), direction, transformer, texts }
      printAnswer((await call(connection(), 'POST', '/api/v1/safeguards/calibrations', body)).body, connection())
    })
}

const addReplay = (safeguards: Command, connection: () => Connection): void => {
  safeguards
    .command('replay <event-or-bundle>')
    .description('repeat the verdict on a past call: of an event on the server, or offline from a saved bundle')
    .option('--save <file>', 'keep the bundle, which repeats it without a server')
    .action(async (which: string, { save }: { save?: string }) => {
      const { closeTransformer, ReplayBundle, replay, transformer } = await import('#safeguards')
      const bundle = ReplayBundle.safeParse(existsSync(which) ? JSON.parse(readFileSync(which, 'utf8')) : await bundleOf(connection(), which))
      if (!bundle.success) throw new CliError(`${which} is no bundle of a replay.`, exitCodes.usage)
      if (save !== undefined) writeFileSync(save, `${JSON.stringify(bundle.data, null, 2)}\n`)
      const repeated = await replay(bundle.data, transformer())
      await closeTransformer()
      printAnswer(repeated, connection())
      if (!repeated.identical) process.exitCode = exitCodes.failed
    })
}

const bundleOf = async (connection: Connection, event: string): Promise<unknown> =>
  (await call<{ bundle: unknown }>(connection, 'POST', '/api/v1/safeguards/replays', { event })).body.bundle
