import { document, html, type Markup } from '#platform/markup'
import type { Report, ReportEvaluation, ReportRow } from './report.ts'
import { REPORT_STYLE } from './report-style.ts'

/** The report as one page: no script, nothing loaded from anywhere. Row ids are anchors. */
export const reportHtml = (report: Report): string =>
  document(
    `${report.model.name} ${report.model.version}: ${report.suite.name}`,
    REPORT_STYLE,
    html`<header>
  <p class="kind">Evaluation report</p>
  <h1>${report.model.name} <span class="version">version ${report.model.version}</span></h1>
  <p class="verdict ${report.verdict}">${VERDICT[report.verdict]}</p>
</header>
${report.simulated ? SIMULATED : ''}
${summary(report)}
${report.evaluations.map((evaluation) =>
  section(
    evaluation,
    report.rows.filter((row) => row.evaluation === evaluation.id),
  ),
)}
${reproduction(report)}`,
  )

const VERDICT: Readonly<Record<ReportRow['verdict'], string>> = { pass: 'Pass', fail: 'Fail', inconclusive: 'Inconclusive', none: 'Reported' }

const SIMULATED = html`<p class="simulated"><strong>Simulated.</strong> Answers in this report come from the built-in simulator. They show how an
assessment works; they say nothing about a real model.</p>`

const summary = ({ counts, suite, created_at, created_by, model, evaluations }: Report): Markup => html`<section>
  <ul class="counts">
    <li class="pass"><b>${counts.pass}</b> passed</li>
    <li class="fail"><b>${counts.fail}</b> failed</li>
    <li class="inconclusive"><b>${counts.inconclusive}</b> inconclusive</li>
    <li><b>${counts.none}</b> reported only</li>
  </ul>
  <p class="rule">A bound is met when the whole interval lies on its right side, and missed when the whole interval lies on the wrong side. Anything
  else, and anything that stands on too few rows, is inconclusive.</p>
  ${facts([
    ['Suite', html`${suite.name} version ${suite.version}`],
    [
      'Model',
      model.hosted === null
        ? 'artifacts in the registry'
        : html`${model.hosted.upstream_model} through ${model.hosted.connection} (${model.hosted.provider})`,
    ],
    ['Snapshot', model.hosted === null ? '' : (model.hosted.snapshot ?? 'none: the provider may change the model unseen')],
    ['Items', String(evaluations.reduce((sum, { items }) => sum + items.total, 0))],
    ['Finished', when(created_at)],
    ['Started by', created_by],
  ])}
</section>`

const facts = (pairs: readonly (readonly [string, string | Markup])[]): Markup =>
  html`<dl>${pairs.filter(([, value]) => value !== '').map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`

const section = ({ id, title, kind, dataset, predictions, items, examples }: ReportEvaluation, rows: readonly ReportRow[]): Markup => {
  const scale = scaleOf(rows)
  return html`<section id="${id}">
  <h2>${title === '' ? id : title}</h2>
  <p class="about">${items.scored} of ${items.total} ${kind === 'generation' ? 'answers' : 'predictions'} scored${items.errors === 0 ? '' : html`, <strong>${items.errors} failed</strong>`}.
  Data: ${dataset.name} version ${dataset.version}, ${dataset.licence}.${dataset.attribution === '' ? '' : html` ${dataset.attribution}`}${predictions === null ? '' : html` Predictions: ${predictions.name} version ${predictions.version}.`}</p>
  <div class="scroll"><table>
    <thead><tr><th scope="col">Metric</th><th scope="col" class="number">Value</th><th scope="col">Interval</th><th scope="col" class="number">n</th><th scope="col">Bound</th><th scope="col">Verdict</th></tr></thead>
    <tbody>${rows.map((row) => line(row, scale))}</tbody>
  </table></div>
  ${examples.length === 0 ? '' : exampleList(examples)}
</section>`
}

const line = (row: ReportRow, scale: Scale): Markup => html`<tr id="${row.id}" class="${row.verdict}">
  <th scope="row"><a href="#${encodeURIComponent(row.id)}">${label(row.metric)}</a>${row.group === null ? '' : html`<span class="group">${row.group}</span>`}</th>
  <td class="number">${row.value === null ? html`<span class="soft">none</span>` : short(row.value)}</td>
  <td class="interval">${row.interval === null ? '' : html`${plot(row, scale)}<span class="limits">${short(row.interval.low)} to ${short(row.interval.high)}</span>`}</td>
  <td class="number">${row.n}</td>
  <td class="bound">${bound(row)}</td>
  <td><span class="badge ${row.verdict}">${VERDICT[row.verdict]}</span>${row.explanation === '' ? '' : html`<span class="why">${row.explanation}</span>`}</td>
</tr>`

const bound = ({ threshold }: ReportRow): string => {
  if (threshold === null) return ''
  return threshold.at_least === undefined ? `at most ${threshold.at_most ?? ''}` : `at least ${threshold.at_least}`
}

interface Scale {
  readonly low: number
  readonly high: number
}

/** Shares are drawn from 0 to 1; ratios above 1 stretch the axis for the whole table, so that its rows can be compared. */
const scaleOf = (rows: readonly ReportRow[]): Scale => {
  const ends = rows.flatMap(({ interval, value }) => [interval?.low ?? value ?? 0, interval?.high ?? value ?? 0])
  return { low: Math.min(0, ...ends), high: Math.max(1, ...ends) }
}

const WIDTH = 160

const plot = ({ value, interval, threshold }: ReportRow, { low, high }: Scale): Markup => {
  const x = (at: number): string => (4 + ((at - low) / (high - low)) * (WIDTH - 8)).toFixed(1)
  const limit = threshold?.at_least ?? threshold?.at_most
  if (interval === null || value === null) return html``
  return html`<svg viewBox="0 0 ${WIDTH} 18" width="${WIDTH}" height="18" aria-hidden="true">
    <line class="axis" x1="4" x2="${WIDTH - 4}" y1="9" y2="9"/>
    ${limit === undefined ? '' : html`<line class="limit" x1="${x(limit)}" x2="${x(limit)}" y1="1" y2="17"/>`}
    <line class="range" x1="${x(interval.low)}" x2="${x(interval.high)}" y1="9" y2="9"/>
    <circle class="point" cx="${x(value)}" cy="9" r="3.2"/>
  </svg>`
}

const exampleList = (examples: ReportEvaluation['examples']): Markup => html`<details>
  <summary>${examples.length} ${examples.length === 1 ? 'example' : 'examples'} of what went wrong</summary>
  <ol class="examples">${examples.map(
    ({ item, prompt, answer, expected, note }) => html`<li>
    <p class="item">${item} <span class="soft">${label(note)}</span></p>
    ${facts([
      ['Prompt', prompt],
      ['Expected', expected],
      ['Answer', answer === '' ? '(empty)' : answer],
    ])}</li>`,
  )}</ol>
</details>`

const reproduction = ({
  digest,
  id,
  run_id,
  model,
  suite,
  evaluations,
  system_prompt,
  reproduction: made,
}: Report): Markup => html`<section class="reproduction">
  <h2>Reproduce and verify</h2>
  <p>The digest is the SHA-256 of the report's canonical JSON (RFC 8785), which <code>/api/v1/reports/${id}/document</code> answers. The same suite on
  the same answers with the same seed gives the same rows.</p>
  ${facts([
    ['Report', html`<code>${digest}</code>`],
    ['Model version', html`<code>${model.manifest_digest}</code>`],
    ['Suite', html`<code>${suite.digest}</code>`],
    ...evaluations.flatMap(({ id: name, dataset, items }): [string, Markup][] => [
      [`Data, ${name}`, html`<code>${dataset.digest}</code>`],
      ...(items.results === null ? [] : [[`Results, ${name}`, html`<code>${items.results}</code>`] as [string, Markup]]),
    ]),
    ['System prompt', system_prompt === null ? 'none' : html`<span class="prompt">${system_prompt}</span>`],
    ['Parameters', model.hosted === null ? '' : html`<code>${JSON.stringify(model.hosted.parameters)}</code>`],
    ['Seed', String(made.seed)],
    ['Run', html`${run_id}, ${when(made.started_at)} to ${when(made.finished_at)}`],
    ['Tokens', `${made.usage.input_tokens} in, ${made.usage.output_tokens} out`],
    ['Software', `Plimsoll ${made.software.plimsoll}, Node ${made.software.node}`],
  ])}
</section>`

const label = (metric: string): string => metric.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase())
const short = (value: number): string => (Math.abs(value) >= 1000 ? value.toFixed(0) : value.toFixed(3))
const when = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`
