/**
 * RFC 6962 section 2.1 Merkle tree, append-only. `Frontier` keeps the roots of the perfect subtrees on the right
 * edge, largest first, so that an append needs O(log n) hashes and no reads of old leaves.
 */
import { createHash } from 'node:crypto'

export type Hash = string

const hash = (prefix: number, ...parts: Buffer[]): Buffer => {
  const h = createHash('sha256').update(Buffer.from([prefix]))
  for (const part of parts) h.update(part)
  return h.digest()
}

export const leafHash = (entry: string | Uint8Array): Hash => hash(0, Buffer.from(entry)).toString('hex')
export const nodeHash = (left: Hash, right: Hash): Hash => hash(1, Buffer.from(left, 'hex'), Buffer.from(right, 'hex')).toString('hex')
export const EMPTY_ROOT: Hash = createHash('sha256').digest('hex')

export interface Frontier {
  readonly size: number
  /** One hash per set bit of `size`, highest bit first. */
  readonly peaks: readonly Hash[]
}

export const emptyFrontier: Frontier = { size: 0, peaks: [] }

export const appendLeaf = ({ size, peaks }: Frontier, leaf: Hash): Frontier => {
  const next = [...peaks]
  let carried = leaf
  // Each trailing one bit of the old size is a perfect subtree of equal height to merge with.
  for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) carried = nodeHash(next.pop() as Hash, carried)
  next.push(carried)
  return { size: size + 1, peaks: next }
}

export const rootOf = ({ peaks }: Frontier): Hash => {
  if (peaks.length === 0) return EMPTY_ROOT
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), peaks.at(-1) as Hash)
}
