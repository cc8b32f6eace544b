/**
 * Cuts a byte stream of server-sent events behind whole events (a blank line, in LF or CRLF), whatever the network's chunks are:
 * only whole events go to a client, so that an error event of ours never lands inside one of the provider's.
 */
export interface EventCutter {
  /** All whole events that are complete with this chunk, or null. */
  push(chunk: Buffer): Buffer | null
  /** Bytes of an event that has not ended. */
  readonly heldBytes: number
}

export const createEventCutter = (): EventCutter => {
  let held: Buffer[] = []
  let heldBytes = 0
  /** The last characters before this chunk: a blank line may lie across the seam. */
  let seam = ''
  const hold = (bytes: Buffer): void => {
    if (bytes.length === 0) return
    held.push(bytes)
    heldBytes += bytes.length
  }
  return {
    get heldBytes() {
      return heldBytes
    },
    push: (chunk) => {
      const text = seam + chunk.toString('latin1')
      const end = endOfLastEvent(text) - seam.length
      if (end <= 0) {
        hold(chunk)
        seam = text.slice(-3)
        return null
      }
      seam = ''
      if (heldBytes === 0 && end === chunk.length) return chunk
      hold(chunk.subarray(0, end))
      const whole = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held)
      held = []
      heldBytes = 0
      hold(chunk.subarray(end))
      seam = text.slice(end + (text.length - chunk.length)).slice(-3)
      return whole
    },
  }
}

const LF = 0x0a
const CR = 0x0d

/** The position behind the last blank line; 0 when there is none. */
const endOfLastEvent = (text: string): number => {
  for (let at = text.lastIndexOf('\n'); at > 0; at = text.lastIndexOf('\n', at - 1)) {
    const before = text.charCodeAt(at - 1) === CR ? at - 2 : at - 1
    if (text.charCodeAt(before) === LF) return at + 1
  }
  return 0
}

export const eventsIn = (whole: Buffer): Buffer[] => {
  const text = whole.toString('latin1')
  const events: Buffer[] = []
  let start = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    const next = text.charCodeAt(at + 1) === CR ? at + 2 : at + 1
    if (text.charCodeAt(next) !== LF) continue
    events.push(whole.subarray(start, next + 1))
    start = next + 1
    at = next
  }
  return events
}

/** The `data` of an event, its lines joined; null for a comment. */
export const dataOf = (event: Buffer): string | null => {
  let data: string | null = null
  for (const line of event.toString().split(/\r?\n/)) {
    if (!line.startsWith('data:')) continue
    const value = line.slice(line.charCodeAt(5) === 0x20 ? 6 : 5)
    data = data === null ? value : `${data}\n${value}`
  }
  return data
}
