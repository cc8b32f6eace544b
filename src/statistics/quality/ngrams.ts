/** How often each run of n items occurs; U+0001 joins words, which no tokenizer here leaves inside one. */
export const countNgrams = (items: readonly string[], n: number): Map<string, number> => {
  const counts = new Map<string, number>()
  for (let i = 0; i + n <= items.length; i += 1) {
    const key = n === 1 ? items[i]! : items.slice(i, i + n).join('\u0001')
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** Σ min(a, b) over the n-grams of both. */
export const overlap = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number => {
  let total = 0
  for (const [key, count] of a) total += Math.min(count, b.get(key) ?? 0)
  return total
}

// Python's white space: wider than JavaScript's by the four information separators and NEL, narrower by the byte order mark
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+'
const SPACES = new RegExp(SPACE)
const TRAILING_SPACES = new RegExp(`${SPACE}$`)

/** Python's `str.split()`. */
export const splitWhitespace = (text: string): string[] => text.split(SPACES).filter((word) => word !== '')

/** Python's `str.rstrip()`. */
export const trimTrailing = (text: string): string => text.replace(TRAILING_SPACES, '')
