import type { Endpoint } from '../app/api-types.gen.ts'
import { SimulatedVersion } from '../registry/simulated-version.tsx'
import { StatusPill } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { percent } from '../ui/format.ts'

const words: Record<string, string> = { release_not_approved: 'not approved', release_suspended: 'suspended' }

/** What an endpoint answers with, as the gateway sees it now. */
export const Targets = ({ targets }: { targets: Endpoint['targets'] }) => {
  if (targets.length === 0) return <StatusPill status="not approved" />
  const total = targets.reduce((sum, { weight }) => sum + weight, 0)
  return (
    <ul className="flex flex-col gap-1">
      {targets.map((target) => (
        <li key={target.release} className="flex flex-wrap items-center gap-2">
          <TextLink to="/releases/$digest" params={{ digest: target.release }}>
            {target.model} {target.version}
          </TextLink>
          {targets.length > 1 && <span className="text-ink-soft">{percent(target.weight / total, 0)}</span>}
          <SimulatedVersion model={target.model} version={target.version} />
          <StatusPill status={target.refusal ? (words[target.refusal] ?? target.refusal) : 'serving'} />
        </li>
      ))}
    </ul>
  )
}
