import { Badge } from '../ui/badge.tsx'

export const TagList = ({ tags }: { tags: Record<string, string> }) => (
  <span className="flex flex-wrap gap-1">
    {Object.entries(tags).map(([name, value]) => (
      <Badge key={name}>
        {name}
        {value && <span className="font-normal">{value}</span>}
      </Badge>
    ))}
  </span>
)
