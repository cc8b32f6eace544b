import { describe, expect, it } from 'vitest'
import { sha256 } from '#platform/canonical'
import { uploadArtifact } from '#registry'
import { expectAudit } from '../../test/support/audit.ts'
import { as, testPlatform } from '../../test/support/platform.ts'
import { createDataset, createSuite, getDataset, getSuite, installExamples, listDatasets, listSuites } from './index.ts'
import { readRows } from './read-datasets.ts'

const platform = await testPlatform()
const developer = as(platform, 'developer')
const rows = [
  { prompt: 'one', target: '1' },
  { prompt: 'two', target: '2' },
]
const about = { name: 'numbers', licence: 'Apache-2.0' }

describe('a data set', () => {
  it('is numbered, digested, described by its columns, and recorded', async () => {
    const first = await createDataset(developer, { ...about, rows })
    expect(first).toMatchObject({ version: 1, row_count: 2, columns: [{ name: 'prompt', types: ['string'] }, { name: 'target' }, { name: 'id' }] })
    expect(first.digest).toBe(sha256('{"id":"row-1","prompt":"one","target":"1"}\n{"id":"row-2","prompt":"two","target":"2"}\n'))
    await expectAudit(developer, 'assessment.create-dataset', first.id)
    await expect(createDataset(developer, { ...about, rows })).rejects.toMatchObject({ code: 'dataset_exists', facts: { version: 1 } })
    expect(await createDataset(developer, { ...about, rows: [...rows, { prompt: 'three', target: '3' }] })).toMatchObject({ version: 2 })
    expect((await getDataset(developer, 'numbers')).version).toBe(2)
    expect(await getDataset(developer, 'numbers', 1)).toEqual(first)
    expect((await readRows(developer, first, { limit: 5, offset: 1 })).items).toEqual([{ id: 'row-2', prompt: 'two', target: '2' }])
  })

  it('is read from an uploaded artifact, and is the same whichever way it came', async () => {
    const upload = async (text: string) => (await uploadArtifact(developer, Buffer.from(text), { maxBytes: 1e6 })).digest
    const csv = await createDataset(developer, {
      ...about,
      name: 'from-csv',
      format: 'csv',
      artifact: await upload('prompt,target\none,"1"\ntwo,x\n'),
    })
    const jsonl = await createDataset(developer, {
      ...about,
      name: 'from-jsonl',
      artifact: await upload('{"target":1,"prompt":"one"}\n\n{"prompt":"two","target":"x"}'),
    })
    expect(csv.digest).toBe(jsonl.digest)
    await expect(createDataset(developer, { ...about, name: 'broken', artifact: await upload('{"a":1}\nnot json') })).rejects.toMatchObject({
      code: 'dataset_unreadable',
      facts: { line: 2 },
    })
    await expect(createDataset(developer, { ...about, name: 'gone', artifact: sha256('never') })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is refused without a licence, without rows, with both, for the wrong role, and nested', async () => {
    const refused = (input: unknown, path: string) =>
      expect(createDataset(developer, input)).rejects.toMatchObject({ code: 'invalid_request', issues: [{ path }] })
    await refused({ name: 'x', rows }, 'licence')
    await refused({ ...about }, 'rows')
    await refused({ ...about, rows, artifact: sha256('x') }, 'rows')
    await refused({ ...about, rows: [] }, 'rows')
    await expect(createDataset(developer, { ...about, rows: [{ a: { b: 1 } }] })).rejects.toMatchObject({ code: 'invalid_request' })
    await expect(createDataset(as(platform, 'approver'), { ...about, rows })).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(getDataset(as(platform, 'developer', 'elsewhere'), 'numbers')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('keeps one version a number when several are added at the same moment', async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 4 }, (_, index) => createDataset(developer, { ...about, name: 'raced', rows: [{ prompt: `v${index}` }] })),
    )
    const versions = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value.version] : []))
    expect(versions.length).toBeGreaterThan(0)
    expect(new Set(versions).size).toBe(versions.length)
    for (const one of made) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'conflict' })
  })
})

describe('a suite', () => {
  const evaluation = { id: 'match', kind: 'generation', dataset: { name: 'numbers' }, metrics: [{ metric: 'exact_match', at_least: 0.5 }] }

  it('pins its data sets and is digested and recorded', async () => {
    const suite = await createSuite(developer, { name: 'basics', evaluations: [evaluation] })
    expect(suite).toMatchObject({
      version: 1,
      document: { evaluations: [{ dataset: { name: 'numbers', version: 2, digest: expect.stringMatching(/^sha256:/) } }] },
    })
    await expectAudit(developer, 'assessment.create-suite', suite.id)
    await expect(createSuite(developer, { name: 'basics', evaluations: [evaluation] })).rejects.toMatchObject({
      code: 'suite_exists',
      facts: { version: 1 },
    })
    const next = await createSuite(developer, { name: 'basics', evaluations: [{ ...evaluation, dataset: { name: 'numbers', version: 1 } }] })
    expect(next.version).toBe(2)
    expect(await getSuite(developer, 'basics', 1)).toEqual(suite)
    expect((await listSuites(developer, { limit: 5, name: 'basics' })).items.map(({ version }) => version)).toEqual([2, 1])
  })

  it('is refused when it could not run: unknown data, misspelt columns, missing groups, two bounds, ids used twice', async () => {
    const refused = (change: object, expected: object) =>
      expect(createSuite(developer, { name: 'x', evaluations: [{ ...evaluation, ...change }] })).rejects.toMatchObject(expected)
    await refused({ dataset: { name: 'none' } }, { code: 'dataset_unknown' })
    await refused({ prompt: '{{promt}}' }, { code: 'column_unknown', facts: { column: 'promt' } })
    await refused({ target: 'targets' }, { code: 'column_unknown' })
    await refused({ metrics: [{ metric: 'exact_match', where: { column: 'none', equals: 1 } }] }, { code: 'column_unknown' })
    await refused({ metrics: [{ metric: 'accuracy' }] }, { code: 'invalid_request' })
    await refused({ metrics: [{ metric: 'exact_match', at_least: 0.1, at_most: 0.9 }] }, { issues: [{ path: 'evaluations.0.metrics.0.at_most' }] })
    const predictions = { kind: 'predictions', label: 'target', positive: '1' }
    await refused(
      { ...predictions, metrics: [{ metric: 'disparate_impact', by: 'prompt' }] },
      { issues: [{ path: 'evaluations.0.metrics.0.reference' }] },
    )
    await refused({ ...predictions, metrics: [{ metric: 'demographic_parity_difference' }] }, { issues: [{ path: 'evaluations.0.metrics.0.by' }] })
    await expect(createSuite(developer, { name: 'x', evaluations: [evaluation, evaluation] })).rejects.toMatchObject({
      issues: [{ path: 'evaluations.1.id' }],
    })
    await expect(createSuite(as(platform, 'auditor'), { name: 'x', evaluations: [evaluation] })).rejects.toMatchObject({ code: 'permission_denied' })
  })
})

describe('the examples', () => {
  it('are added once, with licence and attribution', async () => {
    const ctx = as(platform, 'developer', 'examples')
    const first = await installExamples(ctx)
    expect(first.datasets.map(({ name, row_count }) => [name, row_count])).toEqual([
      ['german-credit', 802],
      ['german-credit-predictions', 802],
      ['arithmetic', 200],
      ['knowledge', 60],
      ['attacks', 80],
      ['everyday', 80],
    ])
    for (const { licence, attribution } of first.datasets) expect(licence !== '' && attribution !== '').toBe(true)
    expect(await installExamples(ctx)).toEqual(first)
    expect((await listDatasets(ctx, { limit: 50 })).items).toHaveLength(6)
  })
})
