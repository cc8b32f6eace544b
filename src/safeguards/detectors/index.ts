import type { Rule } from '../model.ts'
import type { Scanner } from './detector.ts'
import { harmScanners } from './harm.ts'
import { hiddenTextScanners } from './hidden-text.ts'
import { linksScanners } from './links.ts'
import { piiScanners } from './pii.ts'
import { promptAttackScanners } from './prompt-attack.ts'
import { regexScanners } from './regex.ts'
import { secretsScanners } from './secrets.ts'
import { wordsScanner } from './words.ts'

/** The scanners of one rule. A new detector is a file here, a case here and its options in the model. */
export const scannersOf = (rule: Rule): readonly Scanner[] => {
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
  }
}
