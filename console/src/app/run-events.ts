import { useEffect, useState } from 'react'
import { queryClient } from './queries.ts'

/** Follows `GET /runs/{id}/events`. The browser reconnects by itself, and the last event is the whole state, so nothing is missed. */
export const useRunEvents = <T>(runId: string | undefined, isOver: (event: T) => boolean) => {
  const [latest, setLatest] = useState<T | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `isOver` is a rule, not a state; a new function must not reopen the stream.
  useEffect(() => {
    if (!runId) return
    const source = new EventSource(`/api/v1/runs/${encodeURIComponent(runId)}/events`)
    const receive = (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as T
      setLatest(event)
      if (!isOver(event)) return
      source.close()
      void queryClient.invalidateQueries()
    }
    source.addEventListener('progress', receive)
    source.addEventListener('end', receive)
    return () => source.close()
  }, [runId])
  return latest
}
