import { defineErrors } from '#platform/errors'

export const governanceErrors = defineErrors({
  release_not_hosted: { status: 422, message: 'Version {version} of {model} names no hosted model: there is nothing that the gateway could call.' },
  release_parts_mismatch: { status: 422, message: 'The parts of this release do not belong together.' },
  policy_not_applicable: { status: 422, message: 'The approval policy {policy} is not for releases whose card rates the risk {risk}.' },
  policy_outdated: { status: 409, message: 'The approval policy {policy} has a newer version; withdraw this request and ask again under that one.' },
  approval_open: { status: 409, message: 'This release has an open approval request already: {id}.' },
  approval_transition: { status: 409, message: 'A request that is {status} cannot be {event}.' },
  not_requester: { status: 403, message: 'Only the person who asked for this approval may do that.' },
  signer_not_a_person: { status: 403, message: 'Only a person signs: no key and no automation can.' },
  separation_of_duties: { status: 403, message: 'You {why}, so your sign-off cannot count.' },
  capacity_not_held: { status: 403, message: 'You do not hold the capacity {capacity}.' },
  capacity_not_needed: { status: 409, message: 'The stage {stage} does not ask for {capacity}, or has enough of it.' },
  already_signed: { status: 409, message: 'You have spoken on this request already; one person counts once.' },
  threads_open: { status: 409, message: 'Resolve the open discussions first: {count} left.' },
  thread_not_yours: { status: 403, message: 'A discussion is resolved by who opened it, or by an approver who did not ask for the approval.' },
  thread_resolved: { status: 409, message: 'The discussion is resolved already.' },
  check_not_failed: { status: 409, message: 'There is no failed check {check} that a waiver could cover.' },
  waiver_not_allowed: { status: 403, message: 'The policy allows no waiver, or none that lasts so long.' },
  target_not_servable: { status: 409, message: 'A target is not approved, not in force, suspended, or not allowed here.' },
  nothing_to_roll_back_to: { status: 409, message: 'No earlier set of targets of {endpoint} may be served now.' },
  endpoint_exists: { status: 409, message: 'An endpoint named {name} exists already.' },
})
