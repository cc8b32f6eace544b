import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { digestOf } from '#platform/canonical'
import { SafeguardPolicy } from '#safeguards'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-trials-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const plimsoll = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    // An address where nobody listens: these commands need no server.
    const command = [join(import.meta.dirname, 'main.ts'), 'safeguards', ...args, '--url', 'http://127.0.0.1:9']
    execFile(process.execPath, command, (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }))
  })

const document = SafeguardPolicy.parse({ input: [{ detector: 'words', action: 'block', options: { words: ['storm'] } }] })
const policy = file('policy.json', JSON.stringify(document))
const cases = file(
  'cases.jsonl',
  [
    '{"text":"a storm","label":"attack","source":"a"}',
    '{"text":"calm\u2028sea","label":0,"source":"a"}',
    '{"text":"wind","label":true,"source":"b"}',
  ].join('\n'),
)

describe('plimsoll safeguards test', () => {
  it('prints a confusion table, and fails below the recall that was asked for', async () => {
    const { code, out } = await plimsoll('test', cases, '--policy', policy)
    expect(code).toBe(0)
    expect(out).toContain('3 texts: pass 2, flag 0, mask 0, block 1')
    expect(out).toMatch(/something\s+1\s+1\s+recall 50\.0 %/)
    expect(out).toMatch(/nothing\s+0\s+1\s+false positives 0\.0 %/)
    const strict = await plimsoll('test', cases, '--policy', policy, '--min-recall', '0.9')
    expect(strict).toMatchObject({ code: 1, out: expect.stringContaining('recall 0.5 is below 0.9') })
  })

  it('gives the figures as JSON, and each line with its result', async () => {
    const results = join(folder, 'results.jsonl')
    const { out } = await plimsoll('test', cases, '--policy', policy, '--json', '--results', results)
    expect(JSON.parse(out)).toMatchObject({
      confusion: { true_positives: 1, false_negatives: 1 },
      groups: [
        { group: 'a', found: 1 },
        { group: 'b', found: 0 },
      ],
    })
    const [first] = readFileSync(results, 'utf8').split('\n')
    expect(JSON.parse(first ?? '')).toMatchObject({ label: 'attack', result: { verdict: 'block', findings: [{ span: { start: 2, end: 7 } }] } })
  })

  it('names the line that is wrong', async () => {
    expect(await plimsoll('test', file('a.jsonl', '{"text":"x","label":"perhaps"}'), '--policy', policy)).toMatchObject({
      code: 2,
      err: expect.stringContaining('Line 1: the label "perhaps" says neither'),
    })
    expect((await plimsoll('test', file('b.jsonl', '{"text":"x"}\n[1]'), '--policy', policy)).err).toContain('Line 2 is no JSON object')
  })
})

describe('plimsoll safeguards replay', () => {
  const finding = {
    detector: 'words',
    kind: 'word',
    direction: 'input',
    action: 'block',
    enforced: true,
    confidence: 1,
    span: { start: 2, end: 7 },
    policy_digest: digestOf(document),
  }
  const bundle = {
    schema: 'plimsoll.replay/1',
    event: 'evt_1',
    at: '2026-06-01T12:00:00.000Z',
    tags: {},
    document,
    policy_digest: digestOf(document),
    texts: { input: 'a storm', output: null },
    recorded: [finding],
  }

  it('repeats a verdict from a file alone, and says by its exit code whether it came out the same', async () => {
    const same = await plimsoll('replay', file('bundle.json', JSON.stringify(bundle)), '--json')
    expect(same.code).toBe(0)
    expect(JSON.parse(same.out)).toMatchObject({ identical: true, verdict: 'block' })
    const other = await plimsoll('replay', file('other.json', JSON.stringify({ ...bundle, texts: { input: 'calm', output: null } })), '--json')
    expect(other.code).toBe(1)
    expect(JSON.parse(other.out)).toMatchObject({ identical: false, findings: [{ standing: 'lost' }] })
  })
})
