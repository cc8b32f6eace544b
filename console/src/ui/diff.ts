export type DiffLine = { kind: 'same' | 'added' | 'removed'; text: string }

/**
 * Line differences by longest common subsequence. Quadratic in lines, so what both sides share at the ends is cut off first, and a
 * middle above the cap is shown as replaced whole rather than freezing the page.
 */
const cellCap = 4_000_000

export const diffLines = (before: string, after: string): DiffLine[] => {
  const a = before.split('\n')
  const b = after.split('\n')
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const same = (lines: string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }))
  return [...same(a.slice(0, start)), ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)), ...same(a.slice(a.length - end))]
}

const middle = (a: string[], b: string[]): DiffLine[] => {
  const removed = (text: string): DiffLine => ({ kind: 'removed', text })
  const added = (text: string): DiffLine => ({ kind: 'added', text })
  if (a.length * b.length > cellCap) return [...a.map(removed), ...b.map(added)]
  const lengths = commonLengths(a, b)
  const width = b.length + 1
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const left = a[i]
    const right = b[j]
    if (left !== undefined && left === right) {
      lines.push({ kind: 'same', text: left })
      i++
      j++
    } else if (left !== undefined && (right === undefined || at(lengths, (i + 1) * width + j) >= at(lengths, i * width + j + 1))) {
      lines.push(removed(left))
      i++
    } else if (right !== undefined) {
      lines.push(added(right))
      j++
    }
  }
  return lines
}

const at = (cells: Uint32Array, index: number) => cells[index] ?? 0

/** lengths[i * width + j] = length of the longest common subsequence of a[i..] and b[j..]. */
const commonLengths = (a: string[], b: string[]) => {
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j] ? at(lengths, (i + 1) * width + j + 1) + 1 : Math.max(at(lengths, (i + 1) * width + j), at(lengths, i * width + j + 1))
    }
  }
  return lengths
}
