import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { cx } from '../ui/cx.ts'
import { Loading } from '../ui/loaded.tsx'
import { Section } from '../ui/page.tsx'
import { useList } from './queries.ts'

type Leg = { name: string; text: string; to: string; isDone: boolean }

const useIsThere = (path: string, query: Record<string, string> = {}) => {
  const list = useList<{ status?: string }>(path, query)
  return { items: list.items, isPending: list.isPending }
}

/** The whole voyage once, for a newcomer; it leaves when every leg is done. */
export const FirstVoyage = () => {
  const people = useIsThere('/principals')
  const models = useIsThere('/models')
  const reports = useIsThere('/reports')
  const cards = useIsThere('/cards')
  const policies = useIsThere('/approval-policies')
  const releases = useIsThere('/releases')
  const endpoints = useIsThere('/endpoints')
  const events = useIsThere('/events')
  const legs: Leg[] = [
    { name: 'Invite', text: 'who builds, who decides, who stops harm', to: '/settings', isDone: people.items.length > 1 },
    { name: 'Register', text: 'a model and a version of it', to: '/models', isDone: models.items.length > 0 },
    { name: 'Assess', text: 'the version against a suite', to: '/assessments', isDone: reports.items.length > 0 },
    { name: 'Document', text: 'it in a model card', to: '/cards', isDone: cards.items.length > 0 },
    { name: 'Agree', text: 'on a policy: who must sign', to: '/releases?tab=policies', isDone: policies.items.length > 0 },
    {
      name: 'Approve',
      text: 'a release, with the people it names',
      to: '/releases',
      isDone: releases.items.some(({ status }) => status === 'approved'),
    },
    { name: 'Serve', text: 'it at an endpoint, with a key', to: '/endpoints', isDone: endpoints.items.length > 0 },
    { name: 'Watch', text: 'the first call arrive', to: '/live', isDone: events.items.length > 0 },
  ]
  if (models.isPending) return <Loading />
  if (legs.every(({ isDone }) => isDone)) return null
  const next = legs.find(({ isDone }) => !isDone)
  return (
    <Section title="The first voyage" note="The same in a terminal: npx plimsoll tour">
      <ol className="grid gap-px overflow-hidden rounded-lg border border-rule bg-rule sm:grid-cols-2 lg:grid-cols-4">
        {legs.map((leg, index) => (
          <li key={leg.name} className="bg-surface">
            <Link to={leg.to} className="flex h-full gap-3 p-3.5 hover:bg-hover">
              <span
                className={cx(
                  'flex size-5 shrink-0 items-center justify-center rounded-full border text-2xs font-semibold',
                  leg.isDone && 'border-starboard bg-starboard-tint text-starboard',
                  leg === next && 'border-light text-light',
                  !leg.isDone && leg !== next && 'border-rule-strong text-ink-soft',
                )}
              >
                {leg.isDone ? <Check aria-label="done" className="size-3" /> : index + 1}
              </span>
              <span>
                <span className="block font-semibold">{leg.name}</span>
                <span className="text-ink-soft">{leg.text}</span>
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </Section>
  )
}
