/**
 * Features of texts for training, made by the product's own code: `node training/featurise.ts <out-prefix> < texts.jsonl`.
 *
 * Each line is {"text": ...}. A text gives one row for each stretch (the whole, when it is short) and, when it has several windows, one for
 * each of them. Writes int32 arrays for numpy: `<out>.indptr` and `<out>.indices` (a CSR matrix) and `<out>.texts` (the line that a row belongs
 * to, -1 - line for a window).
 */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { featuresOf } from '../src/safeguards/classifiers/features.ts'
import { stretchesOf, windowsOf } from '../src/safeguards/classifiers/windows.ts'

const out = process.argv[2]
if (out === undefined) throw new Error('usage: node training/featurise.ts <out-prefix> < texts.jsonl')

const indices = openSync(`${out}.indices`, 'w')
const rowEnds = [0]
const texts: number[] = []

const writeRow = (text: string, owner: number) => {
  const row = Int32Array.from(featuresOf(text)).sort()
  rowEnds.push(rowEnds.at(-1)! + row.length)
  texts.push(owner)
  writeSync(indices, row)
}

// Not by node:readline, which also breaks lines at U+2028 inside a JSON string.
const lines = readFileSync(0, 'utf8').split('\n').filter((line) => line !== '')
for (const [at, line] of lines.entries()) {
  const { text } = JSON.parse(line) as { text: string }
  for (const { start, end } of stretchesOf(text)) writeRow(text.slice(start, end), at)
  const windows = windowsOf(text)
  if (windows.length > 1) for (const { start, end } of windows) writeRow(text.slice(start, end), -1 - at)
}
closeSync(indices)
writeFileSync(`${out}.indptr`, Int32Array.from(rowEnds))
writeFileSync(`${out}.texts`, Int32Array.from(texts))
