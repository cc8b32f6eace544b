/** What a long computation takes: a way to stop it and a way to see how far it is. */
export type Running = {
  signal?: AbortSignal
  progress?: (done: number, total: number) => void
}

/** Called between slices of work: throws the signal's reason when the caller has lost interest. */
export const checkpoint = ({ signal, progress }: Running, done: number, total: number): void => {
  signal?.throwIfAborted()
  progress?.(done, total)
}
