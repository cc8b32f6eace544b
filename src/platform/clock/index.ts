/** Time is passed in, so that tests can move it. Instants are ISO 8601 strings in UTC at the edges and epoch milliseconds inside. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

export interface FakeClock extends Clock {
  advance(ms: number): void
  set(at: number | string): void
}

export const fakeClock = (start: number | string = '2026-01-01T00:00:00.000Z'): FakeClock => {
  let at = typeof start === 'string' ? Date.parse(start) : start
  return {
    now: () => at,
    advance: (ms) => {
      at += ms
    },
    set: (to) => {
      at = typeof to === 'string' ? Date.parse(to) : to
    },
  }
}

let lastMs = Number.NaN
let lastText = ''

/** The last one is kept: calls that come together are written with the same instant. */
export const isoAt = (epochMs: number): string => {
  if (epochMs !== lastMs) {
    lastText = new Date(epochMs).toISOString()
    lastMs = epochMs
  }
  return lastText
}
