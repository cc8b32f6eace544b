import { isoAt } from '#platform/clock'
import type { Ctx } from '#platform/context'
import { accessErrors } from '../errors.ts'
import { parseAddress } from '../keys/networks.ts'
import { countAttempt, forgetAttempts, uncountAttempt } from './session-store.ts'

const WINDOW_MS = 15 * 60_000

/**
 * Attempts in a quarter of an hour. The pair stops a guesser without locking the owner out elsewhere; the address alone stops many
 * machines that guess at one person; the network address alone stops one machine that guesses at many.
 */
const LIMITS = { machine: 100, pair: 10, email: 50 } as const

/** A machine has a whole IPv6 /64 to itself: its addresses are one. */
const machineOf = (ip: string): string => {
  const bytes = parseAddress(ip)
  return bytes === undefined ? ip : Buffer.from(bytes.subarray(0, 8)).toString('hex')
}

/** Kept as HMACs: who tried what from where is nobody's business after the window. */
const subjectsOf = (ctx: Ctx, email: string, ip: string) => {
  const machine = machineOf(ip)
  return {
    machine: ctx.secrets.hmac('attempt', `machine ${machine}`),
    pair: ctx.secrets.hmac('attempt', `pair ${machine} ${email}`),
    email: ctx.secrets.hmac('attempt', `email ${email}`),
  }
}

/**
 * Counts first and asks afterwards, so that a thousand guesses at one moment are a thousand. An address that nobody has is counted
 * alike. Who is refused at one count does not raise the next: one machine can neither lock a person out everywhere nor fill the table.
 * Throws `too_many_attempts`.
 */
export const countSignIn = async (ctx: Ctx, email: string, ip: string): Promise<void> => {
  const nowMs = ctx.clock.now()
  const subjects = subjectsOf(ctx, email, ip)
  for (const kind of ['machine', 'pair', 'email'] as const) {
    const { attempts, since } = await countAttempt(ctx.read, subjects[kind], isoAt(nowMs), isoAt(nowMs - WINDOW_MS))
    if (attempts <= LIMITS[kind]) continue
    throw accessErrors.too_many_attempts({ retry_after_seconds: Math.ceil((Date.parse(since) + WINDOW_MS - nowMs) / 1_000) })
  }
}

/** A right password clears the person's counts and takes back its own from the machine's, so that only failures fill that one. */
export const forgiveSignIn = async (ctx: Ctx, email: string, ip: string): Promise<void> => {
  const subjects = subjectsOf(ctx, email, ip)
  await forgetAttempts(ctx.read, [subjects.pair, subjects.email], isoAt(ctx.clock.now() - WINDOW_MS))
  await uncountAttempt(ctx.read, subjects.machine)
}
