import type { Ctx } from '#platform/context'
import type { Decision } from './decision.ts'
import type { Exported } from './export-card.ts'
import { getDecision } from './read-decisions.ts'

const list = (items: readonly string[]): string[] => [...items.map((item) => `* ${item}`), '']
const section = (heading: string, lines: readonly string[]): string[] => (lines.some((line) => line !== '') ? [heading, '', ...lines, ''] : [])
const consequences = (good: readonly string[], bad: readonly string[]): string[] =>
  list([...good.map((text) => `Good, because ${text}`), ...bad.map((text) => `Bad, because ${text}`)])

const frontMatter = ({ status, superseded_by, updated_at, content }: Decision): string =>
  Object.entries({
    status: superseded_by === null ? status : `superseded by ${superseded_by}`,
    date: updated_at.slice(0, 10),
    'decision-makers': content.decision_makers,
    consulted: content.consulted,
    informed: content.informed,
  })
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join('\n')

/** MADR 4 with its headings; what MADR lacks comes after, under headings of its own. */
const toMarkdown = (decision: Decision): string => {
  const { content } = decision
  const { outcome } = content
  const chosen = outcome === null ? ['Not decided yet.'] : [`Chosen option: "${outcome.option}", because ${outcome.reasons}`]
  return [
    '---',
    frontMatter(decision),
    '---',
    '',
    `# ${content.title}`,
    '',
    ...section('## Context and Problem Statement', [content.context]),
    ...section('## Decision Drivers', list(content.drivers)),
    ...section('## Considered Options', list(content.options.map(({ title }) => title))),
    ...section('## Decision Outcome', chosen),
    ...(outcome === null
      ? []
      : [...section('### Consequences', consequences(outcome.good, outcome.bad)), ...section('### Confirmation', [outcome.confirmation])]),
    ...section(
      '## Pros and Cons of the Options',
      content.options.flatMap(({ title, description, good, bad }) => [`### ${title}`, '', description, '', ...consequences(good, bad)]),
    ),
    ...section(
      '## Trade-offs',
      list(
        content.trade_offs.map(
          ({ gained, lost, reason, accepted_by }) =>
            `gained \`${gained.row}\` of \`${gained.report}\`, lost \`${lost.row}\` of \`${lost.report}\`, accepted by ${accepted_by}: ${reason}`,
        ),
      ),
    ),
    ...section('## Dissent', list(content.dissent.map(({ by, text }) => `${by}: ${text}`))),
    ...section('## Binds', list(content.binds.map((digest) => `\`${digest}\``))),
    ...section('## Review by', [content.review_by ?? '']),
    ...section('## More Information', [content.more_information]),
  ].join('\n')
}

export const exportDecision = async (ctx: Ctx, id: string): Promise<Exported> => {
  const decision = await getDecision(ctx, id)
  return { contentType: 'text/markdown; charset=utf-8', fileName: `${id}-v${decision.version}.md`, text: toMarkdown(decision) }
}
