import { defineErrors } from '#platform/errors'

export const safeguardErrors = defineErrors({
  too_few_texts: { status: 422, message: 'A budget of {budget} needs at least {needed} benign texts; there are {texts}.' },
  calibration_failed: { status: 503, message: 'The detector could not judge every text ({kind}), so its scores say nothing.' },
  replay_without_text: { status: 409, message: 'The record of the call {event} holds no text: nothing can be repeated.' },
  replay_altered: { status: 422, message: 'The policy of this bundle is not the one that its digest names.' },
  policy_unchanged: { status: 409, message: 'Version {version} of the safeguard policy {name} has exactly this content already.' },
  transformer_unavailable: { status: 503, message: 'This policy needs the transformer, which this server cannot open: {reason}' },
})
