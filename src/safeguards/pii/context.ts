/** How far to the left a context word counts. */
const REACH = 60

/** Whether a word of the context stands shortly before the match: whole words only, so that "public" says nothing about a licence. */
export const hasContext = (words: RegExp, text: string, start: number): boolean => words.test(text.slice(Math.max(0, start - REACH), start))

export const contextWords = (...words: string[]): RegExp => new RegExp(`(?<![a-z0-9])(?:${words.join('|')})(?![a-z])`, 'i')
