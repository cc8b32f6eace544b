/**
 * Tokens of texts for training, by the product's own code: `node training/tokenise.ts <out-prefix> < texts.jsonl`.
 *
 * Each line is {"text": ...}. Writes int32 arrays for numpy: `<out>.ids`, `<out>.starts`, `<out>.ends` (UTF-16 offsets) of all texts one after the
 * other, and `<out>.indptr`, where each text begins. [CLS] and [SEP] are not among them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readVocabulary, tokenise } from '../src/safeguards/classifiers/encoder/tokenise.ts'

const out = process.argv[2]
if (out === undefined) throw new Error('usage: node training/tokenise.ts <out-prefix> < texts.jsonl')
const vocabulary = readVocabulary(readFileSync(join(import.meta.dirname, '../classifiers/encoder/vocab.txt'), 'utf8'))

const lines = readFileSync(0, 'utf8').split('\n').filter((line) => line !== '')
const all = lines.map((line) => tokenise(vocabulary, (JSON.parse(line) as { text: string }).text))
const ends = [0]
for (const { ids } of all) ends.push(ends.at(-1)! + ids.length)
writeFileSync(`${out}.indptr`, Int32Array.from(ends))
for (const part of ['ids', 'starts', 'ends'] as const) writeFileSync(`${out}.${part}`, Buffer.concat(all.map((tokens) => Buffer.from(tokens[part].buffer))))
