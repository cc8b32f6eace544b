import { Link } from '@tanstack/react-router'
import { Who } from '../access/who.tsx'
import type { AuditEntry } from '../app/api-types.gen.ts'
import { words } from '../ui/format.ts'
import { nameOf, pathOf } from './subjects.ts'

/** What an entry is about, by its name where the entry says it, and the way there. The whole id is in the title. */
export const Subject = ({ entry }: { entry: AuditEntry }) => {
  const { kind, id } = entry.subject
  const path = pathOf(entry)
  const name = kind === 'person' ? <Who id={id} /> : nameOf(entry)
  return (
    <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap" title={id}>
      <span className="text-ink-soft">{words(kind)}</span>
      {path === null ? (
        <span className="font-medium">{name}</span>
      ) : (
        <Link to={path} className="font-medium text-deep underline decoration-rule-strong underline-offset-3 hover:decoration-current">
          {name}
        </Link>
      )}
    </span>
  )
}
