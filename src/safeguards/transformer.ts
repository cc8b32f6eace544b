import { type Encoder, openEncoder } from './classifiers/encoder/index.ts'
import { createSecondStage, type SecondStage } from './second-stage.ts'

let shared: SecondStage | null = null

/**
 * The second stage of this process: its weights are loaded once, when they are first needed, whoever asks. Whoever asks first may bring
 * another encoder.
 */
export const transformer = (open: () => Promise<Encoder> = () => openEncoder()): SecondStage => {
  shared ??= createSecondStage({ open })
  return shared
}

export const closeTransformer = async (): Promise<void> => {
  const closing = shared
  shared = null
  await closing?.close()
}
