import { expect, it } from 'vitest'
import { as, testPlatform } from '../../test/support/platform.ts'
import { applyPolicyAsGuardrail } from './apply-guardrail.ts'
import { createPolicy } from './create-policy.ts'

const platform = await testPlatform()
const ctx = as(platform, 'developer')
const apply = (name: string, version: string, text: string) =>
  applyPolicyAsGuardrail(ctx, name, version, { source: 'INPUT', content: [{ text: { text } }] }, new AbortController().signal)

it('a policy is a guardrail by its name and version, DRAFT being the newest', async () => {
  await createPolicy(ctx, { name: 'mails', document: { input: [{ detector: 'pii', action: 'mask', options: { kinds: ['email'] } }] } })
  await createPolicy(ctx, { name: 'mails', document: { input: [{ detector: 'pii', action: 'block', options: { kinds: ['email'] } }] } })
  expect((await apply('mails', '1', 'me@example.org')).outputs).toEqual([{ text: '[EMAIL]' }])
  expect((await apply('mails', 'DRAFT', 'me@example.org')).actionReason).toBe('Guardrail blocked.')
})

it.each([
  ['mails', '3'],
  ['mails', '0'],
  ['mails', '1e3'],
  ['none', 'DRAFT'],
  ['ma\u0000ils', '1'],
  ['../mails', '1'],
])('%j version %s is not found', async (name, version) => {
  await expect(apply(name, version, 'x')).rejects.toMatchObject({ code: 'not_found' })
})

it('of another project it does not exist', async () => {
  const other = as(platform, 'developer', 'other')
  await expect(
    applyPolicyAsGuardrail(other, 'mails', '1', { source: 'INPUT', content: [{ text: { text: 'x' } }] }, new AbortController().signal),
  ).rejects.toMatchObject({ code: 'not_found' })
})
