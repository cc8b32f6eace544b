import { Link } from '@tanstack/react-router'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Loading, ReadFailed } from '../ui/loaded.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page, Section } from '../ui/page.tsx'
import { When } from '../ui/when.tsx'
import type { Alert, ApprovalSummary, CardSummary, Incident, ReleaseSummary, Run } from './api-types.gen.ts'
import { FirstVoyage } from './first-voyage.tsx'
import { Lately } from './lately.tsx'
import { type Need, needsOf } from './needs.ts'
import { useList } from './queries.ts'
import { ServedNow } from './served-now.tsx'
import { type Person, useSession } from './session.ts'

export const Overview = () => (
  <Page title="Overview" lead="What needs you now, what is served, and where the voyage stands.">
    <NeedsMe />
    <ServedNow />
    <FirstVoyage />
    <Lately />
  </Page>
)

const live = { refetchEveryMs: 10_000 }

const nobody: Pick<Person, 'id' | 'roles' | 'capacities'> = { id: '', roles: [], capacities: [] }

const useNeeds = () => {
  const me = useSession()?.person ?? nobody
  const awaitingMe = useList<ApprovalSummary>('/approvals', { awaiting: 'me', status: 'in_review' }, live)
  const mine = useList<ApprovalSummary>('/approvals', {}, live)
  const releases = useList<ReleaseSummary>('/releases', {}, live)
  const incidents = useList<Incident>('/incidents', { status: 'open' }, live)
  const alerts = useList<Alert>('/alerts', { status: 'firing' }, live)
  const runs = useList<Run>('/runs', {}, live)
  const cards = useList<CardSummary>('/cards', {}, live)
  const needs = needsOf({
    nowMs: Date.now(),
    me,
    awaitingMe: awaitingMe.items.filter(({ requester }) => requester !== me.id),
    mine: mine.items,
    releases: releases.items,
    incidents: incidents.items,
    alerts: alerts.items,
    runs: runs.items,
    cards: cards.items,
  })
  const reads = [awaitingMe, mine, releases, incidents, alerts, runs, cards]
  const failed = reads.filter(({ error }) => error !== null)
  return {
    needs,
    isPending: reads.some(({ isPending }) => isPending),
    error: failed[0]?.error ?? null,
    retry: () => Promise.all(failed.map(({ refetch }) => refetch())),
  }
}

const tones: Record<Need['urgency'], Tone> = { now: 'now', soon: 'warn', watch: 'neutral' }

const NeedsMe = () => {
  const { needs, isPending, error, retry } = useNeeds()
  // Nobody is told that nothing needs them before everything that could has been looked at.
  const missed = error !== null && <ReadFailed error={error} retry={retry} title="Not everything that may need you could be read" />
  if (needs.length === 0 && missed) return missed
  if (needs.length === 0 && isPending) return <Loading />
  if (needs.length === 0)
    return <Notice tone="good">Nothing needs you now. Sign-offs, incidents and approvals that are about to end appear here.</Notice>
  return (
    <Section title="What needs you">
      {missed && <div className="mb-3">{missed}</div>}
      <ul className="overflow-hidden rounded-lg border border-rule bg-surface">
        {needs.map((need) => (
          <li key={need.id} className="border-b border-rule last:border-0">
            <Link to={need.to} className="flex flex-wrap items-center gap-x-4 gap-y-0.5 px-3.5 py-2.5 hover:bg-hover">
              <span className="w-14 shrink-0">
                <Badge tone={tones[need.urgency]}>{need.urgency}</Badge>
              </span>
              <span className="font-medium">{need.title}</span>
              <span className="text-ink-soft">{need.why}</span>
              <span className="ml-auto text-ink-soft">
                <When at={need.at} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
