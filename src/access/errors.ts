import { defineErrors } from '#platform/errors'

export const accessErrors = defineErrors({
  invalid_credentials: { status: 401, message: 'E-mail and password do not belong together.' },
  too_many_attempts: { status: 429, message: 'Too many attempts to sign in. Try again in {retry_after_seconds} seconds.' },
  sign_in_busy: { status: 503, message: 'Too many people sign in at this moment. Try again in a few seconds.' },
  link_invalid: { status: 410, message: 'This link does not work: it was used, replaced, has expired, or was not copied whole.' },
  no_session: { status: 404, message: 'This caller is signed in with a key, not with a session.' },
  person_exists: { status: 409, message: 'A person with the e-mail address {email} is known already.' },
  person_disabled: { status: 409, message: 'This person is disabled. Enable the account first.' },
  last_administrator: { status: 409, message: 'This is the last administrator. Make another one first.' },
  person_required: { status: 403, message: 'Only a person can sign; a key and the system are nobody.' },
  key_revoked: { status: 409, message: 'This key is revoked. Create another one.' },
  policy_check_busy: { status: 503, message: 'Too many policies are being checked at this moment. Try again in a few seconds.' },
  policy_fixed: { status: 409, message: 'The policy {name} is built in and cannot be changed.' },
})
