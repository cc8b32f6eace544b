/** Features of answers for training, by the product's own code: lines {"response", "question", "context"} in, a JSON array of numbers a line out. */
import { readFileSync } from 'node:fs'
import { FEATURES, featuresOf, readSource } from '../src/safeguards/grounding/features.ts'

process.stdout.write(`${JSON.stringify(FEATURES)}\n`)
for (const line of readFileSync(0, 'utf8').split('\n')) {
  if (line === '') continue
  const { response, question, context } = JSON.parse(line) as { response: string; question: string; context: string }
  process.stdout.write(`${JSON.stringify(featuresOf(response, question, readSource([context])))}\n`)
}
