import { SafeguardPolicy } from '#safeguards'
import { compilePolicy, inspectText } from '#safeguards/hot'

const policy = compilePolicy(
  SafeguardPolicy.parse({
    input: [
      { detector: 'pii', action: 'mask' },
      { detector: 'secrets', action: 'mask' },
    ],
  }),
  'feedback',
)

/**
 * Personal data and credentials out, before anything is stored. A comment that cannot be inspected is not kept: whoever wrote it is
 * better served by a score without words than by words that leak. NUL and lone surrogates cannot be stored at all.
 */
export const masked = (text: string | null): string | null => {
  if (text === null || text.trim() === '' || policy === null) return null
  return inspectText(policy, 'input', text.replaceAll('\u0000', '\uFFFD').toWellFormed()).text
}
