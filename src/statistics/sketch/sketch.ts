/** What can be filled in pieces, on several machines, stored, and put together again. */
export type Sketch<State, Value> = {
  add: (value: Value, weight?: number) => void
  /** The result is the sketch of both streams together. */
  merge: (other: State) => void
  readonly count: number
  /** Plain JSON; the matching `…From` opens it again. */
  toJSON: () => State
}
