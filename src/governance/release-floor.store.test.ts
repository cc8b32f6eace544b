import { expect, it } from 'vitest'
import { createPolicy, setFloor } from '#safeguards'
import { governed } from '../../test/support/governed.ts'
import { as, testPlatform } from '../../test/support/platform.ts'
import { buildRelease } from './build-release.ts'
import { releaseDigest } from './release.ts'

const platform = await testPlatform()
const g = await governed(platform, 'floors')
const setWords = (ifMatch: string, word: string) =>
  setFloor(as(platform, 'administrator'), {
    ifMatch,
    floor: { document: { output: [{ detector: 'words', action: 'block', options: { words: [word] } }] }, reason: 'the board decided' },
  })

it('a release binds the floor of its day together with its policy, or by itself', async () => {
  const before = await g.release()
  const { name, version } = before.document.model
  expect(before.document.safeguards).toBeNull()
  await setWords('"0"', 'storm')
  const under = await buildRelease(g.developer.ctx, { model: name, version }, g.evidence)
  expect(under.document.safeguards).toMatchObject({ name: 'organisation-floor', version: 1, floor: { version: 1 } })
  expect(under.digest).toBe(releaseDigest(under.document))
  expect(under.digest).not.toBe(before.digest)

  const policy = await createPolicy(g.developer.ctx, { name: 'own', document: { output: [{ detector: 'pii', action: 'mask' }] } })
  const wanted = { model: name, version, safeguards: { name: 'own', version: 1 } }
  const both = await buildRelease(g.developer.ctx, wanted, g.evidence)
  expect(both.document.safeguards).toMatchObject({ name: 'own', version: 1, floor: { version: 1 } })
  expect(both.document.safeguards?.digest).not.toBe(policy.digest)
  expect(await buildRelease(g.developer.ctx, wanted, g.evidence)).toEqual(both)

  await setWords('"1"', 'gale')
  const later = await buildRelease(g.developer.ctx, wanted, g.evidence)
  expect(later.digest).not.toBe(both.digest)
  expect(later.document.safeguards).toMatchObject({ floor: { version: 2 } })
})
