import type { Person } from '../app/api-types.gen.ts'
import { useList } from '../app/queries.ts'

/** Records name people by id, which never changes; people are read by name. */
export const usePeople = () => useList<Person>('/principals', { limit: 200 }).items

export const Who = ({ id }: { id: string | null | undefined }) => {
  const person = usePeople().find((known) => known.id === id)
  if (!id) return <span className="text-ink-soft">–</span>
  return <span title={id}>{person?.name ?? (id === 'administrator-key' ? 'Administrator key' : id)}</span>
}
