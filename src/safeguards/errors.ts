import { defineErrors } from '#platform/errors'

export const safeguardErrors = defineErrors({
  policy_unchanged: { status: 409, message: 'Version {version} of the safeguard policy {name} has exactly this content already.' },
  transformer_unavailable: { status: 503, message: 'This policy needs the transformer, which this server cannot open: {reason}' },
})
