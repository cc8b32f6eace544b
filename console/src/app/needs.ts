import type { Alert, ApprovalSummary, CardSummary, Incident, ReleaseSummary, Run } from './api-types.gen.ts'

export type Need = { id: string; urgency: 'now' | 'soon' | 'watch'; title: string; why: string; at: string | null; to: string }

type Sources = {
  nowMs: number
  me: { id: string; roles: string[]; capacities: string[] }
  awaitingMe: ApprovalSummary[]
  mine: ApprovalSummary[]
  releases: ReleaseSummary[]
  incidents: Incident[]
  alerts: Alert[]
  runs: Run[]
  cards: CardSummary[]
}

const dayMs = 86_400_000
const soonDays = 14
const urgencies: Need['urgency'][] = ['now', 'soon', 'watch']
const releasePath = (digest: string) => `/releases/${digest}`

/** What waits for this person, the most pressing first. Pure: a page of what needs me must be trusted, so it is tested. */
export const needsOf = (sources: Sources): Need[] =>
  [...incidentNeeds(sources), ...alertNeeds(sources), ...approvalNeeds(sources), ...releaseNeeds(sources), ...workNeeds(sources)].sort(
    (a, b) => urgencies.indexOf(a.urgency) - urgencies.indexOf(b.urgency),
  )

const isResponder = ({ me }: Sources) => me.roles.includes('responder') || me.roles.includes('administrator')

const incidentNeeds = (sources: Sources): Need[] =>
  sources.incidents.map((incident) => ({
    id: incident.id,
    urgency: isResponder(sources) ? 'now' : 'watch',
    title: `${incident.severity.toUpperCase()}: ${incident.title}`,
    why: `Incident, ${incident.state}${incident.endpoint ? `, endpoint ${incident.endpoint}` : ''}`,
    at: incident.opened_at,
    to: `/incidents/${incident.id}`,
  }))

const alertNeeds = (sources: Sources): Need[] =>
  sources.alerts
    .filter((alert) => alert.acknowledged_at === null)
    .map((alert) => ({
      id: alert.id,
      urgency: isResponder(sources) ? 'now' : 'watch',
      title: `${alert.monitor_name} is firing`,
      why: alert.details.endpoint ? `Alert, endpoint ${alert.details.endpoint}` : 'Alert',
      at: alert.fired_at,
      to: '/live?tab=alerts',
    }))

const approvalNeeds = ({ me, awaitingMe, mine }: Sources): Need[] => [
  ...awaitingMe.map((approval): Need => {
    const { model, version, digest } = approval.release
    const mine = approval.awaiting.filter((capacity) => me.capacities.includes(capacity))
    const common = { id: approval.id, urgency: 'now' as const, at: approval.created_at, to: releasePath(digest) }
    return mine.length > 0
      ? { ...common, title: `Sign off ${model} ${version}`, why: `Asked of ${mine.join(', ')}` }
      : { ...common, title: `The approval of ${model} ${version} is overdue`, why: `Escalated to you; it waits for ${approval.awaiting.join(', ')}` }
  }),
  ...mine
    .filter(({ requester, status }) => requester === me.id && (status === 'changes_requested' || status === 'refused'))
    .map(
      (approval): Need => ({
        id: approval.id,
        urgency: approval.status === 'refused' ? 'watch' : 'soon',
        title: `${approval.release.model} ${approval.release.version}: ${approval.status === 'refused' ? 'refused' : 'changes are asked for'}`,
        why: 'You asked for this approval',
        at: approval.updated_at,
        to: releasePath(approval.release.digest),
      }),
    ),
]

const releaseNeeds = ({ nowMs, releases }: Sources): Need[] =>
  releases.flatMap((release): Need[] => {
    const common = { id: release.id, to: releasePath(release.digest) }
    const name = `${release.model} ${release.version}`
    if (release.suspended)
      return [{ ...common, urgency: 'soon', title: `${name} is suspended`, why: release.suspended.reason, at: release.suspended.at }]
    const endsMs = release.approval ? Date.parse(release.approval.expires_at) - nowMs : Number.POSITIVE_INFINITY
    if (endsMs > soonDays * dayMs) return []
    return [
      {
        ...common,
        urgency: 'soon',
        title: `The approval of ${name} ends soon`,
        why: 'It needs a new sign-off before',
        at: release.approval?.expires_at ?? null,
      },
    ]
  })

const workNeeds = ({ me, runs, cards }: Sources): Need[] => [
  ...runs
    .filter(({ status }) => status === 'running' || status === 'queued')
    .map(
      (run): Need => ({
        id: run.id,
        urgency: 'watch',
        title: `Assessing ${run.model} ${run.version}`,
        why: `${run.progress.done} of ${run.progress.total} items`,
        at: run.created_at,
        to: `/assessments/runs/${run.id}`,
      }),
    ),
  ...cards
    .filter(({ missing, updated_by }) => missing.length > 0 && updated_by === me.id)
    .map(
      (card): Need => ({
        id: card.id,
        urgency: 'soon',
        title: `The card of ${card.model.name} ${card.model.version} is not complete`,
        why: `${card.missing.length} sections missing`,
        at: card.updated_at,
        to: `/cards/${card.id}`,
      }),
    ),
]
