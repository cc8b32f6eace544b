import { useEffect, useState } from 'react'
import { merge, type Point } from './series.ts'

type Frame = { now: string; points: Point[] }

/** The last hour as it happens: the server sends it once, then each second the two minutes that still move. The browser reconnects by itself. */
export const useLive = (isWanted: boolean, endpoint: string | undefined): Point[] | null => {
  const [points, setPoints] = useState<Point[] | null>(null)
  useEffect(() => {
    setPoints(null)
    if (!isWanted) return
    const source = new EventSource(`/api/v1/metrics/live${endpoint ? `?endpoint=${encodeURIComponent(endpoint)}` : ''}`)
    const read = (message: MessageEvent<string>) => (JSON.parse(message.data) as Frame).points
    source.addEventListener('history', (message) => setPoints(read(message)))
    source.addEventListener('metrics', (message) => {
      const fresh = read(message)
      setPoints((known) => merge(known ?? [], fresh))
    })
    return () => source.close()
  }, [isWanted, endpoint])
  return points
}
