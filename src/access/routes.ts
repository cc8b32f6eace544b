import type { Route } from '#platform/http'
import { keyRoutes } from './keys/routes.ts'
import { limitRoutes } from './limits/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { policyRoutes } from './policies/routes.ts'

/** `isSecure`: people reach this server through TLS, here or in a proxy before it; session cookies are then never sent in clear text. */
export const accessRoutes = (options: { readonly isSecure?: boolean } = {}): readonly Route[] => [
  ...peopleRoutes({ isSecure: options.isSecure ?? false }),
  ...keyRoutes(),
  ...policyRoutes(),
  ...limitRoutes(),
]
