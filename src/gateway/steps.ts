/**
 * Work that hardly ever has to wait: a generator that yields a promise where it must. Driven to its end at once where it yields none, so
 * that the path of a request without second thoughts has no promise in it.
 */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>

export const waited = function* <V>(value: V | Promise<V>): Steps<V> {
  // `drive` hands back what the promise that was yielded has become.
  return value instanceof Promise ? ((yield value) as V) : value
}

export const drive = <T>(steps: Steps<T>): T | Promise<T> => {
  const step = steps.next()
  return step.done === true ? step.value : finish(steps, step.value)
}

const finish = async <T>(steps: Steps<T>, first: Promise<unknown>): Promise<T> => {
  for (let pending = first; ; ) {
    const step = steps.next(await pending)
    if (step.done === true) return step.value
    pending = step.value
  }
}
