import type { LinksOptions } from '../model.ts'
import type { Scanner } from './detector.ts'
import { type Pattern, patternScanner } from './pattern.ts'

/**
 * Ways in which an answer sends data out when it is merely shown: images are fetched without a click, and links carry what they are told
 * to. Hosts on the list are fine, with their subdomains.
 */
export const linksScanners = ({ allowed_hosts, kinds }: LinksOptions): readonly Scanner[] => {
  const isAllowed = (address: string): boolean => {
    if (!URL.canParse(address, 'https://relative.invalid')) return false
    const { hostname, protocol } = new URL(address, 'https://relative.invalid')
    if (protocol !== 'https:' && protocol !== 'http:' && protocol !== 'mailto:') return false
    return hostname === 'relative.invalid'
      ? !address.startsWith('//')
      : allowed_hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`))
  }
  const link = (kind: LinksOptions['kinds'][number], head: RegExp, regex: RegExp): Pattern => ({
    kind,
    regex,
    mayMatch: (text) => head.test(text),
    check: (candidate) => (isAllowed(addressIn(candidate)) ? null : { confidence: 0.95 }),
  })
  const patterns = [
    link('image', /!\[/, /!\[[^\]\n]{0,500}\]\(\s{0,5}<?[^\s)>]{1,2000}>?(?:\s{1,5}["'(][^)\n]{0,200})?\s{0,5}\)/),
    link(
      'image',
      /<(?:img|iframe|object|embed|video|audio|source|link)/i,
      /<(?:img|iframe|object|embed|video|audio|source|link)\s[^>]{0,200}?(?:src|href|data)\s{0,3}=\s{0,3}["']?[^\s"'>]{1,2000}[^>]{0,200}>/i,
    ),
    link('link', /\]\(/, /(?<!!)\[[^\]\n]{1,500}\]\(\s{0,5}<?[^\s)>]{1,2000}>?(?:\s{1,5}["'(][^)\n]{0,200})?\s{0,5}\)/),
    link('link', /\]:/, /(?<=\n|^)\[[^\]\n]{1,200}\]:\s{0,5}[^\s]{1,2000}/),
    link('script', /javascript:|data:text\/html|vbscript:/i, /(?:javascript|vbscript):[^\s"'<>]{1,500}|data:text\/html[^\s"'<>]{0,2000}/i),
  ]
  return patterns
    .filter(({ kind }) => kinds.some((wanted) => wanted === kind))
    .map((pattern): Scanner => ({ ...patternScanner(pattern), reads: 'raw' }))
}

/** The address inside a Markdown or HTML construct; the whole where it is the address. */
const addressIn = (candidate: string): string =>
  (/\]\(\s*<?([^\s)>]+)/.exec(candidate) ?? /(?:src|href|data)\s*=\s*["']?([^\s"'>]+)/i.exec(candidate) ?? /\]:\s*(\S+)/.exec(candidate))?.[1] ??
  candidate
