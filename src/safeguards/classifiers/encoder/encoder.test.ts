import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Encoder, EncoderBusy, openEncoder, requireRuntime } from './index.ts'
import { readVocabulary, tokenise } from './tokenise.ts'

const SHIPPED = join(import.meta.dirname, '../../../../classifiers')
const parity: readonly { text: string; ids: number[]; vector?: number[] }[] = JSON.parse(readFileSync(join(SHIPPED, 'encoder/parity.json'), 'utf8'))
const vocabulary = readVocabulary(readFileSync(join(SHIPPED, 'encoder/vocab.txt'), 'utf8'))

describe('the tokenizer', () => {
  test('gives the tokens of the original one, for every language and oddity', () => {
    expect(parity.length).toBeGreaterThan(200)
    for (const { text, ids } of parity) expect(Array.from(tokenise(vocabulary, text).ids), text).toEqual(ids)
  })

  test('knows where in the text each token stands', () => {
    const text = '🙂 Zu\u0308rich naïveté, 写诗'
    const { starts, ends } = tokenise(vocabulary, text)
    const pieces = Array.from(starts, (start, at) => text.slice(start, ends[at]))
    expect(pieces.join('').replaceAll('\u0308', '')).toBe('🙂Zurichnaïveté,写诗')
    expect(pieces.at(-3)).toBe(',')
  })

  test.each([
    ['letters', 'a'.repeat(1 << 20)],
    ['rare words', 'zqxjkvbpwm'.repeat(9).concat(' ').repeat(11_000)],
    ['zero-width characters', '\u200b'.repeat(1 << 20)],
    ['lone surrogates', '\ud83d'.repeat(1 << 20)],
    ['marks', '!?'.repeat(1 << 19)],
  ])('reads a megabyte of %s in bounded time', (_, text) => {
    // CPU time: other processes do not count.
    const before = process.cpuUsage()
    tokenise(vocabulary, text)
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000)
    const cut = process.cpuUsage()
    expect(tokenise(vocabulary, text, 200).ids.length).toBeLessThanOrEqual(200)
    expect(process.cpuUsage(cut).user).toBeLessThan(1_000_000)
  })
})

describe('the encoder', () => {
  let encoder: Encoder
  beforeAll(async () => {
    encoder = await openEncoder({ threads: 1, capacity: 4 })
  })
  afterAll(() => encoder.close())

  const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a, (value, at) => value * b[at]!).reduce((sum, value) => sum + value, 0)

  test('gives the vectors of the original model in spite of eight bits', async () => {
    const rows = parity.flatMap(({ text, vector }) => (vector ? [{ text, vector }] : []))
    expect(rows.length).toBeGreaterThanOrEqual(20)
    const vectors = await encoder.embed(rows.map(({ text }) => text))
    const cosines = vectors.map((vector, at) => cosine(vector, rows[at]!.vector))
    expect(cosines.reduce((sum, value) => sum + value, 0) / cosines.length).toBeGreaterThan(0.99)
    expect(Math.min(...cosines)).toBeGreaterThan(0.97)
  })

  test('puts what means the same side by side', async () => {
    const [cat, kitten, tax] = await encoder.embed(['The cat sleeps on the sofa.', 'A kitten naps on the couch.', 'The tax return is due in April.'])
    expect(cosine(cat!, kitten!)).toBeGreaterThan(cosine(cat!, tax!) + 0.3)
  })

  test('says the same of a text whatever is asked beside it', async () => {
    const [alone] = await encoder.embed(['The cat sleeps.'])
    const [, beside] = await encoder.embed(['Something else that is rather longer than the cat, by far.', 'The cat sleeps.'])
    expect(Array.from(beside!)).toEqual(Array.from(alone!))
  })

  test('reads all windows of a long text, and refuses one that is too long', async () => {
    const [vector] = await encoder.embed(['The harbour was dredged in spring. '.repeat(100)])
    expect(Math.hypot(...vector!)).toBeCloseTo(1, 4)
    await expect(encoder.embed(['word '.repeat(100_000)])).rejects.toThrow(/tokens/)
  })

  test('stops at an abort, whether the call runs or waits, and goes on for others', async () => {
    const stop = new AbortController()
    const running = encoder.embed(['The harbour was dredged in spring. '.repeat(700)], stop.signal)
    const waiting = encoder.embed(['x'], stop.signal)
    const other = encoder.embed(['y'])
    stop.abort(new Error('too late'))
    await expect(running).rejects.toThrow('too late')
    await expect(waiting).rejects.toThrow('too late')
    await expect(other).resolves.toHaveLength(1)
  })

  test('refuses more than it can queue', async () => {
    const calls = Array.from({ length: 5 }, () => encoder.embed(['The harbour was dredged in spring. '.repeat(20)]))
    expect(encoder.load).toEqual({ queued: 4, capacity: 4 })
    await expect(encoder.embed(['x'])).rejects.toThrow(EncoderBusy)
    await Promise.all(calls)
    expect(encoder.load.queued).toBe(0)
  })
})

describe('the fine-tuned tops', () => {
  const names = ['prompt-attack', 'harm'] as const
  let encoder: Encoder
  beforeAll(async () => {
    encoder = await openEncoder({ threads: 1, tops: names })
  })
  afterAll(() => encoder.close())

  test.each(names)('%s gives the logits that training saw', async (name) => {
    const rows: readonly { text: string; logits: number[] }[] = JSON.parse(readFileSync(join(SHIPPED, name, 'top-parity.json'), 'utf8'))
    expect(rows.length).toBeGreaterThanOrEqual(15)
    const logits = await encoder.classify(
      name,
      rows.map(({ text }) => text),
    )
    expect(logits[0]).toHaveLength(encoder.labelsOf(name).length)
    // Two builds of the run time on one machine agree to the third digit; kernels of another processor may round activations another way.
    const differences = logits.flatMap((row, at) => row.map((value, label) => Math.abs(value - rows[at]!.logits[label]!)))
    expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(0.1)
  })
})

test('a pool that is closed in the middle of its work lets the process live', async () => {
  const encoder = await openEncoder({ threads: 2, tops: [] })
  const running = Array.from({ length: 4 }, () =>
    encoder.embed(['The harbour was dredged in spring. '.repeat(600)]).then(
      () => 'done',
      (error: Error) => error.message,
    ),
  )
  await new Promise((resolve) => setTimeout(resolve, 50))
  await encoder.close()
  for (const outcome of await Promise.all(running)) expect(outcome).toMatch(/cancelled|closed|ended/)
  await expect(encoder.embed(['x'])).rejects.toThrow('closed')
})

test('without its run time the start says what to install', () => {
  expect(() => requireRuntime('no-such-runtime')).toThrow(/needs no-such-runtime, which is not installed/)
  expect(() => requireRuntime()).not.toThrow()
})

describe('weights', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-weights-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('that were altered, or are not there, stop the start', async () => {
    cpSync(join(SHIPPED, 'encoder'), join(folder, 'encoder'), { recursive: true })
    const path = join(folder, 'encoder/sentence.onnx')
    const bytes = readFileSync(path)
    bytes[1000]! ^= 1
    writeFileSync(path, bytes)
    await expect(openEncoder({ folder, tops: [] })).rejects.toThrow(/sentence\.onnx is sha256:.*restore/)
    rmSync(path)
    await expect(openEncoder({ folder, tops: [] })).rejects.toThrow(/ENOENT/)
    await expect(openEncoder({ folder: join(folder, 'nowhere'), tops: [] })).rejects.toThrow(/ENOENT/)
  })

  test.each(['prompt-attack', 'harm', 'ner'] as const)('of the top %s that were altered, or made for another trunk, stop the start', async (name) => {
    const copy = join(folder, `with-${name}`)
    cpSync(join(SHIPPED, 'encoder'), join(copy, 'encoder'), { recursive: true })
    cpSync(join(SHIPPED, name), join(copy, name), { recursive: true })
    const path = join(copy, name, 'top.json')
    const head = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...head, trunk_digest: 'sha256:another' }))
    await expect(openEncoder({ folder: copy, tops: [name] })).rejects.toThrow(/was trained on the trunk sha256:another/)
    writeFileSync(path, JSON.stringify({ ...head, weights_digest: 'sha256:another' }))
    await expect(openEncoder({ folder: copy, tops: [name] })).rejects.toThrow(/top\.onnx is sha256:/)
    rmSync(path)
    await expect(openEncoder({ folder: copy, tops: [name] })).rejects.toThrow(/ENOENT/)
  })
})
