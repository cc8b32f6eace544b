import { Badge } from '../ui/badge.tsx'
import { words } from '../ui/format.ts'

type Tags = { criticality: string | null; domain: string | null; compliance: string | null; cost_centre: string | null }

/** The four tags by which traffic is watched and incidents are ranked. */
export const TagText = ({ tags }: { tags: Tags }) => {
  const said = Object.entries(tags).filter(([, value]) => value !== null)
  if (said.length === 0) return <span className="text-ink-soft">none</span>
  return (
    <span className="flex flex-wrap gap-1">
      {said.map(([name, value]) => (
        <Badge key={name}>
          {words(name)} <span className="font-normal">{value}</span>
        </Badge>
      ))}
    </span>
  )
}
