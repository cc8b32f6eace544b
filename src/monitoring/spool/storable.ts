/**
 * PostgreSQL stores neither NUL nor a lone surrogate. A prompt may hold both, and must not keep its call out of the
 * record: they become U+FFFD. In JSON text both stand as escapes, so the common case is one search.
 */
export const storableText = (jsonText: string): unknown =>
  /\\u0000|\\ud[89a-f]/i.test(jsonText)
    ? JSON.parse(jsonText, (_key, value: unknown) => (typeof value === 'string' ? storable(value) : value))
    : JSON.parse(jsonText)

const storable = (text: string): string => text.replaceAll('\u0000', '\uFFFD').toWellFormed()
