import type { JsonSchemaOptions } from '../model.ts'
import { NOTHING, type Scan, type Scanner } from './detector.ts'
import { type CheckJson, compileSchema } from './json-document.ts'

/** ```json around the whole answer: what models put around JSON however they are asked. */
const FENCED = /^\s*```(?:json)?[ \t]*\n([\s\S]*?)\n?```\s*$/

const bodyOf = (text: string): string => FENCED.exec(text)?.[1] ?? text

/** Judged when all of the text is there: half of a document has no shape yet. All of the text is the finding. */
export const jsonSchemaScanner = ({ schema, where, tool }: JsonSchemaOptions): Scanner => {
  const check: CheckJson = compileSchema(schema)
  const scan = (text: string, from: number, complete: boolean): Scan => {
    if (!complete) return { matches: NOTHING, settled: from }
    const settled = text.length
    if (settled === 0) return { matches: NOTHING, settled }
    const problem = check(bodyOf(text))
    return { matches: problem === null ? NOTHING : [{ start: 0, end: settled, kind: problem.kind, confidence: 1 }], settled }
  }
  const part = where === 'text' ? ('message' as const) : ('arguments' as const)
  return { reads: 'raw', part, ...(tool === undefined ? {} : { tool }), mayMatch: (text) => text.length > 0, scan }
}
