import type { NewSafeguardPolicyDocumentInput } from '../app/api-types.gen.ts'
import { words } from '../ui/format.ts'

/** As it is sent: what a rule leaves out, the server fills in. */
export type Rule = NonNullable<NewSafeguardPolicyDocumentInput['input']>[number]
export type Detector = Rule['detector']
export type PiiKind = NonNullable<NonNullable<Extract<Rule, { detector: 'pii' }>['options']>['kinds']>[number]

export const sensitivities = ['low', 'medium', 'high'] as const

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
}

const masked: Detector[] = ['pii', 'secrets', 'links']

export const newRule = (detector: Detector): Rule => {
  if (detector === 'words') return { detector, action: 'block', options: { words: [] } }
  if (detector === 'regex') return { detector, action: 'flag', options: { patterns: [] } }
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
    default:
      return optionsText(rule.options)
  }
}

const optionsText = (options: object | undefined) =>
  Object.entries(options ?? {})
    .map(([name, value]) => `${words(name)}: ${Array.isArray(value) ? value.join(', ') || 'none' : String(value)}`)
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
