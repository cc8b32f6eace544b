import { crc32 } from 'node:zlib'
import type { Scanner } from './detector.ts'
import { type Pattern, patternScanner } from './pattern.ts'

/**
 * Credentials: the shapes that their issuers publish, checksums where they have one, and long random values beside a word such as
 * "secret". The word before a value is context, not part of the match.
 */
const token = (kind: string, head: string, regex: RegExp, check: Pattern['check'] = () => ({ confidence: 0.95 })): Pattern => ({
  kind,
  regex,
  mayMatch: (text) => text.includes(head),
  check,
})

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** GitHub and npm end their tokens in six base-62 digits of the CRC-32 of the random part. A wrong one may still be an old or mistyped token. */
const endsInCrc = (candidate: string): { confidence: number } => {
  const random = candidate.slice(4, -6)
  let rest = crc32(random)
  let digits = ''
  for (let i = 0; i < 6; i++) {
    digits = BASE62[rest % 62]! + digits
    rest = Math.floor(rest / 62)
  }
  return { confidence: candidate.endsWith(digits) ? 1 : 0.7 }
}

/** Shannon entropy, bits a character. */
const entropyOf = (text: string): number => {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

const isRandom = (candidate: string, leastBits: number): boolean =>
  /\d/.test(candidate) && /[A-Za-z]/.test(candidate) && entropyOf(candidate) >= leastBits

const isJwt = (candidate: string): boolean => {
  try {
    const header: unknown = JSON.parse(Buffer.from(candidate.split('.')[0]!, 'base64url').toString('utf8'))
    return typeof header === 'object' && header !== null && 'alg' in header
  } catch {
    // Not JSON: dotted base64 of something else.
    return false
  }
}

const NAMED = /key|secret|token|bearer|authorization|credential/i

const PATTERNS: readonly Pattern[] = [
  {
    kind: 'private-key',
    // Without its last line (cut off, or still to come for good) the body alone is the secret.
    regex:
      /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]{0,8000}?-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\s]{0,8000})/,
    mayMatch: (text) => text.includes('PRIVATE KEY'),
    check: () => ({ confidence: 1 }),
  },
  token('jwt', 'eyJ', /(?<![\w-])eyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{10,1000}/, (candidate) => (isJwt(candidate) ? { confidence: 1 } : null)),
  {
    kind: 'aws-access-key',
    regex: /(?<!\w)(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?!\w)/,
    mayMatch: (text) => /A[KSBC]IA|ACCA/.test(text),
    check: () => ({ confidence: 0.95 }),
  },
  {
    kind: 'aws-secret-key',
    regex: /(?<=(?:aws|secret)[\w ]{0,20}["']?(?: is|:|=|=>){0,2} {0,2}["']?)(?<![\w+/])[A-Za-z0-9+/]{40}(?![\w+/=])/i,
    mayMatch: (text) => /secret|aws/i.test(text),
    check: (candidate) => (isRandom(candidate, 4.3) ? { confidence: 0.9 } : null),
  },
  { kind: 'github-token', regex: /(?<!\w)gh[pousr]_[A-Za-z0-9]{36}(?!\w)/, mayMatch: (text) => /gh[pousr]_/.test(text), check: endsInCrc },
  token('github-token', 'github_pat_', /(?<!\w)github_pat_\w{60,100}/),
  token('gitlab-token', 'glpat-', /(?<!\w)glpat-[\w-]{20,64}/),
  token('npm-token', 'npm_', /(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)/, endsInCrc),
  token('pypi-token', 'pypi-', /(?<!\w)pypi-[\w-]{80,250}/),
  token('slack-token', 'xox', /(?<!\w)xox[abeoprs]-[A-Za-z0-9-]{10,100}/),
  token('slack-webhook', 'hooks.slack.com', /https:\/\/hooks\.slack\.com\/services\/[A-Za-z0-9/]{20,80}/),
  {
    kind: 'stripe-key',
    regex: /(?<!\w)[rs]k_(?:live|test)_[A-Za-z0-9]{16,100}/,
    mayMatch: (text) => /[rs]k_(?:live|test)_/.test(text),
    check: () => ({ confidence: 1 }),
  },
  token('anthropic-key', 'sk-ant-', /(?<!\w)sk-ant-[\w-]{20,200}/),
  token('openai-key', 'sk-', /(?<!\w)sk-(?!ant-)(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,200}/, (candidate) =>
    isRandom(candidate.slice(3), 3.5) ? { confidence: 0.95 } : null,
  ),
  token('plimsoll-key', 'sk-pl_', /(?<!\w)sk-pl_\w{16,200}/),
  token('google-api-key', 'AIza', /(?<!\w)AIza[\w-]{35}(?![\w-])/),
  token('google-oauth-secret', 'GOCSPX-', /(?<!\w)GOCSPX-[\w-]{28}/),
  token('huggingface-token', 'hf_', /(?<!\w)hf_[A-Za-z]{34}(?!\w)/),
  token('sendgrid-key', 'SG.', /(?<!\w)SG\.[\w-]{22}\.[\w-]{43}/),
  token('twilio-key', 'SK', /(?<!\w)SK[0-9a-f]{32}(?!\w)/),
  token('mailgun-key', 'key-', /(?<!\w)key-[0-9a-f]{32}(?!\w)/),
  token('digitalocean-token', 'do', /(?<!\w)do[opr]_v1_[0-9a-f]{64}/),
  token('shopify-token', 'shp', /(?<!\w)shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/),
  token('telegram-bot-token', ':AA', /(?<!\w)\d{8,10}:AA[\w-]{33}(?![\w-])/),
  token('azure-storage-key', 'AccountKey=', /(?<=AccountKey=)[A-Za-z0-9+/]{86}==/),
  {
    kind: 'connection-string',
    regex:
      /(?<!\w)(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|ftps?|https?):\/\/[^\s:/@]{0,100}:[^\s:/@]{1,200}@[^\s"'<>]{1,500}/,
    mayMatch: (text) => text.includes('://') && text.includes('@'),
    check: () => ({ confidence: 0.95 }),
  },
  {
    kind: 'named-secret',
    regex:
      /(?<=(?:api[_ -]?key|access[_ -]?key|secret|token|credential|bearer|authorization)["']?(?: is|:|=|=>){0,2} {0,2}(?:bearer )?["']?)(?<![\w+/=.-])[\w+/=.-]{20,200}/i,
    mayMatch: (text) => NAMED.test(text),
    check: (candidate) => (isRandom(candidate, 3.5) ? { confidence: 0.7 } : null),
  },
]

export const secretsScanners = (): readonly Scanner[] => PATTERNS.map(patternScanner)
