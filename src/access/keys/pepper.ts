import type { Secrets } from '#platform/secrets'

/** The key under which secrets of API keys are hashed; the same in every process with this master key. */
export const pepperOf = (secrets: Secrets): string => secrets.hmac('api-key', 'pepper')
