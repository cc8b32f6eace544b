/**
 * The seam for models that cannot answer on the event loop (a transformer in a worker, a remote guard). The synchronous path never
 * calls one: it hands over the texts that its own linear scores leave uncertain.
 */
export type Classifier = {
  readonly name: string
  /** One score in [0,1] a text, in order. Rejects on a deadline; the policy's failure mode decides what that means. */
  readonly score: (texts: readonly string[]) => Promise<readonly number[]>
}
