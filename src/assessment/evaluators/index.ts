import type { PinnedEvaluation } from '../suite.ts'
import type { Evaluator } from './evaluator.ts'
import { generation } from './generation.ts'
import { predictions } from './predictions.ts'

const evaluators = { generation, predictions }

/** Safe: the kind that chose the evaluator is the kind of the evaluation it is given. */
export const evaluatorOf = (evaluation: PinnedEvaluation): Evaluator => evaluators[evaluation.kind] as unknown as Evaluator
