import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Report, ReportDocument } from './report.ts'
import { reportHtml } from './report-html.ts'

const digest = `sha256:${'a'.repeat(64)}`
const nasty = '<script>alert(1)</script>"\'&'
const report = Report.parse({
  schema: 'plimsoll/evaluation-report/1',
  id: 'rep_1',
  run_id: 'run_1',
  digest,
  created_at: '2026-06-01T12:00:00.000Z',
  created_by: nasty,
  verdict: 'fail',
  simulated: true,
  counts: { pass: 0, fail: 1, inconclusive: 0, none: 0 },
  model: { name: 'm', version: 1, version_id: 'mver_1', manifest_digest: digest, hosted: null },
  system_prompt: nasty,
  suite: { name: 's', version: 1, digest },
  evaluations: [
    {
      id: 'e',
      kind: 'generation',
      title: nasty,
      dataset: { name: 'd', version: 1, digest, row_count: 9, licence: nasty, attribution: nasty },
      predictions: null,
      items: { total: 9, scored: 9, errors: 0, results: digest },
      examples: [{ item: nasty, prompt: nasty, answer: nasty, expected: nasty, note: nasty }],
    },
  ],
  rows: [
    {
      id: 'e.exact_match:c=%3Cb%3E',
      evaluation: 'e',
      metric: 'exact_match',
      group: nasty,
      value: 0.5,
      n: 9,
      interval: { low: 0.2, high: 0.8, level: 0.95, method: 'wilson' },
      threshold: { at_least: 0.9, minimum_n: 1 },
      verdict: 'fail',
      explanation: nasty,
    },
  ],
  reproduction: {
    seed: 1,
    started_at: '2026-06-01T11:59:00.000Z',
    finished_at: '2026-06-01T12:00:00.000Z',
    software: { plimsoll: '0', node: '24' },
    usage: { input_tokens: 1, output_tokens: 1 },
  },
})

describe('the report page', () => {
  const page = reportHtml(report)

  it('runs nothing and loads nothing, whatever stands in the report', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|url\(|@import|https?:\/\/(?!www\.w3\.org)/i)
    expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(8)
  })

  it('says that it is simulated, holds every row under its id, and follows light and dark', () => {
    expect(page).toContain('Simulated.')
    expect(page).toContain('id="e.exact_match:c=%3Cb%3E"')
    expect(page).toContain('color-scheme:light dark')
    expect(page).toContain('@media print')
    expect(page).toContain(digest)
  })
})

describe('the published schema', () => {
  it('is that of the report document', async () => {
    const schema = {
      $id: 'urn:plimsoll:evaluation-report:1',
      title: 'Plimsoll evaluation report',
      ...z.toJSONSchema(ReportDocument, { target: 'draft-2020-12' }),
    }
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot('../../docs/schemas/evaluation-report-1.json')
  })
})
