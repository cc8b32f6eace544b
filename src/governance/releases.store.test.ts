import { describe, expect, it } from 'vitest'
import { draftCard, getCard, saveCard } from '#documentation'
import { expectAudit } from '../../test/support/audit.ts'
import { registeredVersion } from '../../test/support/evidence.ts'
import { completeContent, governed } from '../../test/support/governed.ts'
import { as, testPlatform } from '../../test/support/platform.ts'
import { buildRelease } from './build-release.ts'
import { diffReleases, getRelease, listReleases } from './read-releases.ts'
import { releaseDigest } from './release.ts'

const platform = await testPlatform()
const g = await governed(platform, 'releases')
const build = (input: unknown) => buildRelease(g.developer.ctx, input, g.evidence)

describe('a release', () => {
  it('is the digest of its document, built once, with its authors', async () => {
    const release = await g.release()
    expect(release.digest).toBe(releaseDigest(release.document))
    expect(release).toMatchObject({ status: 'not_approved', authors: [g.developer.id], risk: 'medium', since_last_approved: null })
    await expectAudit(g.developer.ctx, 'governance.build-release', release.digest)
    const { name, version } = release.document.model
    expect(await build({ model: name, version })).toEqual(release)
    const raced = await Promise.all([1, 2, 3].map(() => build({ model: name, version })))
    expect(new Set(raced.map(({ digest }) => digest)).size).toBe(1)
  })

  it('does not come together from parts that speak of something else', async () => {
    const release = await g.release()
    const { name, version } = release.document.model
    const other = g.evidence.addReport(await registeredVersion(g.developer.ctx))
    await expect(build({ model: name, version, report: other.id })).rejects.toMatchObject({
      code: 'release_parts_mismatch',
      issues: [
        { path: 'report', message: 'is about another model version' },
        { path: 'report', message: 'is not the one that the card quotes' },
      ],
    })
    await expect(build({ model: name, version, system_prompt: 'Be rude.' })).rejects.toMatchObject({ issues: [{ path: 'system_prompt' }] })
    await expect(build({ model: name, version, safeguards: { name: 'none', version: 1 } })).rejects.toMatchObject({ code: 'not_found' })
    await expect(build({ model: name, version, card_version: 9 })).rejects.toMatchObject({ code: 'not_found' })
    await expect(build({ model: 'nobody', version: 1 })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('needs a report that was quoted', async () => {
    const version = await registeredVersion(g.developer.ctx)
    await draftCard(g.developer.ctx, { model: version.model, version: 1 }, g.evidence)
    await expect(build({ model: version.model, version: 1 })).rejects.toMatchObject({ code: 'release_parts_mismatch', issues: [{ path: 'report' }] })
  })

  it('is not built by an approver, names the wrong field, and stays in its project', async () => {
    await expect(buildRelease(g.legal.ctx, {}, g.evidence)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(build({ model: 'x', version: 0 })).rejects.toMatchObject({ issues: [{ path: 'version' }] })
    const { digest } = await g.release()
    await expect(getRelease(as(platform, 'developer', 'elsewhere'), digest)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('shows which part changed since the last one that was approved', async () => {
    const { release } = await g.approved()
    const { name, version } = release.document.model
    const before = await getCard(g.developer.ctx, release.document.card.id, g.evidence)
    await saveCard(g.developer.ctx, { id: before.id, content: { ...completeContent(before), limits: 'None.' }, if_match: '*' }, g.evidence)
    const changed = await build({ model: name, version })
    expect(changed.digest).not.toBe(release.digest)
    expect(changed.status).toBe('not_approved')
    const parts = changed.since_last_approved?.parts.filter((part) => part.changed)
    expect(parts?.map(({ part }) => part)).toEqual(['card'])
    expect(parts?.[0]?.changes.map(({ path }) => path).sort()).toEqual(['card.digest', 'card.version'])
    expect(await diffReleases(g.developer.ctx, release.digest, changed.digest)).toEqual(changed.since_last_approved)
    expect((await listReleases(g.developer.ctx, { limit: 10, model: name })).items.map(({ status }) => status)).toEqual(['not_approved', 'approved'])
  })
})
