import type { NewSafeguardPolicyDocumentInput } from '../app/api-types.gen.ts'
import { count, words } from '../ui/format.ts'

/** As it is sent: what a rule leaves out, the server fills in. */
export type Rule = NonNullable<NewSafeguardPolicyDocumentInput['input']>[number]
export type Detector = Rule['detector']
export type PiiKind = NonNullable<NonNullable<Extract<Rule, { detector: 'pii' }>['options']>['kinds']>[number]

export const sensitivities = ['low', 'medium', 'high'] as const
export const harmCategories = ['hate', 'insult', 'sexual', 'violence', 'self-harm', 'misconduct'] as const
export const profanityLanguages = ['ar', 'de', 'en', 'es', 'fr', 'hi', 'it', 'ja', 'ko', 'pt', 'ru', 'zh'] as const

/** Those that a policy starts with; the gateway's own default. */
export const commonKinds: PiiKind[] = ['email', 'phone', 'card', 'iban', 'ip', 'us-ssn']

const regions = new Intl.DisplayNames('en', { type: 'region' })

/** `de-tax-id` belongs to Germany, `swift` to no country. */
export const countryOf = (kind: string) => {
  const [code = '', rest] = kind.split('-', 2)
  return code.length === 2 && rest !== undefined ? regions.of(code === 'uk' ? 'GB' : code.toUpperCase()) : undefined
}

const shouted = new Set([
  'ip',
  'iban',
  'url',
  'mac',
  'pin',
  'cvv',
  'ssn',
  'itin',
  'npi',
  'dea',
  'id',
  'nhs',
  'nino',
  'utr',
  'vat',
  'nif',
  'nir',
  'cpf',
  'cnpj',
  'curp',
  'rut',
  'cuit',
  'sin',
  'pan',
  'gstin',
  'tfn',
  'abn',
  'acn',
  'bsn',
  'cpr',
  'ahv',
])

export const kindName = (kind: string) =>
  kind
    .split('-')
    .slice(countryOf(kind) ? 1 : 0)
    .map((word) => (shouted.has(word) ? word.toUpperCase() : word))
    .join(' ')

export const detectorNames: Record<Detector, string> = {
  pii: 'Personal data',
  words: 'Words',
  regex: 'Patterns',
  secrets: 'Secrets and credentials',
  'hidden-text': 'Hidden text',
  links: 'Links',
  'prompt-attack': 'Prompt attacks',
  harm: 'Harmful content',
  length: 'Length',
  language: 'Languages',
  code: 'Source code',
  profanity: 'Profanity',
  competitors: 'Competitors',
  'prompt-leak': 'Prompt leaks',
  'json-schema': 'JSON schema',
  topics: 'Denied topics',
}

/** What a finding of theirs could be written over with: nothing. */
const unmaskable: Detector[] = ['length', 'json-schema']

export const actionsFor = (detector: Detector, direction: 'input' | 'output'): { value: Rule['action']; label: string }[] =>
  (
    [
      { value: 'mask', label: 'mask' },
      { value: 'hash', label: 'hash' },
      { value: 'tokenise', label: 'token (given back)' },
      { value: 'block', label: 'block' },
      { value: 'flag', label: 'flag' },
      { value: 'allow', label: 'allow (exception)' },
    ] as const
  ).filter(({ value }) => {
    if (unmaskable.includes(detector)) return value === 'block' || value === 'flag'
    return value !== 'tokenise' || direction === 'input'
  })

const masked: Detector[] = ['pii', 'secrets', 'links']

export const newRule = (detector: Detector): Rule => {
  if (detector === 'words') return { detector, action: 'block', options: { words: [] } }
  if (detector === 'regex') return { detector, action: 'flag', options: { patterns: [] } }
  if (detector === 'length') return { detector, action: 'block', options: { max_characters: 20_000 } }
  if (detector === 'language') return { detector, action: 'block', options: { allowed: ['en'] } }
  if (detector === 'competitors') return { detector, action: 'flag', options: { names: [] } }
  if (detector === 'json-schema') return { detector, action: 'block', options: { schema: { type: 'object' } } }
  if (detector === 'topics') return { detector, action: 'block', options: { topics: [] } }
  return { detector, action: masked.includes(detector) ? 'mask' : 'block' }
}

/** One rule in words. */
export const ruleText = (rule: Rule): string => {
  switch (rule.detector) {
    case 'pii':
      return (rule.options?.kinds ?? commonKinds).map((kind) => [countryOf(kind), kindName(kind)].filter(Boolean).join(' ')).join(', ')
    case 'words':
      return `${rule.options.words.join(', ')}${rule.options.whole_word === false ? ' (inside words too)' : ''}`
    case 'regex':
      return rule.options.patterns.map(({ name, pattern }) => `${name}: ${pattern}`).join(', ')
    case 'secrets':
      return 'keys, tokens, private keys, connection strings'
    case 'hidden-text':
      return 'what a model reads and a person does not see'
    case 'code':
      return 'fenced blocks, and lines that look like code'
    case 'length':
      return `more than ${count(rule.options.max_characters)} characters`
    case 'language':
      return `anything but ${rule.options.allowed.map(languageName).join(', ')}`
    case 'competitors':
      return rule.options.names.join(', ')
    case 'topics':
      return rule.options.topics.map(({ name, description }) => `${name}: ${description}`).join('; ')
    case 'json-schema':
      return `${rule.options.where === 'tool-arguments' ? `arguments of ${rule.options.tool ?? 'every tool'}` : 'the text'} as JSON of this schema`
    case 'prompt-leak':
      return leakText(rule.options)
    default:
      return optionsText(rule.options)
  }
}

const languages = new Intl.DisplayNames('en', { type: 'language' })

/** A code that nobody knows stays a code. */
export const languageName = (code: string): string => {
  try {
    return languages.of(code) ?? code
  } catch {
    return code
  }
}

const leakText = ({ canaries = [], passages = [], release_prompt = true }: NonNullable<Extract<Rule, { detector: 'prompt-leak' }>['options']> = {}) =>
  [
    ...(release_prompt ? ["the release's own system prompt"] : []),
    ...(passages.length > 0 ? [`${passages.length} confidential passages`] : []),
    ...(canaries.length > 0 ? [`${canaries.length} canaries`] : []),
  ].join(', ')

const optionsText = (options: object | undefined) =>
  Object.entries(options ?? {})
    .map(
      ([name, value]) =>
        `${words(name)}: ${Array.isArray(value) ? value.join(', ') || 'none' : typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
    )
    .join('; ')

export const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** `name = pattern` a line, as the editor shows patterns. */
export const patternsOf = (text: string) =>
  linesOf(text).map((line, index) => {
    const at = line.indexOf(' = ')
    return at < 1 ? { name: `pattern-${index + 1}`, pattern: line } : { name: line.slice(0, at).trim(), pattern: line.slice(at + 3).trim() }
  })

/** A topic a paragraph: its name, what it is about, and examples on lines of their own. */
export const topicsText = (topics: Topic[]) =>
  topics
    .map(({ name, description, examples = [] }) => [`${name}: ${description}`, ...examples.map((example) => `  - ${example}`)].join('\n'))
    .join('\n\n')

export const topicsOf = (text: string): Topic[] =>
  text
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph.trim())
    .map((paragraph, index) => {
      const [head = '', ...examples] = linesOf(paragraph)
      const at = head.indexOf(': ')
      return {
        name: at < 1 ? `topic-${index + 1}` : head.slice(0, at).trim(),
        description: at < 1 ? head : head.slice(at + 2).trim(),
        examples: examples.map((line) => line.replace(/^-\s*/, '')),
      }
    })

type Topic = Extract<Rule, { detector: 'topics' }>['options']['topics'][number]
