import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Rows of `<folder>/<task>/<source>.jsonl`, by \n alone: U+2028 may stand inside a JSON string. The data's shape is its own business. */
export const readRows = <T>(folder: string, task: string, source: string): T[] =>
  readFileSync(join(folder, task, `${source}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)

/** A figure file that training wrote beside the weights. */
export const evaluationOf = <T>(name: string, file = 'evaluation.json'): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../classifiers', name, file), 'utf8')) as T
