import type { Rule } from '../model.ts'
import { codeScanner } from './code.ts'
import { competitorsScanner } from './competitors.ts'
import type { Scanner } from './detector.ts'
import { harmScanners } from './harm.ts'
import { hiddenTextScanners } from './hidden-text.ts'
import { jsonSchemaScanner } from './json-schema.ts'
import { languageScanner } from './language.ts'
import { lengthScanner } from './length.ts'
import { linksScanners } from './links.ts'
import { piiScanners } from './pii.ts'
import { profanityScanners } from './profanity.ts'
import { promptAttackScanners } from './prompt-attack.ts'
import { promptLeakScanners } from './prompt-leak.ts'
import { regexScanners } from './regex.ts'
import { secretsScanners } from './secrets.ts'
import { topicsScanner } from './topics.ts'
import { wordsScanner } from './words.ts'

/** The scanners of one rule, in front of a release with this system prompt. A new detector is a file here, a case here and its options in the model. */
export const scannersOf = (rule: Rule, systemPrompt: string | null = null): readonly Scanner[] => {
  switch (rule.detector) {
    case 'pii':
      return piiScanners(rule.options)
    case 'words':
      return [wordsScanner(rule.options)]
    case 'regex':
      return regexScanners(rule.options)
    case 'secrets':
      return secretsScanners()
    case 'hidden-text':
      return hiddenTextScanners()
    case 'links':
      return linksScanners(rule.options)
    case 'harm':
      return harmScanners(rule.options)
    case 'prompt-attack':
      return promptAttackScanners(rule.options)
    case 'length':
      return [lengthScanner(rule.options)]
    case 'language':
      return [languageScanner(rule.options)]
    case 'code':
      return [codeScanner()]
    case 'profanity':
      return profanityScanners(rule.options)
    case 'competitors':
      return [competitorsScanner(rule.options)]
    case 'prompt-leak':
      return promptLeakScanners(rule.options, systemPrompt)
    case 'json-schema':
      return [jsonSchemaScanner(rule.options)]
    case 'topics':
      return [topicsScanner(rule.options)]
  }
}
