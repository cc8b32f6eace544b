/**
 * One list for both drivers, because their defaults differ (int8 is BigInt in PGlite and text in pg).
 * int8 -> number (an error past 2^53), numeric -> text, timestamps -> ISO 8601 text in UTC.
 */
export const OID = { int8: 20, numeric: 1700, timestamp: 1114, timestamptz: 1184, date: 1082 } as const

const toSafeInteger = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit a JavaScript number`)
  return value
}

const toIso = (text: string): string => {
  if (text === 'infinity' || text === '-infinity') return text
  // PostgreSQL prints `2026-01-02 03:04:05.678+00`; Date wants a `T` and a full offset.
  return new Date(`${text.replace(' ', 'T')}${/[+-]\d\d$/.test(text) ? ':00' : ''}`).toISOString()
}

export const typeParsers: Readonly<Record<number, (text: string) => unknown>> = {
  [OID.int8]: toSafeInteger,
  [OID.numeric]: (text) => text,
  [OID.timestamptz]: toIso,
  [OID.date]: (text) => text,
}
