import { appendLeaf, emptyFrontier, leafHash, openNote, parseVerifierKey, rootOf } from '#audit'
import { rowsOf, type SelftestRow } from './row.ts'

const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const VERIFIER = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const SIGNATURE = 'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM='

/** The transparency log's own arithmetic, on the vectors of those who defined it. */
export const logRows = (): SelftestRow[] => {
  const root = (count: number): string =>
    rootOf(LEAVES.slice(0, count).reduce((tree, leaf) => appendLeaf(tree, leafHash(Buffer.from(leaf, 'hex'))), emptyFrontier))
  const text = 'This is an example message.\n'
  const note = (body: string): string => `${body}\n— example.com/foo ${SIGNATURE}\n`
  const opened = openNote(note(text), parseVerifierKey(VERIFIER))
  const forged = openNote(note(text.replace('example', 'exempla')), parseVerifierKey(VERIFIER))
  return [
    ...rowsOf('RFC 6962 reference vectors', [
      ['root of 1 leaf', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', root(1)],
      ['root of 2 leaves', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125', root(2)],
      ['root of 8 leaves', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328', root(8)],
    ]),
    ...rowsOf('C2SP signed note', [
      ['the example opens', 'yes', opened === undefined ? 'no' : 'yes'],
      ['changed by one letter it does not', 'no', forged === undefined ? 'no' : 'yes'],
    ]),
  ]
}
