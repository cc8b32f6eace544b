import { openEncoder } from './classifiers/encoder/index.ts'
import { createSecondStage, type SecondStage } from './second-stage.ts'

let shared: SecondStage | null = null

/** The second stage of this process: its weights are loaded once, when they are first needed, whoever asks. */
export const transformer = (): SecondStage => {
  shared ??= createSecondStage({ open: () => openEncoder() })
  return shared
}

export const closeTransformer = async (): Promise<void> => {
  const closing = shared
  shared = null
  await closing?.close()
}
