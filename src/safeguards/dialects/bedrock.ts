import { z } from 'zod'
import type { CompiledPolicy } from '../compile.ts'
import { inspectPatiently } from '../inspect-patiently.ts'
import type { Finding, Inspection } from '../model.ts'
import { placeholder } from '../release.ts'
import type { SecondStage } from '../second-stage.ts'

/**
 * Bedrock's ApplyGuardrail (`POST /guardrail/{id}/version/{version}/apply`) over a policy of ours, in the shapes that the AWS SDK sends and
 * parses. One difference on purpose: `match` holds the placeholder, not the personal data again.
 */
export const ApplyGuardrailRequest = z.object({
  source: z.enum(['INPUT', 'OUTPUT']),
  outputScope: z.enum(['INTERVENTIONS', 'FULL']).default('INTERVENTIONS'),
  content: z
    .array(
      z.object({
        text: z.object({ text: z.string().max(1_000_000), qualifiers: z.array(z.enum(['grounding_source', 'query', 'guard_content'])).optional() }),
      }),
    )
    .min(1)
    .max(100),
})
export type ApplyGuardrailRequest = z.infer<typeof ApplyGuardrailRequest>

/** AWS names of kinds; what has none is reported among the regexes, by our name. */
const AWS_TYPES: Readonly<Record<string, string>> = {
  person: 'NAME',
  address: 'ADDRESS',
  email: 'EMAIL',
  phone: 'PHONE',
  url: 'URL',
  ip: 'IP_ADDRESS',
  mac: 'MAC_ADDRESS',
  card: 'CREDIT_DEBIT_CARD_NUMBER',
  'card-cvv': 'CREDIT_DEBIT_CARD_CVV',
  'card-expiry': 'CREDIT_DEBIT_CARD_EXPIRY',
  pin: 'PIN',
  iban: 'INTERNATIONAL_BANK_ACCOUNT_NUMBER',
  swift: 'SWIFT_CODE',
  username: 'USERNAME',
  password: 'PASSWORD',
  age: 'AGE',
  'us-ssn': 'US_SOCIAL_SECURITY_NUMBER',
  'us-itin': 'US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER',
  'us-routing-number': 'US_BANK_ROUTING_NUMBER',
  'us-bank-account': 'US_BANK_ACCOUNT_NUMBER',
  'us-passport': 'US_PASSPORT_NUMBER',
  'us-driver-license': 'DRIVER_ID',
  'uk-driving-licence': 'DRIVER_ID',
  'it-driver-license': 'DRIVER_ID',
  'kr-driver-license': 'DRIVER_ID',
  'ca-sin': 'CA_SOCIAL_INSURANCE_NUMBER',
  'ca-health-number': 'CA_HEALTH_NUMBER',
  'uk-nhs-number': 'UK_NATIONAL_HEALTH_SERVICE_NUMBER',
  'uk-nino': 'UK_NATIONAL_INSURANCE_NUMBER',
  'uk-utr': 'UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER',
  vin: 'VEHICLE_IDENTIFICATION_NUMBER',
  'license-plate': 'LICENSE_PLATE',
  'aws-access-key': 'AWS_ACCESS_KEY',
  'aws-secret-key': 'AWS_SECRET_KEY',
}

const FILTER_TYPES: Readonly<Record<string, string>> = {
  hate: 'HATE',
  insult: 'INSULTS',
  sexual: 'SEXUAL',
  violence: 'VIOLENCE',
  'self-harm': 'VIOLENCE',
  misconduct: 'MISCONDUCT',
  attack: 'PROMPT_ATTACK',
  'embedded-instruction': 'PROMPT_ATTACK',
}

const actionOf = ({ action, enforced }: Finding): 'ANONYMIZED' | 'BLOCKED' | 'NONE' =>
  !enforced || action === 'flag' || action === 'allow' ? 'NONE' : action === 'block' ? 'BLOCKED' : 'ANONYMIZED'

const confidenceOf = (confidence: number): 'LOW' | 'MEDIUM' | 'HIGH' => (confidence >= 0.9 ? 'HIGH' : confidence >= 0.7 ? 'MEDIUM' : 'LOW')

const assessmentOf = (findings: readonly Finding[]) => {
  const of = (...detectors: string[]) => findings.filter(({ detector }) => detectors.includes(detector))
  const personal = of('pii', 'secrets')
  // That a detector failed has no place in AWS's shape; what follows from it has: the action.
  const judged = of('harm', 'prompt-attack').filter(({ kind }) => kind in FILTER_TYPES)
  const filters = judged.map((finding) => ({
    type: FILTER_TYPES[finding.kind],
    confidence: confidenceOf(finding.confidence),
    filterStrength: 'MEDIUM',
    action: actionOf(finding),
    detected: true,
  }))
  const customWords = of('words').map((finding) => ({ match: placeholder(finding.kind), action: actionOf(finding), detected: true }))
  const piiEntities = personal
    .filter(({ kind }) => kind in AWS_TYPES)
    .map((finding) => ({ match: placeholder(finding.kind), type: AWS_TYPES[finding.kind], action: actionOf(finding), detected: true }))
  const regexes = [...personal.filter(({ kind }) => !(kind in AWS_TYPES)), ...of('regex', 'links', 'hidden-text')].map((finding) => ({
    name: finding.kind,
    match: placeholder(finding.kind),
    action: actionOf(finding),
    detected: true,
  }))
  return {
    ...(filters.length > 0 ? { contentPolicy: { filters } } : {}),
    ...(customWords.length > 0 ? { wordPolicy: { customWords, managedWordLists: [] } } : {}),
    ...(piiEntities.length + regexes.length > 0 ? { sensitiveInformationPolicy: { piiEntities, regexes } } : {}),
  }
}

/** AWS counts in units of a thousand characters. */
const unitsOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + Math.ceil(text.length / 1000), 0)

const BLOCKED = 'Sorry, this content is blocked by the safeguard policy.'

/** Both stages where there are two. A grounding source is looked at like the rest, as a document. */
export const applyGuardrail = async (
  compiled: CompiledPolicy | null,
  request: ApplyGuardrailRequest,
  { nowMs, ...tools }: { readonly nowMs: () => number; readonly secondStage: SecondStage | null; readonly signal?: AbortSignal },
) => {
  const startedMs = nowMs()
  const texts = request.content.map(({ text }) => text.text)
  const direction = request.source === 'INPUT' ? 'input' : 'output'
  const inspections: Inspection[] = []
  for (const { text } of request.content) {
    const origin = text.qualifiers?.includes('grounding_source') === true ? 'document' : 'user'
    inspections.push(
      compiled === null ? { verdict: 'pass', text: text.text, findings: [] } : await inspectPatiently(compiled, direction, text.text, origin, tools),
    )
  }
  const verdicts = inspections.map(({ verdict }) => verdict)
  const isBlocked = verdicts.includes('block')
  const isIntervened = isBlocked || verdicts.includes('mask')
  const units = unitsOf(texts)
  const characters = texts.reduce((sum, text) => sum + text.length, 0)
  const findings = inspections.flatMap((inspection) => inspection.findings)
  const usage = {
    topicPolicyUnits: 0,
    contentPolicyUnits: units,
    wordPolicyUnits: units,
    sensitiveInformationPolicyUnits: units,
    sensitiveInformationPolicyFreeUnits: 0,
    contextualGroundingPolicyUnits: 0,
  }
  const guardrailCoverage = { textCharacters: { guarded: characters, total: characters } }
  return {
    action: isIntervened ? 'GUARDRAIL_INTERVENED' : 'NONE',
    ...(isIntervened ? { actionReason: isBlocked ? 'Guardrail blocked.' : 'Guardrail masked.' } : {}),
    outputs: isBlocked ? [{ text: BLOCKED }] : isIntervened || request.outputScope === 'FULL' ? inspections.map(({ text }) => ({ text })) : [],
    assessments: [{ ...assessmentOf(findings), invocationMetrics: { guardrailProcessingLatency: nowMs() - startedMs, usage, guardrailCoverage } }],
    usage,
    guardrailCoverage,
  }
}
