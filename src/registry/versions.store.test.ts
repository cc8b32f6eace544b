import { describe, expect, it } from 'vitest'
import { digestOf, sha256 } from '#platform/canonical'
import { expectAudit } from '../../test/support/audit.ts'
import { as, testPlatform } from '../../test/support/platform.ts'
import { createModel, createVersion, getVersion, listModels, listVersions, moveAlias, uploadArtifact } from './index.ts'
import { labelModel, labelVersion } from './label.ts'
import { removeAlias } from './move-alias.ts'
import { readLineage } from './read-lineage.ts'

const platform = await testPlatform()
const developer = as(platform, 'developer')
const simulated = { hosted: { connection: 'simulator', upstream_model: 'echo', snapshot: '2026-01-01', parameters: { temperature: 0 } } }
const upload = (text: string) => uploadArtifact(developer, Buffer.from(text), { maxBytes: 1000 })

describe('a version', async () => {
  await createModel(developer, { name: 'scorer' })
  const weights = await upload('weights')
  const tokenizer = await upload('tokenizer')

  it('is numbered from one, with a digest of exactly its content', async () => {
    const artifacts = [
      { path: 'weights.bin', digest: weights.digest },
      { path: 'tokenizer.json', digest: tokenizer.digest },
    ]
    const first = await createVersion(developer, 'scorer', { artifacts, description: 'first' })
    expect(first).toMatchObject({ version: 1, simulated: false, aliases: [] })
    expect(first.manifest.artifacts.map(({ path }) => path)).toEqual(['tokenizer.json', 'weights.bin'])
    expect(first.manifest_digest).toBe(digestOf(first.manifest))
    expect(await getVersion(developer, 'scorer', 1)).toEqual(first)
    await expectAudit(developer, 'registry.create-version', first.id)
    // The same content in another order and with other words is the same version.
    await expect(createVersion(developer, 'scorer', { artifacts: artifacts.toReversed(), description: 'other words' })).rejects.toMatchObject({
      code: 'version_exists',
      facts: { version: 1 },
    })
  })

  it('gets a number of its own when ten are registered at the same moment, and no number twice', async () => {
    await createModel(developer, { name: 'raced' })
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, seed) =>
        createVersion(developer, 'raced', { hosted: { ...simulated.hosted, parameters: { seed } } }).then(({ version }) => version),
      ),
    )
    expect(made.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('of a hosted model says where its prompts go, and whether it is simulated', async () => {
    const version = await createVersion(developer, 'scorer', simulated)
    expect(version).toMatchObject({ simulated: true, manifest: { hosted: { provider: 'simulator', base_url: null, snapshot: '2026-01-01' } } })
  })

  it('is refused without content, with unknown parts, with a path that escapes, and for the wrong role', async () => {
    const refused = (input: unknown, code: string, path?: string) =>
      expect(createVersion(developer, 'scorer', input)).rejects.toMatchObject({ code, ...(path === undefined ? {} : { issues: [{ path }] }) })
    await refused({}, 'invalid_request', 'artifacts')
    await refused({ artifacts: [{ path: 'w', digest: sha256('never uploaded') }] }, 'artifact_unknown')
    await refused({ artifacts: [{ path: '../w', digest: weights.digest }] }, 'invalid_request', 'artifacts.0.path')
    await refused({ hosted: { ...simulated.hosted, connection: 'nowhere' } }, 'connection_unknown')
    await refused({ ...simulated, lineage: { base_model: { name: 'scorer', version: 99 } } }, 'invalid_request', 'lineage.base_model')
    await refused({ ...simulated, surprise: 1 }, 'invalid_request', '')
    await expect(createVersion(developer, 'none', simulated)).rejects.toMatchObject({ code: 'not_found' })
    await expect(createVersion(as(platform, 'auditor'), 'scorer', simulated)).rejects.toMatchObject({ code: 'permission_denied' })
    // Refused attempts leave no gap.
    expect((await createVersion(developer, 'scorer', { hosted: { ...simulated.hosted, snapshot: null } })).version).toBe(3)
  })

  it('of another project cannot be seen, nor built on its artifacts', async () => {
    const elsewhere = as(platform, 'developer', 'elsewhere')
    await createModel(elsewhere, { name: 'thief' })
    await expect(createVersion(elsewhere, 'thief', { artifacts: [{ path: 'w', digest: weights.digest }] })).rejects.toMatchObject({
      code: 'artifact_unknown',
    })
    await expect(getVersion(elsewhere, 'scorer', 1)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is listed newest first, in pages, and by tag', async () => {
    const first = await listVersions(developer, 'scorer', { limit: 2 })
    expect(first.items.map(({ version }) => version)).toEqual([3, 2])
    expect((await listVersions(developer, 'scorer', { limit: 2, cursor: first.next_cursor ?? '' })).items.map(({ version }) => version)).toEqual([1])
    await labelVersion(developer, 'scorer', 2, '"1"', { tags: { stage: 'trial', team: 'credit' } })
    expect((await listVersions(developer, 'scorer', { limit: 9, tags: { stage: 'trial' } })).items.map(({ version }) => version)).toEqual([2])
    expect((await listVersions(developer, 'scorer', { limit: 9, tags: { stage: 'live' } })).items).toEqual([])
  })

  it('keeps its digest when its words change; of two editors the second is told', async () => {
    const before = await getVersion(developer, 'scorer', 1)
    const after = await labelVersion(developer, 'scorer', 1, '"1"', { description: 'better words' })
    expect(after).toMatchObject({ manifest_digest: before.manifest_digest, description: 'better words', revision: 2 })
    await expectAudit(developer, 'registry.label-version', before.id)
    await expect(labelVersion(developer, 'scorer', 1, '"1"', { description: 'stale' })).rejects.toMatchObject({ code: 'precondition_failed' })
    await expect(labelVersion(developer, 'scorer', 1, undefined, { description: 'blind' })).rejects.toMatchObject({ code: 'precondition_required' })
    const raced = await Promise.allSettled(['a', 'b', 'c'].map((description) => labelVersion(developer, 'scorer', 1, '"2"', { description })))
    expect(raced.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

describe('an alias', async () => {
  await createModel(developer, { name: 'aliased' })
  for (const seed of [1, 2]) await createVersion(developer, 'aliased', { hosted: { ...simulated.hosted, parameters: { seed } } })

  it('is made, moved with If-Match, shown at its version, removed; each time recorded', async () => {
    await moveAlias(developer, 'aliased', 'champion', undefined, { version: 1 })
    expect(await getVersion(developer, 'aliased', 'champion')).toMatchObject({ version: 1, aliases: ['champion'] })
    await expect(moveAlias(developer, 'aliased', 'champion', undefined, { version: 2 })).rejects.toMatchObject({ code: 'precondition_required' })
    await expect(moveAlias(developer, 'aliased', 'champion', '"7"', { version: 2 })).rejects.toMatchObject({ code: 'precondition_failed' })
    await moveAlias(developer, 'aliased', 'champion', '"1"', { version: 2 })
    const entry = await expectAudit(developer, 'registry.move-alias', 'aliased@champion')
    expect(entry).toMatchObject({ details: { from: 1, to: 2 } })
    expect((await listVersions(developer, 'aliased', { limit: 5 })).items.map(({ aliases }) => aliases)).toEqual([['champion'], []])
    await removeAlias(developer, 'aliased', 'champion', '"2"')
    await expect(getVersion(developer, 'aliased', 'champion')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is moved once when many move it at the same moment', async () => {
    await moveAlias(developer, 'aliased', 'raced', undefined, { version: 1 })
    const moves = await Promise.allSettled(Array.from({ length: 5 }, () => moveAlias(developer, 'aliased', 'raced', '"1"', { version: 2 })))
    expect(moves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('is refused when it could be a number, points nowhere, or the role is wrong', async () => {
    await expect(moveAlias(developer, 'aliased', '7', undefined, { version: 1 })).rejects.toMatchObject({ code: 'invalid_request' })
    await expect(moveAlias(developer, 'aliased', 'x', undefined, { version: 99 })).rejects.toMatchObject({ code: 'not_found' })
    await expect(moveAlias(developer, 'aliased', 'x', undefined, { version: 2 ** 40 })).rejects.toMatchObject({ code: 'not_found' })
    await expect(moveAlias(as(platform, 'approver'), 'aliased', 'x', undefined, { version: 1 })).rejects.toMatchObject({ code: 'permission_denied' })
  })
})

describe('a model', () => {
  it('is found by part of its words, taken literally, and by tags', async () => {
    const ctx = as(platform, 'developer', 'search')
    await createModel(ctx, { name: 'credit-scorer', description: 'Scores 100% of loans', tags: { domain: 'lending' } })
    await createModel(ctx, { name: 'chat', description: 'Talks', tags: { domain: 'support', tier: 'high' } })
    const names = async (filter: Parameters<typeof listModels>[1]) => (await listModels(ctx, filter)).items.map(({ name }) => name)
    expect(await names({ limit: 9, text: 'SCORE' })).toEqual(['credit-scorer'])
    expect(await names({ limit: 9, text: '100%' })).toEqual(['credit-scorer'])
    expect(await names({ limit: 9, text: 'c%t' })).toEqual([])
    expect(await names({ limit: 9, tags: { domain: 'support', tier: 'high' } })).toEqual(['chat'])
    expect(await names({ limit: 9, tags: { domain: 'support', tier: 'low' } })).toEqual([])
  })

  it('is edited by one of two', async () => {
    await createModel(developer, { name: 'edited' })
    const after = await labelModel(developer, 'edited', '"1"', { tags: { a: 'b' } })
    expect(after).toMatchObject({ tags: { a: 'b' }, revision: 2 })
    await expectAudit(developer, 'registry.label-model', after.id)
    await expect(labelModel(developer, 'edited', '"1"', { tags: {} })).rejects.toMatchObject({ code: 'precondition_failed' })
    await expect(labelModel(developer, 'edited', '"2"', {})).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

describe('lineage', async () => {
  const data = sha256('the training data')
  await createModel(developer, { name: 'base' })
  await createModel(developer, { name: 'tuned' })
  const weights = await upload('base weights')
  await createVersion(developer, 'base', {
    artifacts: [{ path: 'w', digest: weights.digest }],
    lineage: { datasets: [{ name: 'corpus', digest: data }], code: { repository: 'https://git.example/base', commit: 'abc1234' } },
  })
  await createVersion(developer, 'tuned', {
    ...simulated,
    lineage: { base_model: { name: 'base', version: 1 }, training_run: { id: 'run-7', uri: 'https://runs.example/7' } },
  })

  it('leads from a version to all it stands on', async () => {
    const graph = await readLineage(developer, { model: 'tuned', version: '1', depth: 4 })
    expect(graph.root).toBe('version:tuned/1')
    expect(graph.edges).toEqual(
      expect.arrayContaining([
        { from: 'version:tuned/1', to: 'version:base/1', relation: 'derived-from' },
        { from: 'version:tuned/1', to: 'training-run:run-7', relation: 'produced-by' },
        { from: 'version:base/1', to: `dataset:${data}`, relation: 'trained-on' },
        { from: 'version:base/1', to: `artifact:${weights.digest}`, relation: 'contains' },
      ]),
    )
    expect(graph.nodes.find(({ kind }) => kind === 'dataset')).toMatchObject({ label: 'corpus' })
    expect(graph.truncated).toBe(false)
  })

  it('leads from a data set to every version that stands on it, through others too', async () => {
    const graph = await readLineage(developer, { digest: data, depth: 4 })
    expect(graph.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(['version:base/1', 'version:tuned/1']))
    const near = await readLineage(developer, { digest: data, depth: 1 })
    expect(near.nodes.map(({ id }) => id)).not.toContain('version:tuned/1')
    await expect(readLineage(developer, { digest: sha256('unheard of'), depth: 4 })).rejects.toMatchObject({ code: 'not_found' })
  })
})
