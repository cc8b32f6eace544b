import { useQuery } from '@tanstack/react-query'
import { ApiProblem, api, setCsrfToken } from './api.ts'
import { queryClient } from './queries.ts'

export type Role = 'administrator' | 'developer' | 'approver' | 'responder' | 'auditor'
export type Person = { id: string; name: string; email: string; roles: Role[]; capacities: string[] }
export type Session = { person: Person; csrf_token: string }

const key = ['session']

const read = async (): Promise<Session | null> => {
  try {
    const session = await api.get<Session>('/session')
    setCsrfToken(session.csrf_token)
    return session
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null
    throw error
  }
}

const options = { queryKey: key, queryFn: read, staleTime: 60_000 }

export const currentSession = () => queryClient.ensureQueryData(options)

/** After signing in or out nothing that another person saw may stay in memory. */
export const renewSession = async () => {
  queryClient.clear()
  return queryClient.fetchQuery(options)
}

export const useSession = () => useQuery(options).data ?? null

/** What the buttons ask. The server decides; this only spares people a refusal that is certain. */
export const useMay = () => {
  const roles = useSession()?.person.roles ?? []
  return (...anyOf: Role[]) => anyOf.some((role) => roles.includes(role))
}
