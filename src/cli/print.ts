import { stripVTControlCharacters } from 'node:util'
import colors from 'picocolors'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Names and texts come from other people: control characters would let them write over the terminal. */
const clean = (text: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const control = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g
  return stripVTControlCharacters(text).replace(control, ' ')
}

const INSTANT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/

const scalar = (value: unknown): string =>
  clean(value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)).replace(INSTANT, '$1 $2Z')

/** One cell of a table: a thing by its name, a count by its counts, several by commas. */
const cell = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(cell).join(', ')
  if (!isFields(value)) return scalar(value)
  const { name, model, id, version, kind, done, total } = value
  if (name !== undefined) return scalar(name) + (version === undefined ? '' : `@${scalar(version)}`)
  if (typeof model === 'string' && version !== undefined) return `${scalar(model)}@${scalar(version)}`
  if (done !== undefined && total !== undefined) return `${scalar(done)}/${scalar(total)}`
  if (id !== undefined) return scalar(kind === undefined ? id : `${scalar(kind)} ${scalar(id)}`)
  return Object.entries(value)
    .filter(([, one]) => one !== null && !isFields(one) && !Array.isArray(one))
    .map(([key, one]) => `${key}=${scalar(one)}`)
    .join(' ')
}

const shortDigest = (text: string): string => text.replace(/\bsha256:([0-9a-f]{12})[0-9a-f]{52}\b/, 'sha256:$1…')
const clip = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`)

/** What a reader looks for first. What is not named here comes after it, as it stands in the answer. */
const FIRST =
  'seq at id name email title model version suite status state verdict severity roles capacities in_force endpoint release policy targets metric threshold actor action subject outcome code score category comment progress report endpoints created_at expires_at awaiting digest'.split(
    ' ',
  )
const LAST = ['project', 'revision', 'created_by', 'updated_by', 'updated_at', 'details', 'document', 'parameters', 'rows']
const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : LAST.includes(name) ? 999 : 500)

const MAX_COLUMNS = 8
const MAX_CELL = 44

const columnsOf = (items: readonly Fields[], width: number): { name: string; cells: string[]; width: number }[] => {
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))].toSorted((a, b) => rank(a) - rank(b))
  let left = width
  return names.flatMap((name) => {
    // In a pipe a digest stays whole: somebody wants to use it.
    const texts = items.map((item) => (width === Number.POSITIVE_INFINITY ? cell(item[name]) : clip(shortDigest(cell(item[name])), MAX_CELL)))
    const wide = Math.max(name.length, ...texts.map((text) => text.length))
    if (texts.every((text) => text === '') || wide > left) return []
    left -= wide + 2
    return [{ name, cells: texts, width: wide }]
  })
}

const table = (items: readonly Fields[], width: number): string => {
  const columns = columnsOf(items, width).slice(0, MAX_COLUMNS)
  const line = (textOf: (column: (typeof columns)[number]) => string): string =>
    columns
      .map((column) => textOf(column).padEnd(column.width))
      .join('  ')
      .trimEnd()
  return [colors.dim(line(({ name }) => name)), ...items.map((_item, row) => line(({ cells }) => cells[row] ?? ''))].join('\n')
}

const isFlat = (value: unknown): boolean => !Array.isArray(value) && !isFields(value)

/** An object as lines, what is inside it two spaces further in. */
const lines = (fields: Fields, indent: string): string[] => {
  const width = Math.max(...Object.keys(fields).map((name) => name.length), 0)
  return Object.entries(fields).flatMap(([name, value]) => {
    const title = `${indent}${colors.dim(name)}`
    const head = title + ' '.repeat(width - name.length)
    if (typeof value === 'string' && value.trim().includes('\n'))
      return [
        title,
        ...value
          .trimEnd()
          .split('\n')
          .map((line) => `${indent}  ${scalar(line)}`.trimEnd()),
      ]
    if (isFlat(value)) return [`${head}  ${scalar(value)}`.trimEnd()]
    if (Array.isArray(value) && value.length > 0 && value.every(isFlat)) return [`${head}  ${value.map(scalar).join(', ')}`.trimEnd()]
    const inner = Array.isArray(value)
      ? value.flatMap((one) =>
          isFields(one)
            ? lines(one, `${indent}    `).map((line, at) => (at === 0 ? `${indent}  - ${line.trimStart()}` : line))
            : [`${indent}  - ${scalar(one)}`],
        )
      : lines(value as Fields, `${indent}  `)
    return inner.length === 0 ? [`${head}  ${colors.dim('none')}`] : [title, ...inner]
  })
}

const isList = (answer: unknown): answer is { items: Fields[]; next_cursor?: string | null } => isFields(answer) && Array.isArray(answer.items)

export const textOf = (answer: unknown, width = process.stdout.columns ?? Number.POSITIVE_INFINITY): string => {
  if (answer === null || answer === undefined || answer === '') return colors.green('done')
  if (isList(answer)) {
    const rows = answer.items.length === 0 ? colors.dim('none') : table(answer.items, width)
    return typeof answer.next_cursor === 'string' ? `${rows}\n${colors.dim(`more: --cursor ${answer.next_cursor}`)}` : rows
  }
  return isFields(answer) ? lines(answer, '').join('\n') : scalar(answer)
}

/** One field, bare, for a shell variable: `report.id`; of a list, a line for each item. */
export const pick = (answer: unknown, path: string): string => {
  if (isList(answer) && path.split('.')[0] !== 'items') return answer.items.map((item) => pick(item, path)).join('\n')
  const value = path.split('.').reduce<unknown>((at, name) => (isFields(at) || Array.isArray(at) ? (at as Fields)[name] : undefined), answer)
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value)
}

export interface How {
  readonly json?: boolean
  readonly pick?: string
}

/** A list as a table, an object as lines; with `--json` as it came. */
export const printAnswer = (answer: unknown, how: How): void => {
  console.log(
    how.pick !== undefined ? pick(answer, how.pick).replace(/\n$/, '') : how.json === true ? JSON.stringify(answer, null, 2) : textOf(answer),
  )
}
