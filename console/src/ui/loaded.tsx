import type { ReactNode } from 'react'
import { ApiProblem } from '../app/api.ts'
import { Button, TextLink } from './button.tsx'
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

/** A refusal stays a refusal when it is asked again; everything else may be tried again. */
export const ReadFailed = ({ error, retry, title = 'This could not be read' }: { error: unknown; retry: () => unknown; title?: string }) => {
  const problem = error instanceof ApiProblem ? error : null
  if (problem?.status === 403)
    return (
      <Notice tone="warn" title="Your roles do not allow this" live>
        <p>{problem.message}</p>
        <p className="mt-1">
          Roles are given by an administrator, under <TextLink to="/settings">Settings</TextLink>.
        </p>
      </Notice>
    )
  return (
    <Notice tone="bad" title={problem?.status === 404 ? 'This is not here' : title} live>
      <p>{problem ? problem.message : 'The server could not be reached.'}</p>
      {problem?.requestId && <p className="text-ink-soft">Request {problem.requestId}</p>}
      {problem?.status !== 404 && (
        <Button className="mt-2" onClick={() => void retry()}>
          Try again
        </Button>
      )}
    </Notice>
  )
}
