import { afterEach, describe, expect, it } from 'vitest'
import { fakeEncoder } from '../../test/support/encoder.ts'
import { as, testPlatform } from '../../test/support/platform.ts'
import { applyPolicy, closeTransformer, createPolicy, listPolicies, transformer } from './index.ts'

const platform = await testPlatform()
const developer = as(platform, 'developer')

const harbour = { detector: 'topics', action: 'block', options: { topics: [{ name: 'harbour', description: 'the harbour' }] } }

afterEach(closeTransformer)

describe('a policy that needs the transformer', () => {
  it('is refused, with the reason, by a server that cannot open it, and leaves nothing behind', async () => {
    transformer(async () => Promise.reject(new Error('trunk.onnx is not the file that the release shipped')))
    await expect(createPolicy(developer, { name: 'no-weights', document: { input: [harbour] } })).rejects.toMatchObject({
      code: 'transformer_unavailable',
      message: expect.stringContaining('trunk.onnx is not the file'),
    })
    expect((await listPolicies(developer, { limit: 50 })).items.map(({ name }) => name)).not.toContain('no-weights')
    await createPolicy(developer, { name: 'no-need', document: { input: [{ detector: 'secrets', action: 'mask' }] } })
  })

  it('is applied by both stages, and its failure is a verdict, not an error', async () => {
    const encoder = fakeEncoder()
    transformer(async () => encoder)
    await createPolicy(developer, { name: 'harbour', document: { input: [harbour] } })
    const apply = async () =>
      (
        await applyPolicy(developer, 'harbour', { direction: 'input', texts: ['Tell me all about the harbour.', 'Tell me all about it.'] })
      ).results.map(({ verdict, findings }) => [verdict, findings.map(({ kind }) => kind)])
    expect(await apply()).toEqual([
      ['block', ['topic-harbour']],
      ['pass', []],
    ])
    encoder.answers = 'error'
    expect(await apply()).toEqual(Array(2).fill(['block', ['detector-failure']]))
  })
})
