/** Which safeguards hold for a call: the release's own, the organisation's floor, what tags add or replace, and the release's own prompt. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOf } from '#platform/canonical'
import {
  ask,
  completion,
  endpointRow,
  type FakeUpstream,
  fakeUpstream,
  post,
  type RowChanges,
  releaseRow,
  sendJson,
  snapshotRows,
  startGateway,
  type TestGateway,
} from '../../test/support/gateway.ts'
import type { SnapshotRows } from './snapshot.ts'

type Policy = SnapshotRows['safeguards'][number]['policy']
type Rule = Policy['output'][number]

const words = (action: 'block' | 'flag' | 'mask', word: string): Rule => ({
  detector: 'words',
  action,
  mode: 'enforce',
  options: { words: [word], whole_word: true },
})
const policyOf = (output: Rule[], more: Partial<Policy> = {}): Policy => ({ schema: 'plimsoll.safeguards/1', input: [], output, ...more })
const FLOOR = { input: [], output: [words('mask', 'harbour')] }

let upstream: FakeUpstream
let gateway: TestGateway

beforeEach(async () => {
  upstream = await fakeUpstream()
})

afterEach(async () => {
  await gateway.close()
  await upstream.close()
})

interface Answer {
  choices: { message: { content: string | null } }[]
}

const answerTo = async (rows: SnapshotRows, text: string, headers: Record<string, string> = {}): Promise<string | null> => {
  upstream.answer = (_, response) => sendJson(response, completion(text))
  gateway = await startGateway(rows)
  const answer = await post(`${gateway.url}/v1/chat/completions`, ask('hello'), headers)
  return ((await answer.json()) as Answer).choices[0]?.message.content ?? null
}

const rowsWith = (changes: Partial<RowChanges>): SnapshotRows => snapshotRows({ baseUrl: upstream.baseUrl, ...changes })

describe('the floor', () => {
  it('protects a release that was approved without a policy', async () => {
    const policy = policyOf([], { floor: FLOOR })
    expect(await answerTo({ ...rowsWith({}), floor: { digest: digestOf(policy), policy } }, 'in the harbour')).toBe('in the [WORD]')
  })

  it('comes under the policy that a release binds, and findings name what was in force', async () => {
    const bound = policyOf([words('allow' as 'flag', 'harbour'), words('mask', 'storm')])
    const inForce = { ...bound, floor: FLOOR }
    const rows = { ...rowsWith({ policy: bound }), safeguards: [{ digest: digestOf(bound), policy: inForce, inForceDigest: digestOf(inForce) }] }
    expect(await answerTo(rows, 'storm in the harbour')).toBe('[WORD] in the [WORD]')
    expect(gateway.events.at(-1)?.findings.map(({ policy_digest }) => policy_digest)).toContain(digestOf(inForce))
  })
})

describe('overrides by tag', () => {
  const policy = policyOf([words('mask', 'harbour')], {
    overrides: [
      { tags: { criticality: 'high' }, effect: 'add', input: [], output: [words('mask', 'storm')] },
      { tags: { domain: 'research' }, effect: 'replace', input: [], output: [] },
    ],
  })

  it('add rules for the tags that a caller sends', async () => {
    const headers = { 'x-plimsoll-tags': 'criticality=high' }
    expect(await answerTo(rowsWith({ policy }), 'storm in the harbour', headers)).toBe('[WORD] in the [WORD]')
  })

  it('are not replaced by the word of a caller, but by the tag of the endpoint', async () => {
    const headers = { 'x-plimsoll-tags': 'domain=research' }
    expect(await answerTo(rowsWith({ policy }), 'in the harbour', headers)).toBe('in the [WORD]')
    await gateway.close()
    const release = releaseRow({ policy })
    const tags = { criticality: null, domain: 'research', compliance: null, cost_centre: null }
    const rows = rowsWith({ policy, releases: [release], endpoints: [endpointRow('assist', release, { tags })] })
    expect(await answerTo(rows, 'in the harbour')).toBe('in the harbour')
  })
})

it('an answer that repeats the system prompt of its own release is masked, and another release keeps its own', async () => {
  const policy = policyOf([
    { detector: 'prompt-leak', action: 'mask', mode: 'enforce', options: { canaries: [], passages: [], release_prompt: true, least_words: 6 } },
  ])
  const prompt = 'You are Finn of the harbour bank and you never speak of rates.'
  const leaking = 'My orders: you are Finn of the harbour bank, and so on.'
  expect(await answerTo(rowsWith({ policy, system_prompt: prompt }), leaking)).toBe('My orders: [PROMPT_LEAK] so on.')
  await gateway.close()
  expect(await answerTo(rowsWith({ policy, system_prompt: 'You are someone else altogether, with other orders.' }), leaking)).toBe(leaking)
})

describe('a schema for the arguments of a tool', () => {
  const policy = policyOf([
    {
      detector: 'json-schema',
      action: 'block',
      mode: 'enforce',
      options: {
        where: 'tool-arguments',
        tool: 'refund',
        schema: { type: 'object', properties: { amount: { type: 'number', maximum: 100 } }, required: ['amount'], additionalProperties: false },
      },
    },
  ])
  const callOf = (name: string, given: string) => [{ id: 'call_1', type: 'function', function: { name, arguments: given } }]
  const choiceFor = async (name: string, given: string) => {
    const message = { role: 'assistant', content: null, tool_calls: callOf(name, given) }
    upstream.answer = (_, response) => sendJson(response, completion('', { choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }))
    gateway = await startGateway(rowsWith({ policy }))
    const answer = await post(`${gateway.url}/v1/chat/completions`, ask('refund me'))
    return ((await answer.json()) as { choices: { message: { tool_calls?: unknown }; finish_reason: string }[] }).choices[0]
  }

  it('lets a call pass that fits, and calls of other tools', async () => {
    expect(await choiceFor('refund', '{"amount": 20}')).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [{ id: 'call_1' }] } })
    await gateway.close()
    expect((await choiceFor('lookup', '{"anything": true}'))?.message.tool_calls).toBeDefined()
  })

  it('takes a call out of the answer that does not, as a block', async () => {
    const choice = await choiceFor('refund', '{"amount": 100000}')
    expect(choice?.finish_reason).toBe('content_filter')
    expect(choice?.message.tool_calls).toBeUndefined()
    expect(gateway.events.at(-1)?.findings).toMatchObject([{ detector: 'json-schema', kind: 'json-mismatch', action: 'block' }])
  })
})
