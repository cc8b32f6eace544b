/**
 * Tokens of texts for training, by the product's own code: `node training/tokenise.ts <out-prefix> [--folded] < texts.jsonl`.
 *
 * Each line is {"text": ...}. Writes int32 arrays for numpy: `<out>.ids`, `<out>.starts`, `<out>.ends` (UTF-16 offsets) of all texts one after the
 * other, `<out>.shapes` (how the words are written), and `<out>.indptr`, where each text begins. [CLS] and [SEP] are not among them. `--folded` reads a text as the classifiers do.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shapesOf } from '../src/safeguards/classifiers/encoder/shapes.ts'
import { readVocabulary, tokenise } from '../src/safeguards/classifiers/encoder/tokenise.ts'
import { fold } from '../src/safeguards/normalise/fold.ts'

const [out, folded] = process.argv.slice(2)
if (out === undefined) throw new Error('usage: node training/tokenise.ts <out-prefix> [--folded] < texts.jsonl')
const vocabulary = readVocabulary(readFileSync(join(import.meta.dirname, '../classifiers/encoder/vocab.txt'), 'utf8'))

const lines = readFileSync(0, 'utf8').split('\n').filter((line) => line !== '')
const all = lines.map((line) => {
  const { text } = JSON.parse(line) as { text: string }
  const read = folded === undefined ? text : fold(text).text
  const tokens = tokenise(vocabulary, read)
  return { ...tokens, shapes: shapesOf(read, tokens) }
})
const ends = [0]
for (const { ids } of all) ends.push(ends.at(-1)! + ids.length)
writeFileSync(`${out}.indptr`, Int32Array.from(ends))
for (const part of ['ids', 'starts', 'ends', 'shapes'] as const) writeFileSync(`${out}.${part}`, Buffer.concat(all.map((tokens) => Buffer.from(tokens[part].buffer))))
