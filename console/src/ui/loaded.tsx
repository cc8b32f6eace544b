import type { ReactNode } from 'react'
import { ApiProblem } from '../app/api.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

type Readable<T> = { data: T | undefined; error: unknown; refetch: () => unknown }

/** What is read, or why it could not be, with a way to try again. */
export const Loaded = <T,>({ query, children }: { query: Readable<T>; children: (data: T) => ReactNode }) => {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <ReadFailed error={query.error} retry={query.refetch} />
  return <Loading />
}

export const Loading = () => (
  <div role="status" className="flex items-center gap-2 py-6 text-ink-soft">
    <span aria-hidden className="size-3.5 animate-spin rounded-full border-2 border-current border-r-transparent" />
    Loading
  </div>
)

export const ReadFailed = ({ error, retry }: { error: unknown; retry: () => unknown }) => (
  <Notice tone="bad" title={error instanceof ApiProblem && error.status === 403 ? 'Your roles do not allow this' : 'This could not be read'} live>
    <p>{error instanceof Error ? error.message : 'The server could not be reached.'}</p>
    {error instanceof ApiProblem && error.requestId && <p className="text-ink-soft">Request {error.requestId}</p>}
    <Button className="mt-2" onClick={() => void retry()}>
      Try again
    </Button>
  </Notice>
)
