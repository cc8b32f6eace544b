import { type Command, Option } from 'commander'
import { type Connection, exitCodes } from './connection.ts'
import { CliError } from './errors.ts'
import { jsonOf, numberedLines, policyDocument } from './json-lines.ts'
import { addSafeguardTrials } from './safeguard-trials.ts'

/** `safeguards score` needs no server, unless the policy is named: it runs the product's own detectors, on lines of JSON. */
export const addSafeguardCommands = (program: Command): void => {
  const safeguards = program.command('safeguards').description('safeguard policies and detectors')
  addSafeguardTrials(safeguards, program)
  safeguards
    .command('score <detector>')
    .description('score texts: lines {"text": …, "role"?: "user"|"tool"|"document"} in, the same with score, verdict, spans and micros out')
    .addOption(new Option('--policy <policy>', 'a file with a policy document, or the name of a policy on the server'))
    .addOption(
      new Option(
        '--stages <stages>',
        'what makes the score: the transformer on every text, where the linear model is in doubt (as a policy does it), or never',
      )
        .choices(['both', 'cascade', 'linear'])
        .default('both'),
    )
    .action(async (detector: string, { policy, stages }: { policy?: string; stages: 'both' | 'cascade' | 'linear' }) => {
      const { createScorer, SafeguardPolicy, SCORABLE, TextToScore } = await import('#safeguards')
      const known = SCORABLE.find((name) => name === detector)
      if (!known) throw new CliError(`There is no detector ${detector}. There are: ${SCORABLE.join(', ')}.`, exitCodes.usage)
      if (known === 'policy' && policy === undefined) throw new CliError('To score a policy, name it with --policy.', exitCodes.usage)
      const document = policy === undefined ? undefined : SafeguardPolicy.parse(await policyDocument(program.opts<Connection>(), policy))
      const scorer = await createScorer(known, document, stages)
      for await (const [at, line] of numberedLines(process.stdin)) {
        const parsed = TextToScore.safeParse(jsonOf(line))
        if (!parsed.success) throw new CliError(`Line ${at} is not an object with a text.`, exitCodes.usage)
        process.stdout.write(`${JSON.stringify({ ...parsed.data, ...(await scorer.score(parsed.data)) })}\n`)
      }
      await scorer.close()
    })
}
