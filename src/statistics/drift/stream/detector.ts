/** A change detector fed one value at a time. `toJSON` is plain data; handed back on opening, the detector goes on where it stopped. */
export type Detector<State> = {
  update: (value: number) => Verdict
  toJSON: () => State
}

export type Verdict = 'stable' | 'warning' | 'drift'
