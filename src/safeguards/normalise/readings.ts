/**
 * Other readings of a text: what it says once it is decoded, closed up or turned round. For detectors that judge meaning; places in a reading
 * are not places in the text. Bounded: at most `DEPTH` layers and a handful of readings, each no longer than the text.
 */
export const readingsOf = (text: string): string[] => {
  const readings = new Set<string>()
  const decoded = decodeAll(text)
  if (decoded !== text) readings.add(decoded)
  const closed = closeUp(decoded)
  if (closed !== decoded) readings.add(closed)
  const plain = unleet(closed)
  if (plain !== closed) readings.add(plain)
  if (readings.size === 0 && looksScrambled(text)) for (const turned of [rot13(text), [...text].reverse().join('')]) readings.add(turned)
  return [...readings]
}

const DEPTH = 3

const decodeAll = (text: string): string => {
  let decoded = text
  for (let layer = 0; layer < DEPTH; layer++) {
    const next = decodeOnce(decoded)
    if (next === decoded) return decoded
    decoded = next
  }
  return decoded
}

const decodeOnce = (text: string): string => {
  let decoded = text
  if (text.includes('%'))
    decoded = decoded.replace(/(?:%[0-9A-Fa-f]{2}){1,2000}/g, (run) => printable(Buffer.from(run.replaceAll('%', ''), 'hex')) ?? run)
  if (text.includes('&')) decoded = decoded.replace(/&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot|apos|nbsp));/g, entity)
  if (text.includes('\\'))
    decoded = decoded.replace(
      /\\(?:u\{?([0-9A-Fa-f]{4,6})\}?|x([0-9A-Fa-f]{2}))/g,
      (run, long, short) => character(Number.parseInt(long ?? short, 16)) ?? run,
    )
  decoded = decoded.replace(
    /(?<![0-9A-Za-z])(?:0x)?((?:[0-9A-Fa-f]{2}[ :]?){12,4000})(?![0-9A-Za-z])/g,
    (run, hex) => printable(Buffer.from(hex.replace(/[ :]/g, ''), 'hex')) ?? run,
  )
  return decoded.replace(/(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,8000}={0,2}/g, (run) =>
    isWordlike(run) ? run : (printable(Buffer.from(run, 'base64')) ?? run),
  )
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' }

const entity = (whole: string, decimal?: string, hex?: string, name?: string): string =>
  (name ? NAMED[name] : character(decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16))) ?? whole

const character = (codePoint: number): string | undefined =>
  codePoint > 0 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff) ? String.fromCodePoint(codePoint) : undefined

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The bytes as text, or null when they are none: random base64 decodes to something too. */
const printable = (bytes: Buffer): string | null => {
  try {
    const text = utf8.decode(bytes)
    const readable = text.match(/[\p{L}\p{N}\p{P}\p{Zs}\n]/gu)?.length ?? 0
    return readable >= 0.95 * [...text].length && text.length >= 3 ? text : null
  } catch {
    // Not UTF-8, hence not a text.
    return null
  }
}

/** A long word or a path in base64's alphabet: no digit and no capital inside. */
const isWordlike = (run: string): boolean => !/\d/.test(run) && !/[a-z][A-Z]/.test(run)

/** "i g n o r e", "i.g.n.o.r.e", "i-g-n-o-r-e": five or more single characters with something between them; wider gaps part words. */
const closeUp = (text: string): string =>
  text.replace(/(?<!\S)\S(?:(?:[ ._*-]|\s{2,3})\S){4,4000}(?!\S)/gu, (run) =>
    run
      .split(/\s{2,3}/)
      .map((word) => [...word].filter((_, at) => at % 2 === 0).join(''))
      .join(' '),
  )

const LEET: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '@': 'a', $: 's', '!': 'i' }

/** A digit or sign between letters, or before two of them; "3rd" and "2nd" are none. */
const LEET_WORD = /[a-z][0134578@$]+[a-z]|(?<![\w@$])(?!\d+(?:st|nd|rd|th)(?!\w))[0134578@$]+[a-z]{2}/gi
const SWAPPED = /(?<![\d.,:])[\w@$!]*[0134578@$][\w@$!]*(?![\d.,:]\d)/g

/** Only where several words have digits for letters: "1gn0r3 4ll" but not "the 3rd", "MP3" or "room B4". */
const unleet = (text: string): string =>
  (text.match(LEET_WORD)?.length ?? 0) < 2 ? text : text.replace(SWAPPED, (word) => word.replace(/[0134578@$!]/g, (unit) => LEET[unit] ?? unit))

/** Commonest words of the languages in Latin letters that attacks are written in. */
const COMMON =
  /(?<![a-z])(?:the|and|to|of|a|is|in|you|i|it|for|this|that|what|how|my|all|your|der|die|das|und|ist|ein|eine|den|zu|mit|auf|aus|um|im|nicht|es|wir|ich|le|la|les|et|de|des|el|los|que|y|un|una|il|di|che|o|os|as|het|een|van|w|na|ve|bir|do|no|if|on|or)(?![a-z])/gi

/** In a text of one of them every third word or so is among these. */
const FEWEST_COMMON = 0.1

const looksScrambled = (text: string): boolean => {
  const head = text.slice(0, 400)
  const words = head.match(/[a-z]+/gi)?.length ?? 0
  const letters = head.match(/[a-z]/gi)?.length ?? 0
  return letters >= 16 && letters > head.length * 0.5 && (head.match(COMMON)?.length ?? 0) < words * FEWEST_COMMON
}

const rot13 = (text: string): string =>
  text.replace(/[A-Za-z]/g, (letter) => {
    const code = letter.charCodeAt(0)
    const base = code < 97 ? 65 : 97
    return String.fromCharCode(((code - base + 13) % 26) + base)
  })
