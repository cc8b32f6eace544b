import type { AuditEntry } from '../app/api-types.gen.ts'

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
const at = (value: unknown) => (typeof value === 'number' || typeof value === 'string' ? `${value}` : undefined)
const segment = encodeURIComponent

/** An id for the eye: the end tells ids of one moment apart. What people named stays whole. */
const shortId = (id: string) => (id.startsWith('sha256:') ? id.slice(7, 19) : /^[a-z]+_[0-9a-z]{26}$/.test(id) ? `…${id.slice(-8)}` : id)

/** How a reader would call it: details hold the name where the action knew it. */
export const nameOf = ({ subject: { kind, id }, details }: Pick<AuditEntry, 'subject' | 'details'>): string => {
  const version = at(details.version)
  const named = text(details.title) ?? text(details.name)
  switch (kind) {
    case 'version':
    case 'release':
      return details.model && version ? `${details.model} ${version}` : shortId(id)
    case 'card':
      return details.model && details.model_version ? `${details.model} ${details.model_version}` : shortId(id)
    case 'run':
      return details.model && version ? `${details.model} ${version} on ${details.suite}` : shortId(id)
    case 'approval-policy':
    case 'safeguard-policy':
    case 'suite':
    case 'dataset':
      return named ? `${named} ${version ?? ''}`.trim() : shortId(id)
    default:
      return named ?? shortId(id)
  }
}

/** Which page shows it; null when none does. Pages that want a name get it from the details, or the list that holds it. */
export const pathOf = ({ subject: { kind, id }, details }: Pick<AuditEntry, 'subject' | 'details'>): string | null => {
  const name = text(details.name)
  switch (kind) {
    case 'model':
      return name ? `/models/${segment(name)}` : '/models'
    case 'version':
    case 'alias': {
      const model = text(details.model)
      const version = at(details.version)
      return model && version ? `/models/${segment(model)}/versions/${segment(version)}` : '/models'
    }
    case 'release':
      return `/releases/${id}`
    case 'approval':
      return `/approvals/${id}`
    case 'thread':
      return text(details.approval) ? `/approvals/${details.approval}` : null
    case 'endpoint':
      return name ? `/endpoints/${segment(name)}` : '/endpoints'
    case 'safeguard-policy':
      return name ? `/safeguards/${segment(name)}` : '/safeguards'
    case 'run':
      return `/runs/${id}`
    case 'report':
      return `/reports/${id}`
    case 'card':
      return `/cards/${id}`
    case 'decision':
      return `/decisions/${id}`
    case 'incident':
      return `/incidents/${id}`
    case 'feedback':
      return `/feedback?item=${segment(id)}`
    case 'alert':
    case 'monitor':
      return '/live?tab=alerts'
    case 'suite':
      return '/assessments?tab=suites'
    case 'dataset':
      return '/assessments?tab=datasets'
    case 'approval-policy':
      return '/releases?tab=policies'
    case 'key':
    case 'access-policy':
    case 'limits':
    case 'network-rules':
      return '/endpoints'
    case 'runbook':
    case 'severity-matrix':
      return '/incidents'
    case 'person':
    case 'connection':
    case 'price':
    case 'retention':
      return '/settings'
    default:
      return null
  }
}
