import type { CompetitorsOptions } from '../model.ts'
import type { Scanner } from './detector.ts'
import { wordsScanner } from './words.ts'

/** `Blue Harbor`, `blue-harbor`, `BlueHarbor`, and with them `blueharbor.com`: the same name to a reader. */
const writings = (name: string): readonly string[] => {
  const parts = name.split(/[\s-]+/).filter((part) => part !== '')
  return [name, parts.join(' '), parts.join('-'), parts.join('')]
}

export const competitorsScanner = ({ names }: CompetitorsOptions): Scanner =>
  wordsScanner({ words: names.flatMap(writings), whole_word: true }, 'competitor')
