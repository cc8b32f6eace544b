import type { SafeguardCaseInput } from '../app/api-types.gen.ts'

export type Row = { text: string; label?: boolean; origin: 'user' | 'document'; group?: string }
export type Read = { rows: Row[]; problems: string[] }

const positive = new Set(['true', '1', 'yes', 'attack', 'injection', 'jailbreak', 'malicious', 'unsafe', 'harmful', 'toxic', 'positive'])
const negative = new Set(['false', '0', 'no', 'benign', 'safe', 'harmless', 'none', 'negative'])

const labelOf = (value: unknown): boolean | undefined => {
  const text = String(value ?? '').toLowerCase()
  return positive.has(text) ? true : negative.has(text) ? false : undefined
}

const rowOf = (line: string): Row | string => {
  if (!line.trimStart().startsWith('{')) return { text: line, origin: 'user' }
  try {
    const { text, label, role, source, lang } = JSON.parse(line) as Record<string, unknown>
    if (typeof text !== 'string') return 'has no text'
    const known = labelOf(label)
    if (label !== undefined && label !== null && known === undefined) return `has a label that says neither yes nor no: ${String(label)}`
    const group = source ?? lang
    return {
      text,
      origin: role === 'tool' || role === 'document' ? 'document' : 'user',
      ...(known !== undefined && { label: known }),
      ...(typeof group === 'string' && group !== '' && { group: group.slice(0, 100) }),
    }
  } catch {
    return 'is not JSON'
  }
}

/** JSON Lines as `plimsoll safeguards test` reads them; a line that is no object is a text by itself. */
export const readCases = (content: string): Read => {
  const rows: Row[] = []
  const problems: string[] = []
  // By \n alone: U+2028 may stand inside a JSON string.
  for (const [index, line] of content.split('\n').entries()) {
    if (line.trim() === '') continue
    const row = rowOf(line)
    if (typeof row === 'string') problems.push(`Line ${index + 1} ${row}.`)
    else rows.push(row)
  }
  return { rows, problems }
}

export const toCase = ({ text, label, origin, group }: Row): SafeguardCaseInput => ({
  text,
  origin,
  ...(label !== undefined && { label }),
  ...(group !== undefined && { group }),
})
