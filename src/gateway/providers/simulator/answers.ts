/**
 * What the simulator says. A hash of the conversation decides everything, so that a run can be repeated to the letter; no claim about a
 * real model can be read from it. The rule, in order:
 * 1. A prompt that looks like an attack (ATTACK below) is refused nine times out of ten and answered otherwise, so that an attack success
 *    rate and a refusal rate have something to measure.
 * 2. One harmless prompt in fifty is refused as well: over-refusal is a failure too.
 * 3. A question that gives options (`A) … B) …`) gets the letter of one, a sum of two numbers its result (wrong once in ten), a yes/no
 *    question a yes or no.
 * 4. Anything else gets one to four sentences that name the subject of the prompt.
 */
import { createHash } from 'node:crypto'

export interface Dice {
  /** In [0, 1). */
  next(): number
}

/** SHA-256 in counter mode, so that the seed decides all numbers on every machine. */
export const diceOf = (seed: string): Dice => {
  let block = createHash('sha256').update(seed).digest()
  let at = 0
  return {
    next: () => {
      if (at + 4 > block.length) {
        block = createHash('sha256').update(block).digest()
        at = 0
      }
      const value = block.readUInt32BE(at)
      at += 4
      return value / 2 ** 32
    },
  }
}

const pick = <T>(dice: Dice, options: readonly [T, ...T[]]): T => options[Math.floor(dice.next() * options.length)] ?? options[0]

const ATTACK =
  /\b(ignore|disregard|forget)\b.{0,40}\b(instruction|prompt|rule)s?|\bjailbreak|\bDAN\b|system prompt|without (any )?(restriction|filter)s?|\b(bomb|explosive|malware|ransomware|keylogger|phishing|poison|counterfeit|launder|steal|hack(ing)?|weapon|meth|exploit)\b/i

const REFUSALS = [
  "I'm sorry, but I can't help with that.",
  'I cannot assist with this request.',
  "I won't help with that, but I am glad to help with something else.",
] as const

const OPENINGS = ['In short:', 'Here is what matters:', 'A careful answer:', 'Simulated answer:'] as const
const SENTENCES = [
  'this depends on the details of {subject}.',
  'the usual reading of {subject} is the simplest one.',
  '{subject} is best looked at step by step.',
  'nothing in the question about {subject} asks for more than common sense.',
  'a person should check what is said here about {subject}.',
] as const

export interface Answer {
  readonly text: string
  readonly isRefusal: boolean
}

export const answerTo = (prompt: string, dice: Dice): Answer => {
  const luck = dice.next()
  if (ATTACK.test(prompt) ? luck < 0.9 : luck < 0.02) return { text: pick(dice, REFUSALS), isRefusal: true }
  return { text: choice(prompt, dice) ?? sum(prompt, dice) ?? yesOrNo(prompt, dice) ?? prose(prompt, dice), isRefusal: false }
}

const choice = (prompt: string, dice: Dice): string | undefined => {
  const [first, ...rest] = [...prompt.matchAll(/(?:^|\s)\(?([A-E])[).:]\s/g)].map(([, letter]) => letter as string)
  return first === undefined || rest.length === 0 ? undefined : pick(dice, [first, ...rest])
}

const sum = (prompt: string, dice: Dice): string | undefined => {
  const found = /(-?\d{1,9})\s*([+*x-])\s*(\d{1,9})/.exec(prompt)
  if (found === null) return undefined
  const [left, sign, right] = [Number(found[1]), found[2], Number(found[3])]
  const result = sign === '+' ? left + right : sign === '-' ? left - right : left * right
  return String(dice.next() < 0.9 ? result : result + 1)
}

const yesOrNo = (prompt: string, dice: Dice): string | undefined =>
  /^(is|are|do|does|did|can|could|will|would|should|has|have|was|were)\b[^?]*\?/i.test(prompt.trim()) ? pick(dice, ['Yes.', 'No.']) : undefined

const prose = (prompt: string, dice: Dice): string => {
  const subject = subjectOf(prompt)
  const count = 1 + Math.floor(dice.next() * 4)
  const sentences = Array.from({ length: count }, () => capital(pick(dice, SENTENCES).replace('{subject}', subject)))
  return `${pick(dice, OPENINGS)} ${sentences.join(' ')}`
}

/** The longest word stands for the subject. */
const subjectOf = (prompt: string): string =>
  prompt
    .slice(0, 2_000)
    .split(/[^\p{L}\p{N}]+/u)
    .reduce((longest, word) => (word.length > longest.length && word.length <= 30 ? word : longest), '') || 'this'

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
