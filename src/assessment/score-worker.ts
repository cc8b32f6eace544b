import { parentPort } from 'node:worker_threads'
import type { Row } from './dataset.ts'
import { evaluatorOf } from './evaluators/index.ts'
import type { ScoreInput, ScoreReply } from './score.ts'

/** The rows were checked when they were stored; here they are only read. */
const rowsOf = (bytes: Uint8Array): Row[] => {
  const rows: Row[] = []
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf(10, start)
    const stop = end === -1 ? text.length : end
    if (stop > start) rows.push(JSON.parse(text.toString('utf8', start, stop)) as Row)
    start = stop + 1
  }
  return rows
}

const score = ({ evaluation, dataset, predictions, answers, seed }: ScoreInput): ScoreReply => {
  const { results, ...measured } = evaluatorOf(evaluation).measure(evaluation, {
    rows: rowsOf(dataset),
    predictions: predictions === null ? null : rowsOf(predictions),
    answers,
    seed,
  })
  return { measured, results: Buffer.concat(results.map((result) => Buffer.from(`${JSON.stringify(result)}\n`))) }
}

parentPort?.once('message', (input: ScoreInput) => {
  let reply: ScoreReply
  try {
    reply = score(input)
  } catch (error) {
    reply = { problem: error instanceof Error ? error.message : 'scoring failed' }
  }
  parentPort?.postMessage(reply)
})
