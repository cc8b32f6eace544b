import type { Ctx } from '#platform/context'
import { document, html, type Markup } from '#platform/markup'
import { type CardVersion, type QuotedMetric, SECTIONS, sectionText } from './card.ts'
import type { Evidence } from './evidence.ts'
import { CARD_STYLE, renderProse } from './prose.ts'
import { quoteMetrics } from './quote.ts'
import { getCardVersion } from './read-cards.ts'

export type CardFormat = 'html' | 'huggingface'

export interface Exported {
  readonly contentType: string
  readonly fileName: string
  readonly text: string
}

interface Material {
  readonly card: CardVersion
  readonly metrics: readonly QuotedMetric[]
  readonly baseModel: string | null
}

const figure = (value: number): string => String(Number(value.toPrecision(6)))
const cells = ({ found, metric, row, dataset, group, value, n, interval, verdict, simulated, note }: QuotedMetric): string[] => [
  found ? `${metric ?? row}${simulated ? ' (simulated)' : ''}` : `${row} (not in the report)`,
  dataset ?? '',
  group ?? '',
  value === null ? 'undefined' : figure(value),
  interval === null ? '' : `${figure(interval.low)} to ${figure(interval.high)}`,
  n === null ? '' : String(n),
  verdict ?? '',
  note,
]
const HEADINGS = ['Metric', 'Data set', 'Group', 'Value', 'Interval', 'n', 'Verdict', 'Note'] as const

const titleOf = ({ model }: CardVersion): string => `${model.name}, version ${model.version}`

const isSimulated = (metrics: readonly QuotedMetric[]): boolean => metrics.some(({ simulated }) => simulated)

const toHtml = ({ card, metrics }: Material): string => {
  const { content, model } = card
  const sections = SECTIONS.map(([path, heading]) => {
    const prose = sectionText(content, path)
    const rating = path === 'risk.reasons' ? html`<p><strong>${content.risk.rating}</strong></p>` : ''
    const body = prose.trim() === '' ? html`<p class="missing">Not written yet.</p>` : renderProse(prose)
    return html`<section><h2>${heading}</h2>${rating}${path === 'evaluation.observations' ? table(metrics) : ''}${body}</section>\n`
  })
  const { report } = content.evaluation
  const facts = html`<p class="facts">Model version <code>${model.manifest_digest}</code><br>Card version ${card.version} <code>${card.digest}</code><br>${
    report === null ? 'No evaluation report' : html`Evaluation report <code>${report.digest}</code>`
  }</p>`
  const banner = isSimulated(metrics) ? html`<p class="simulated">Simulated: the evaluation ran against the built-in simulator.</p>` : ''
  return document(`Model card: ${titleOf(card)}`, CARD_STYLE, html`<h1>${titleOf(card)}</h1>${banner}${facts}${sections}`)
}

const table = (metrics: readonly QuotedMetric[]): Markup | '' =>
  metrics.length === 0
    ? ''
    : html`<table><thead><tr>${HEADINGS.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead><tbody>${metrics.map(
        (metric) => html`<tr>${cells(metric).map((cell) => html`<td>${cell}</td>`)}</tr>`,
      )}</tbody></table>`

/** The hub accepts data set and base model only by its own ids, `owner/name`. */
const HUB_ID = /^[\w.-]+\/[\w.-]+$/

/** YAML 1.2 holds JSON, so the front matter is JSON values under YAML keys and no text can break out of it. */
const frontMatter = ({ card, metrics, baseModel }: Material): string => {
  const measured = Map.groupBy(
    metrics.filter(({ found, value }) => found && value !== null),
    ({ dataset }) => dataset ?? 'unnamed',
  )
  const results = [...measured].map(([dataset, quoted]) => modelIndexResult(quoted, dataset))
  const fields: Record<string, unknown> = {
    ...(card.content.license === '' ? {} : { license: card.content.license }),
    ...(baseModel !== null && HUB_ID.test(baseModel) ? { base_model: baseModel } : {}),
    tags: ['model-card', ...(isSimulated(metrics) ? ['simulated'] : [])],
    ...(results.length === 0 ? {} : { 'model-index': [{ name: card.model.name, results }] }),
  }
  return Object.entries(fields)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join('\n')
}

const modelIndexResult = (metrics: readonly QuotedMetric[], dataset: string): unknown => ({
  task: { type: 'other' },
  dataset: { type: HUB_ID.test(dataset) ? dataset : 'other', name: dataset },
  metrics: metrics.map(({ metric, group, value, n, interval, report, row }) => ({
    type: metric,
    name: group === null ? metric : `${metric} (${group})`,
    value,
    args: { n, interval, report, row },
  })),
})

const markdownCell = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll('<', '&lt;')

const toHuggingFace = (material: Material): string => {
  const { card, metrics } = material
  const line = (texts: readonly string[]): string => `| ${texts.map(markdownCell).join(' | ')} |`
  const metricTable =
    metrics.length === 0 ? [] : [line(HEADINGS), `|${' --- |'.repeat(HEADINGS.length)}`, ...metrics.map((metric) => line(cells(metric))), '']
  const sections = SECTIONS.flatMap(([path, heading]) => [
    `## ${heading}`,
    '',
    ...(path === 'risk.reasons' ? [`**${card.content.risk.rating}**`, ''] : []),
    ...(path === 'evaluation.observations' ? metricTable : []),
    sectionText(card.content, path).trim() || '_Not written yet._',
    '',
  ])
  const origin = `Card version ${card.version}, \`${card.digest}\`; model version \`${card.model.manifest_digest}\`.`
  return ['---', frontMatter(material), '---', '', `# ${titleOf(card)}`, '', origin, '', ...sections].join('\n')
}

export const exportCard = async (
  ctx: Ctx,
  { id, version, format }: { id: string; version: number; format: CardFormat },
  evidence: Evidence,
): Promise<Exported> => {
  const card = await getCardVersion(ctx, id, version)
  const material: Material = {
    card,
    metrics: await quoteMetrics(ctx, card.content, evidence),
    baseModel: (await evidence.version(ctx, card.model.name, card.model.version)).manifest.lineage.base_model?.name ?? null,
  }
  const name = `${card.model.name}-v${card.model.version}-card-${version}`
  return format === 'html'
    ? { contentType: 'text/html; charset=utf-8', fileName: `${name}.html`, text: toHtml(material) }
    : { contentType: 'text/markdown; charset=utf-8', fileName: `${name}.md`, text: toHuggingFace(material) }
}
