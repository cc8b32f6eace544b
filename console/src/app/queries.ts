import { QueryCache, QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { tell } from '../ui/toast.tsx'
import { ApiProblem, api, type Page, type Query } from './api.ts'

/** A session that has ended, here or by an administrator's hand: sign in again, and come back to this page. */
const leaveWhenSignedOut = (error: unknown) => {
  if (!(error instanceof ApiProblem) || error.status !== 401 || location.pathname === '/sign-in') return
  location.assign(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`)
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal does not become an answer by asking again.
      retry: (count, error) => !(error instanceof ApiProblem && error.status < 500) && count < 2,
    },
  },
})

/** The key of a read is the address it reads: nothing to keep in step by hand. */
export const useGet = <T>(path: string, query: Query = {}, options: { refetchEveryMs?: number; enabled?: boolean } = {}) =>
  useQuery({
    queryKey: [path, query],
    queryFn: () => api.get<T>(path, query),
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchEveryMs || false,
  })

/** A list in pages; `items` is what has been loaded so far. */
export const useList = <T>(path: string, query: Query = {}, options: { refetchEveryMs?: number; enabled?: boolean } = {}) => {
  const result = useInfiniteQuery({
    queryKey: [path, 'list', query],
    queryFn: ({ pageParam }) => api.get<Page<T>>(path, { limit: 50, ...query, cursor: pageParam }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchEveryMs || false,
  })
  return { ...result, items: result.data?.pages.flatMap((page) => page.items) ?? [] }
}

/** A write. Afterwards everything on the screen is read again: one change here often moves a status elsewhere. */
export const act = async <T>(written: Promise<T>, told?: string): Promise<T> => {
  const answer = await written
  await queryClient.invalidateQueries()
  if (told) tell(told)
  return answer
}
