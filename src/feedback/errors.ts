import { defineErrors } from '#platform/errors'

export const feedbackErrors = defineErrors({
  feedback_in_hand: { status: 409, message: 'This feedback is being looked at; it cannot be changed any more.' },
  feedback_transition: { status: 409, message: 'Feedback that is {from} cannot become {to}.' },
  feedback_not_linked: { status: 409, message: 'The call that this feedback is about is not known.' },
  evaluation_case_made: { status: 409, message: 'This feedback is an evaluation case already, in {dataset}.' },
  evaluation_dataset_full: { status: 409, message: 'The data set {dataset} holds {maxRows} rows already; take another.' },
  evaluation_case_input_missing: { status: 422, message: 'The text of the call is not kept; send the input.' },
  evaluation_case_expected_missing: { status: 422, message: 'Nobody has said what the answer should have been; send what is expected.' },
})
