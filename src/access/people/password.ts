import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Secrets } from '#platform/secrets'
import { accessErrors } from '../errors.ts'

const derive = promisify(argon2)

export const Password = z
  .string()
  .min(12, 'at least 12 characters')
  .max(256)
  .refine((text) => text.isWellFormed(), 'holds half a character')
  .refine((text) => new Set(text).size >= 5, 'too few different characters')

// OWASP's second recommendation for argon2id: 19 MiB, two passes; some 50 ms of one core.
const MEMORY_KIB = 19_456
const PASSES = 2
const TAG_BYTES = 32

/**
 * Each hash holds 19 MiB and one of libuv's four threads, which files and name look-ups need too: two at a time, a short queue,
 * then 503, so that a flood of sign-ins cannot starve the rest.
 */
const CONCURRENT = 2
const MAX_WAITING = 60
let running = 0
const waiting: (() => void)[] = []

const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running >= CONCURRENT) {
    if (waiting.length >= MAX_WAITING) throw accessErrors.sign_in_busy()
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running += 1
  try {
    return await work()
  } finally {
    // The place goes to the next in the queue, or is free again.
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }
}

const hash = (secrets: Secrets, password: string, nonce: Buffer, memory: number, passes: number): Promise<Buffer> =>
  inTurn(() =>
    derive('argon2id', {
      // NFKC: the same password typed on two keyboards is the same text (RFC 8265).
      message: password.normalize('NFKC'),
      nonce,
      parallelism: 1,
      tagLength: TAG_BYTES,
      memory,
      passes,
      // A stolen table alone cannot be guessed at.
      secret: Buffer.from(secrets.hmac('password', 'pepper'), 'hex'),
    }),
  )

/** `argon2id.<KiB>.<passes>.<salt>.<tag>`; never logged, never in an answer. */
export const hashPassword = async (secrets: Secrets, password: string): Promise<string> => {
  const salt = randomBytes(16)
  const tag = await hash(secrets, password, salt, MEMORY_KIB, PASSES)
  return ['argon2id', MEMORY_KIB, PASSES, salt.toString('base64url'), tag.toString('base64url')].join('.')
}

const NOBODY = ['argon2id', MEMORY_KIB, PASSES, Buffer.alloc(16).toString('base64url'), Buffer.alloc(TAG_BYTES).toString('base64url')].join('.')

/** With null, for an unknown address, the same work is done and the answer is no: the time tells nothing. */
export const isPassword = async (secrets: Secrets, password: string, stored: string | null): Promise<boolean> => {
  const [, memory, passes, salt = '', tag = ''] = (stored ?? NOBODY).split('.')
  const given = await hash(secrets, password, Buffer.from(salt, 'base64url'), Number(memory), Number(passes))
  return timingSafeEqual(given, Buffer.from(tag, 'base64url')) && stored !== null
}
