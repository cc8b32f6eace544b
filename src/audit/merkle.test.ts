import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appendLeaf, EMPTY_ROOT, emptyFrontier, leafHash, nodeHash, rootOf } from './merkle.ts'
import { openNote, parseVerifierKey } from './note.ts'

/** RFC 6962 section 2.1, as written: split at the largest power of two below n. */
const directRoot = (leaves: readonly string[]): string => {
  if (leaves.length === 0) return createHash('sha256').digest('hex')
  if (leaves.length === 1) return leaves[0] as string
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(directRoot(leaves.slice(0, split)), directRoot(leaves.slice(split)))
}

describe('the Merkle tree', () => {
  it('gives the roots of the reference vectors', () => {
    const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((hex) =>
      leafHash(Buffer.from(hex, 'hex')),
    )
    let frontier = emptyFrontier
    const roots = leaves.map((leaf) => {
      frontier = appendLeaf(frontier, leaf)
      return rootOf(frontier)
    })
    expect(rootOf(emptyFrontier)).toBe(EMPTY_ROOT)
    expect(roots[0]).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
    expect(roots[1]).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125')
    expect(roots[7]).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
  })

  it('appends to the same root as the recursive definition', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 4 }), { maxLength: 70 }), (entries) => {
        const leaves = entries.map((entry) => leafHash(entry))
        expect(rootOf(leaves.reduce(appendLeaf, emptyFrontier))).toBe(directRoot(leaves))
      }),
    )
  })
})

describe('a signed note', () => {
  it('is the published example', () => {
    const verifier = parseVerifierKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')
    const note =
      'This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'
    expect(openNote(note, verifier)).toBe('This is an example message.\n')
    expect(openNote(note.replace('example message', 'another message'), verifier)).toBeUndefined()
  })
})
