import { canonicalJson } from '#platform/canonical'
import type { Cell, Column } from './dataset.ts'
import { Row } from './dataset.ts'
import { assessmentErrors } from './errors.ts'

export const MAX_DATASET_BYTES = 256 * 1024 ** 2
export const MAX_ROWS = 200_000
const MAX_LINE_LENGTH = 1_048_576

/** Lines of UTF-8 bytes, without their ends; a byte order mark is dropped. */
export const linesOf = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  let line = 0
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
    } catch (cause) {
      throw assessmentErrors.dataset_unreadable({ line: line + 1, problem: 'it is not UTF-8' }, { cause })
    }
  }
  for await (const chunk of bytes) {
    const lines = (rest + decode(chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE_LENGTH)
      throw assessmentErrors.dataset_unreadable({ line: line + lines.length + 1, problem: 'it is longer than 1 MiB' })
    for (const text of lines) {
      line += 1
      yield text.endsWith('\r') ? text.slice(0, -1) : text
    }
  }
  rest += decode()
  if (rest !== '') yield rest
}

export const parseJsonLines = async function* (lines: AsyncIterable<string>): AsyncGenerator<Row> {
  let line = 0
  for await (const text of lines) {
    line += 1
    if (text.trim() === '') continue
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (cause) {
      throw assessmentErrors.dataset_unreadable({ line, problem: 'it is not JSON' }, { cause })
    }
    yield asRow(value, line)
  }
}

/** RFC 4180 with a header; a quoted field may hold line ends. Text that reads as a number or a boolean becomes one. */
export const parseCsv = async function* (lines: AsyncIterable<string>): AsyncGenerator<Row> {
  let header: string[] | undefined
  let line = 0
  let pending = ''
  for await (const text of lines) {
    line += 1
    pending = pending === '' ? text : `${pending}\n${text}`
    if (pending.length > MAX_LINE_LENGTH) throw assessmentErrors.dataset_unreadable({ line, problem: 'a quoted field does not end' })
    // An odd count of quotes: the record goes on in the next line.
    if ((pending.split('"').length - 1) % 2 === 1) continue
    const record = pending
    pending = ''
    if (record === '') continue
    const fields = csvFields(record)
    if (header === undefined) {
      header = fields
      continue
    }
    if (fields.length !== header.length)
      throw assessmentErrors.dataset_unreadable({ line, problem: `it has ${fields.length} fields, the header ${header.length}` })
    yield asRow(Object.fromEntries(header.map((name, index) => [name, csvValue(fields[index] ?? '')])), line)
  }
  if (pending !== '') throw assessmentErrors.dataset_unreadable({ line, problem: 'a quoted field does not end' })
}

const csvFields = (record: string): string[] => {
  const fields: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gy
  for (let match = field.exec(record); match !== null; match = field.exec(record)) {
    fields.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'))
    if (match[3] === '') break
  }
  return fields
}

const csvValue = (text: string): Cell => {
  if (text === '') return null
  if (text === 'true' || text === 'false') return text === 'true'
  // Not "007" or "1e5": what would come back otherwise stays text.
  const number = Number(text)
  return Number.isFinite(number) && String(number) === text ? number : text
}

const asRow = (value: unknown, line: number): Row => {
  const parsed = Row.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw assessmentErrors.dataset_unreadable({
    line,
    problem: `${issue?.path.map(String).join('.') || 'the row'} is no text, number, boolean or list of texts`,
  })
}

/** Gives each row its `id` (its own, or its place) and writes it as one canonical line. */
export const canonicalLines = async function* (rows: AsyncIterable<Row>, schema: SchemaBuilder): AsyncGenerator<Buffer> {
  const seen = new Set<string>()
  let ordinal = 0
  let block = ''
  for await (const row of rows) {
    ordinal += 1
    if (ordinal > MAX_ROWS) throw assessmentErrors.dataset_unreadable({ line: ordinal, problem: `there are more than ${MAX_ROWS} rows` })
    const own = row.id
    const id = typeof own === 'string' || typeof own === 'number' ? String(own) : `row-${ordinal}`
    if (id.length > 256 || seen.has(id))
      throw assessmentErrors.dataset_unreadable({ line: ordinal, problem: `the id ${id.slice(0, 40)} is used twice or too long` })
    seen.add(id)
    const whole = { ...row, id }
    schema.add(whole)
    block += `${lineOf(whole, ordinal)}\n`
    if (block.length > 65_536) {
      yield Buffer.from(block)
      block = ''
    }
  }
  if (ordinal === 0) throw assessmentErrors.dataset_empty()
  if (block !== '') yield Buffer.from(block)
}

const lineOf = (row: Row, line: number): string => {
  try {
    return canonicalJson(row)
  } catch (cause) {
    throw assessmentErrors.dataset_unreadable({ line, problem: 'it holds text that is not well-formed Unicode' }, { cause })
  }
}

/** Columns with their types, as rows go by. */
export interface SchemaBuilder {
  add(row: Row): void
  columns(): Column[]
  rowCount(): number
}

const DISTINCT_LIMIT = 64

export const schemaBuilder = (): SchemaBuilder => {
  const columns = new Map<string, { types: Set<Column['types'][number]>; present: number; values: Set<Cell> }>()
  let rows = 0
  return {
    add: (row) => {
      rows += 1
      for (const [name, value] of Object.entries(row)) {
        let column = columns.get(name)
        if (column === undefined) {
          column = { types: new Set(), present: 0, values: new Set() }
          columns.set(name, column)
        }
        column.types.add(typeOf(value))
        if (value === null) continue
        column.present += 1
        if (column.values.size <= DISTINCT_LIMIT && !Array.isArray(value)) column.values.add(value)
      }
    },
    columns: () =>
      [...columns].map(([name, { types, present, values }]) => ({
        name,
        types: [...types].toSorted(),
        missing: rows - present,
        distinct: values.size > DISTINCT_LIMIT || types.has('strings') ? null : values.size,
      })),
    rowCount: () => rows,
  }
}

const typeOf = (value: Cell): Column['types'][number] => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'strings'
  switch (typeof value) {
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
    default:
      return 'string'
  }
}
