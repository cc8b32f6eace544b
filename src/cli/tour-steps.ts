import { setTimeout as wait } from 'node:timers/promises'
import { exitCodes } from './connection.ts'
import { CliError } from './errors.ts'
import type { TourApi, TourPerson } from './tour-api.ts'

export interface TourState {
  people?: { developer: TourPerson; risk: TourPerson; legal: TourPerson; responder: TourPerson }
  version?: number
  report?: { id: string; digest: string }
  fairness?: { id: string }
  card?: string
  safeguards?: { version: number }
  release?: string
  approval?: string
  key?: { id: string; credential: string }
  incident?: string
  requestId?: string
  signedInAs?: string
}

export interface Step {
  readonly name: string
  readonly says: string
  /** Answers what came of it, in one line. */
  run(api: TourApi, state: TourState): Promise<string>
}

const MODEL = 'tour-assistant'
const SCORER = 'tour-credit-scorer'
const ENDPOINT = 'tour-support'
const WAITING = 'tour-waiting-room'
const SUITE = 'assistant-basics'
const SYSTEM_PROMPT = 'You answer questions about parcels. You say so when you do not know.'

interface Run {
  readonly id: string
  readonly status: string
  readonly report: { readonly id: string; readonly digest: string } | null
  readonly progress: { readonly done: number; readonly total: number; readonly eta_seconds: number | null }
}

interface ReportRow {
  readonly id: string
  readonly metric: string
  readonly group: Readonly<Record<string, string>> | string | null
  readonly value: number | null
  readonly interval: { readonly low: number; readonly high: number } | null
  readonly verdict: string
}

const need = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new CliError(`The tour lost ${what}; start it again.`, exitCodes.failed)
  return value
}

const short = (digest: string): string => `${digest.slice(0, 15)}…`
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
const within = ({ value, interval }: ReportRow): string =>
  value === null ? 'undefined' : `${percent(value)}${interval === null ? '' : ` [${percent(interval.low)}, ${percent(interval.high)}]`}`

/** Watches a run until it ends; the bar goes to the terminal. */
const finish = async (api: TourApi, id: string, developer: TourPerson): Promise<{ id: string; digest: string }> => {
  for (;;) {
    const run = await api.call<Run>('GET', `/runs/${id}`, undefined, { as: developer, quiet: true })
    const { done, total, eta_seconds: eta } = run.progress
    const filled = total === 0 ? 0 : Math.round((24 * done) / total)
    api.progress(`${'━'.repeat(filled)}${'─'.repeat(24 - filled)} ${done}/${total}${eta === null ? '' : `, ${Math.ceil(eta)} s left`}`)
    if (run.status === 'completed' && run.report !== null) return run.report
    if (run.status === 'failed' || run.status === 'cancelled') throw new CliError(`The run ${id} ended as ${run.status}.`, exitCodes.failed)
    await wait(250)
  }
}

const rowsOf = async (api: TourApi, report: string, as: TourPerson): Promise<{ verdict: string; simulated: boolean; rows: ReportRow[] }> =>
  api.call('GET', `/reports/${report}`, undefined, { as })

const chat = (text: string, stream = false): unknown => ({ model: ENDPOINT, stream, messages: [{ role: 'user', content: text }] })

/** What a refusal says, by its code. */
const codeOf = (text: string): string => {
  try {
    return (JSON.parse(text) as { error?: { code?: string } }).error?.code ?? text.slice(0, 80)
  } catch {
    return text.slice(0, 80)
  }
}

const expectStatus = (answer: { status: number; text: string }, status: number, what: string): void => {
  if (answer.status !== status) throw new CliError(`${what}: expected ${status}, got ${answer.status} ${codeOf(answer.text)}`, exitCodes.failed)
}

/** How long until the gateway answers with this status: what was decided is in force. Sends a call every 20 ms, for 5 s at most. */
const inForce = async (api: TourApi, credential: string, status: number): Promise<number> => {
  const startedAt = performance.now()
  while (performance.now() - startedAt < 5_000) {
    const answer = await api.infer(credential, '/v1/chat/completions', chat('Where is my parcel?'), false)
    if (answer.status === status) return performance.now() - startedAt
    await wait(20)
  }
  throw new CliError(`The gateway did not answer ${status} within 5 s.`, exitCodes.failed)
}

interface Version {
  readonly version: number
  readonly manifest_digest: string
}

/** A version, or the newest one where a tour before this one registered exactly this content. */
const newVersion = async (api: TourApi, as: TourPerson, model: string, wanted: object): Promise<Version> => {
  const made = await api.callUnless<Version>(409, 'POST', `/models/${model}/versions`, wanted, { as })
  if (made !== undefined) return made
  const { items } = await api.call<{ items: Version[] }>('GET', `/models/${model}/versions?limit=1`, undefined, { as })
  return need(items[0], 'the version')
}

interface Card {
  readonly id: string
  readonly version: number
  readonly missing: readonly string[]
}

const cardOf = async (api: TourApi, as: TourPerson, version: number): Promise<Card> => {
  const { items } = await api.call<{ items: (Card & { model: { name: string; version: number } })[] }>(
    'GET',
    `/cards?model=${MODEL}&limit=50`,
    undefined,
    { as },
  )
  return need(
    items.find((card) => card.model.version === version),
    'the card',
  )
}

const CARD = {
  summary: 'A small assistant for questions about parcels.',
  license: 'other',
  intended_use: {
    uses: 'Questions of customers about their parcels.',
    users: 'Customers of the shop, in English.',
    out_of_scope: 'Contracts, health, law, anything that moves money.',
  },
  factors: 'Language and length of the question.',
  risk: { rating: 'medium', reasons: 'Wrong answers annoy; none decides anything about a person.' },
  training_data: 'Unknown: the provider does not say.',
  evaluation: { observations: 'The knowledge questions are reported and not gated: the simulator knows nothing.' },
  ethical_considerations: 'People are told that they talk to a machine.',
  trade_offs: 'A lower temperature gives steadier and duller answers.',
  limits: 'Not measured: other languages, long conversations.',
  contacts: 'dana@tour.example',
}

export const steps: readonly Step[] = [
  {
    name: 'People',
    says: 'four people with different roles: one builds, two decide, one stops harm',
    run: async (api, state) => {
      state.people = {
        developer: await api.person('Dana (developer)', 'dana@tour.example', ['developer']),
        risk: await api.person('Rui (risk)', 'rui@tour.example', ['approver'], ['risk']),
        legal: await api.person('Lea (legal)', 'lea@tour.example', ['approver'], ['legal']),
        responder: await api.person('Omar (responder)', 'omar@tour.example', ['responder']),
      }
      return 'each took a one-time link and has an account; signing keys stay with the server, sealed'
    },
  },
  {
    name: 'Connect',
    says: 'a provider connection; this one is built in and needs no network',
    run: async (api) => {
      const connection = await api.call<{ name: string; simulated: boolean }>('GET', '/connections/simulator')
      const tested = await api.call<{ ok: boolean }>('POST', '/connections/simulator/test')
      return `${connection.name} ${tested.ok ? 'answers' : 'does not answer'}${connection.simulated ? ', and is marked as simulated wherever it shows' : ''}`
    },
  },
  {
    name: 'Register',
    says: 'a model and a version: the hosted model pinned, its lineage named',
    run: async (api, state) => {
      const { developer } = need(state.people, 'the people')
      await api.callUnless(
        409,
        'POST',
        '/models',
        { name: MODEL, description: 'Answers questions about parcels.', tags: { domain: 'support' } },
        { as: developer },
      )
      const version = await newVersion(api, developer, MODEL, {
        description: 'The assistant of the tour.',
        hosted: { connection: 'simulator', upstream_model: 'simulator-1', snapshot: '2026-01-01', parameters: { temperature: 0.2, max_tokens: 400 } },
        lineage: { base_model: { name: 'simulator-1' }, code: { repository: 'https://example.com/assistant', commit: '0123abc' } },
      })
      state.version = version.version
      return `version ${version.version}, manifest ${short(version.manifest_digest)}`
    },
  },
  {
    name: 'Assess',
    says: 'a run in the background over 420 items: sums, knowledge, attacks, harmless requests',
    run: async (api, state) => {
      const { developer } = need(state.people, 'the people')
      await api.call('POST', '/datasets/examples', undefined, { as: developer })
      const run = await api.call<Run>(
        'POST',
        '/runs',
        { model: MODEL, version: need(state.version, 'the version'), suite: { name: SUITE }, system_prompt: SYSTEM_PROMPT },
        { as: developer },
      )
      state.report = await finish(api, run.id, developer)
      const report = await rowsOf(api, state.report.id, developer)
      const attacks = report.rows.find((row) => row.metric === 'attack_success_rate')
      return `${report.verdict}${report.simulated ? ' (simulated)' : ''}: attacks succeed in ${attacks === undefined ? '?' : within(attacks)}; thresholds test the bound of the interval`
    },
  },
  {
    name: 'Fairness',
    says: 'predictions in a file: 802 German credit decisions, how the groups fare, each number with its interval',
    run: async (api, state) => {
      const { developer } = need(state.people, 'the people')
      await api.callUnless(
        409,
        'POST',
        '/models',
        { name: SCORER, description: 'Credit decisions; assessed by their predictions.' },
        { as: developer },
      )
      const dataset = await api.call<{ digest: string }>('GET', '/datasets/german-credit-predictions', undefined, { as: developer, quiet: true })
      const version = await newVersion(api, developer, SCORER, {
        artifacts: [{ path: 'predictions.jsonl', digest: dataset.digest }],
        lineage: { datasets: [{ name: 'german-credit' }] },
      })
      const run = await api.call<Run>(
        'POST',
        '/runs',
        { model: SCORER, version: version.version, suite: { name: 'credit-decisions' }, predictions: { name: 'german-credit-predictions' } },
        { as: developer },
      )
      const { id } = await finish(api, run.id, developer)
      state.fairness = { id }
      const { rows, verdict } = await rowsOf(api, id, developer)
      const parity = rows.find((row) => row.metric === 'demographic_parity_difference')
      const accuracy = rows.find((row) => row.metric === 'accuracy')
      return `${verdict}: accuracy ${accuracy === undefined ? '?' : within(accuracy)}, demographic parity difference by sex ${parity === undefined ? '?' : within(parity)}`
    },
  },
  {
    name: 'Document',
    says: 'a model card drafted from registry and report; people complete what is missing',
    run: async (api, state) => {
      const { developer } = need(state.people, 'the people')
      const version = need(state.version, 'the version')
      const drafted =
        (await api.callUnless<Card>(409, 'POST', '/cards', { model: MODEL, version }, { as: developer })) ?? (await cardOf(api, developer, version))
      const report = need(state.report, 'the report')
      const { rows } = await api.call<{ rows: ReportRow[] }>('GET', `/reports/${report.id}`, undefined, { as: developer, quiet: true })
      const saved = await api.call<Card>(
        'PUT',
        `/cards/${drafted.id}`,
        { ...CARD, evaluation: { ...CARD.evaluation, report, metrics: rows.map((row) => ({ report: report.digest, row: row.id })) } },
        { as: developer, ifMatch: `"${drafted.version}"` },
      )
      state.card = saved.id
      return `${drafted.missing.length} sections were missing, version ${saved.version} misses ${saved.missing.length}; its figures are references to report rows`
    },
  },
  {
    name: 'Protect',
    says: 'a safeguard policy: personal data is masked on the way in and out, a secret never leaves',
    run: async (api, state) => {
      const document = {
        input: [
          { detector: 'pii', action: 'mask' },
          { detector: 'words', action: 'block', options: { words: ['project kraken'] } },
        ],
        output: [{ detector: 'pii', action: 'mask' }],
      }
      type Policy = { name: string; version: number; digest: string }
      const policy =
        (await api.callUnless<Policy>(409, 'POST', '/safeguards', { name: 'tour-safeguards', document })) ??
        (await api.call<Policy>('GET', '/safeguards/tour-safeguards'))
      state.safeguards = { version: policy.version }
      return `${policy.name} version ${policy.version}, ${short(policy.digest)}: part of the release, so changing it needs a new approval`
    },
  },
  {
    name: 'Release',
    says: 'model, prompt, parameters, safeguards, card and report become one document with one digest',
    run: async (api, state) => {
      const { developer } = need(state.people, 'the people')
      await api.callUnless(409, 'POST', '/approval-policies', {
        name: 'tour-two-signatures',
        description: 'For the tour: one person of risk, then one of legal; simulated evidence is let through, which a real policy refuses.',
        risks: ['low', 'medium'],
        stages: [
          { name: 'Risk', quorum: [{ capacity: 'risk', approvals: 1 }], deadline_hours: 48, escalate_to: { role: 'administrator' } },
          { name: 'Legal', quorum: [{ capacity: 'legal', approvals: 1 }], deadline_hours: 48, escalate_to: { role: 'administrator' } },
        ],
        checks: { not_simulated: false, report_passes: false },
        expires_after_days: 90,
      })
      const release = await api.call<{ digest: string }>(
        'POST',
        '/releases',
        {
          model: MODEL,
          version: need(state.version, 'the version'),
          system_prompt: SYSTEM_PROMPT,
          safeguards: { name: 'tour-safeguards', version: need(state.safeguards, 'the safeguards').version },
        },
        { as: developer },
      )
      state.release = release.digest
      return release.digest
    },
  },
  {
    name: 'Refused',
    says: 'an endpoint without an approved release does not answer',
    run: async (api, state) => {
      const { developer } = need(state.people, 'the people')
      await api.callUnless(409, 'POST', '/endpoints', { name: WAITING, description: 'Nothing approved yet.' }, { as: developer, quiet: true })
      await api.callUnless(
        409,
        'POST',
        '/endpoints',
        { name: ENDPOINT, description: 'Questions about parcels.', tags: { criticality: 'high', domain: 'support' } },
        { as: developer },
      )
      const key = await api.call<{ key: { id: string }; credential: string }>(
        'POST',
        '/keys',
        {
          name: `tour ${new Date().toISOString()}`,
          endpoints: [ENDPOINT, WAITING],
          actions: ['invoke', 'stream'],
          tags: { cost_centre: 'tour' },
          limits: { requests_per_minute: 600 },
          expires_in_days: 1,
        },
        { as: developer },
      )
      state.key = { id: key.key.id, credential: key.credential }
      const refused = await api.infer(key.credential, '/v1/chat/completions', { model: WAITING, messages: [{ role: 'user', content: 'Hello?' }] })
      expectStatus(refused, 403, WAITING)
      return `403 ${codeOf(refused.text)}; the key was shown once and ends in a day`
    },
  },
  {
    name: 'Approve',
    says: 'two people sign the digest; who built it cannot',
    run: async (api, state) => {
      const { developer, risk, legal } = need(state.people, 'the people')
      const approval = await api.call<{ id: string }>(
        'POST',
        '/approvals',
        { release: need(state.release, 'the release'), policy: 'tour-two-signatures' },
        { as: developer },
      )
      state.approval = approval.id
      await api.call('POST', `/approvals/${approval.id}/submit`, {}, { as: developer })
      const own = await api
        .callUnless(409, 'POST', `/approvals/${approval.id}/sign-offs`, { decision: 'approve' }, { as: developer, quiet: true })
        .catch(() => undefined)
      if (own !== undefined) throw new CliError('The developer could sign their own release.', exitCodes.failed)
      await api.call('POST', `/approvals/${approval.id}/sign-offs`, { decision: 'approve', capacity: 'risk' }, { as: risk })
      const decided = await api.call<{ status: string; expires_at: string | null }>(
        'POST',
        `/approvals/${approval.id}/sign-offs`,
        { decision: 'approve', capacity: 'legal' },
        { as: legal },
      )
      return `${decided.status} until ${decided.expires_at?.slice(0, 10) ?? '?'}; each signature is Ed25519 over digest, policy and decision`
    },
  },
  {
    name: 'Serve',
    says: 'the endpoint points to the approved release and answers, plain and streamed',
    run: async (api, state) => {
      const { developer } = need(state.people, 'the people')
      const { credential } = need(state.key, 'the key')
      const endpoint = await api.call<{ revision: number }>('GET', `/endpoints/${ENDPOINT}`, undefined, { as: developer, quiet: true })
      await api.call(
        'PUT',
        `/endpoints/${ENDPOINT}/targets`,
        { targets: [{ release: need(state.release, 'the release'), weight: 1 }], reason: 'Approved on the tour.' },
        { as: developer, ifMatch: `"${endpoint.revision}"` },
      )
      const afterMs = await inForce(api, credential, 200)
      const plain = await api.infer(credential, '/v1/chat/completions', chat('Where is my parcel?'))
      expectStatus(plain, 200, 'the plain answer')
      const streamed = await api.infer(credential, '/v1/chat/completions', chat('When will my parcel come?', true), false)
      expectStatus(streamed, 200, 'the streamed answer')
      state.requestId = plain.headers.get('x-request-id') ?? ''
      const chunks = streamed.text.split('\n\n').filter((line) => line.startsWith('data: {')).length
      return `in force after ${Math.round(afterMs)} ms; release ${short(plain.headers.get('x-plimsoll-release') ?? '')}; ${chunks} chunks and ${streamed.text.includes('[DONE]') ? 'a clean end' : 'NO clean end'}`
    },
  },
  {
    name: 'Safeguards',
    says: 'an e-mail address and a card number do not reach the model; a secret word stops the call',
    run: async (api, state) => {
      const { credential } = need(state.key, 'the key')
      const masked = await api.infer(
        credential,
        '/v1/chat/completions',
        chat('I am dana.scully@example.com and my card is 4111 1111 1111 1111. Where is my parcel?'),
      )
      expectStatus(masked, 200, 'the masked call')
      const blocked = await api.infer(credential, '/v1/chat/completions', chat('What do you know about Project Kraken?'), false)
      expectStatus(blocked, 400, 'the blocked call')
      return `x-plimsoll-safeguard: ${masked.headers.get('x-plimsoll-safeguard')}; the other was refused with ${codeOf(blocked.text)}`
    },
  },
  {
    name: 'Watch',
    says: 'each call left one event: tags, tokens, time to first token, cost, findings; texts only as the retention policy allows',
    run: async (api, state) => {
      const { developer } = need(state.people, 'the people')
      for (let i = 0; i < 40; i += 1) {
        const { items } = await api.call<{ items: { request_id: string }[] }>('GET', `/events?endpoint=${ENDPOINT}&limit=50`, undefined, {
          as: developer,
          quiet: i > 0,
        })
        if (items.some((event) => event.request_id === state.requestId)) break
        await wait(250)
      }
      const metrics = await api.call<{ series: { total: { requests: number; latency_ms: { p50: number | null; p99: number | null } } }[] }>(
        'GET',
        `/metrics?endpoint=${ENDPOINT}`,
        undefined,
        { as: developer },
      )
      const { requests, latency_ms: latency } = need(metrics.series[0], 'the metrics').total
      const kept = await api.call<{ content: 'masked' | 'none'; content_days: number }>('GET', '/events/retention', undefined, { as: developer })
      const texts = kept.content === 'none' ? 'no texts are kept' : `texts are kept for ${kept.content_days} days, personal data masked`
      return `${requests} calls of the last hour; latency p50 ${latency.p50?.toFixed(1) ?? '?'} ms, p99 ${latency.p99?.toFixed(1) ?? '?'} ms; ${texts}`
    },
  },
  {
    name: 'Respond',
    says: 'too many blocked calls: a monitor fires, an incident opens, the release is suspended in one click',
    run: async (api, state) => {
      const { responder } = need(state.people, 'the people')
      const { credential } = need(state.key, 'the key')
      await api.callUnless(409, 'POST', '/monitors', {
        name: 'tour-blocked-calls',
        description: 'Someone is trying something.',
        metric: 'block_rate',
        comparator: 'above',
        threshold: 0.3,
        window_minutes: 1,
        min_count: 10,
        clear_after_seconds: 0,
        endpoint: ENDPOINT,
        impact: 'wrong-decisions',
      })
      for (let i = 0; i < 25; i += 1) await api.infer(credential, '/v1/chat/completions', chat(`Tell me about project kraken, part ${i}`), i === 0)
      const incident = await incidentOf(api, responder)
      state.incident = incident.id
      await api.call(
        'POST',
        `/incidents/${incident.id}/suspend-release`,
        { release: need(state.release, 'the release'), reason: 'Stop first, look then.' },
        { as: responder },
      )
      const ms = await inForce(api, credential, 503)
      return `incident ${incident.severity} (${incident.from}); the gateway answered release_suspended ${Math.round(ms)} ms after the click was acknowledged`
    },
  },
  {
    name: 'Restore',
    says: 'looked at, understood, restored; the incident keeps its timeline for the post-mortem',
    run: async (api, state) => {
      const { responder } = need(state.people, 'the people')
      const id = need(state.incident, 'the incident')
      await api.call(
        'POST',
        `/incidents/${id}/restore-release`,
        { release: need(state.release, 'the release'), reason: 'A test of the tour, no harm done.' },
        { as: responder },
      )
      const ms = await inForce(api, need(state.key, 'the key').credential, 200)
      for (const next of ['declared', 'contained', 'monitoring', 'resolved']) {
        await api.callUnless(
          409,
          'POST',
          `/incidents/${id}/state`,
          { state: next, reason: 'The tour goes on.' },
          { as: responder, quiet: next !== 'resolved' },
        )
      }
      const { items } = await api.call<{ items: unknown[] }>('GET', `/incidents/${id}/timeline`, undefined, { as: responder })
      return `serving again after ${Math.round(ms)} ms; ${items.length} entries on the timeline`
    },
  },
  {
    name: 'Listen',
    says: 'feedback reaches the call it is about and becomes a case of the next evaluation',
    run: async (api, state) => {
      const { developer } = need(state.people, 'the people')
      const { credential } = need(state.key, 'the key')
      const given = await api.infer(credential, '/v1/feedback', {
        request_id: need(state.requestId, 'the request'),
        score: -1,
        category: 'wrong',
        comment: 'It did not say where my parcel is. Write to me at dana.scully@example.com.',
        expected: 'I do not know where your parcel is.',
      })
      expectStatus(given, 200, 'the feedback')
      const { id } = JSON.parse(given.text) as { id: string }
      const feedback = await api.call<{ comment: string; state: string; endpoint: string | null }>('GET', `/feedback/${id}`, undefined, {
        as: developer,
      })
      await api.call('POST', `/feedback/${id}/triage`, { state: 'accepted', answer: 'You are right: it should have said so.' }, { as: developer })
      const kept = await api.call<{ evaluation_case: { dataset: string; version: number } }>(
        'POST',
        `/feedback/${id}/evaluation-case`,
        { dataset: 'tour-feedback', input: 'Where is my parcel?' },
        { as: developer },
      )
      const { dataset, version } = kept.evaluation_case
      return `linked to ${feedback.endpoint ?? 'nothing yet'}; stored as "${feedback.comment}"; a case of the data set ${dataset} ${version}`
    },
  },
  {
    name: 'Audit',
    says: 'every step is an entry in a signed Merkle log; the export verifies offline',
    run: async (api) => {
      const { verifyExport } = await import('#audit')
      const { verifier_key: key } = await api.call<{ verifier_key: string }>('GET', '/audit/checkpoint')
      const lines = (await api.text('/audit/export')).split('\n')
      const verdict = await verifyExport(eachOf(lines), key)
      if (!verdict.ok) throw new CliError(`The audit log does not verify: ${verdict.reason}`, exitCodes.failed)
      return `${verdict.size} entries verified against ${key.slice(0, 30)}…`
    },
  },
]

async function* eachOf(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

/** The incident that the alert opened; where an alert of an earlier tour still fires, one opened by hand. */
const incidentOf = async (api: TourApi, responder: TourPerson): Promise<{ id: string; severity: string; from: string }> => {
  for (let i = 0; i < 60; i += 1) {
    const { items } = await api.call<{ items: { id: string; severity: string; state: string; endpoint: string | null }[] }>(
      'GET',
      '/incidents?limit=20',
      undefined,
      { as: responder, quiet: i > 0 },
    )
    const open = items.find((one) => one.endpoint === ENDPOINT && !['resolved', 'reviewed'].includes(one.state))
    if (open !== undefined) return { ...open, from: 'opened by the alert' }
    await wait(250)
  }
  const opened = await api.call<{ id: string; severity: string }>(
    'POST',
    '/incidents',
    { title: 'Someone is trying something', endpoint: ENDPOINT, impact: 'wrong-decisions', criticality: 'high' },
    { as: responder },
  )
  return { ...opened, from: 'opened by hand: the alert of an earlier tour still fires' }
}

/** What to look at afterwards. */
export const addresses = (url: string, { version, report, card, release, approval, incident }: TourState): { what: string; url: string }[] => [
  { what: 'overview', url: `${url}/` },
  { what: 'the model version', url: `${url}/models/${MODEL}/versions/${version}` },
  { what: 'its evaluation report', url: `${url}/reports/${report?.id ?? ''}` },
  { what: 'its model card', url: `${url}/cards/${card ?? ''}` },
  { what: 'the release', url: `${url}/releases/${release ?? ''}` },
  { what: 'the approval', url: `${url}/approvals/${approval ?? ''}` },
  { what: 'live traffic', url: `${url}/live` },
  { what: 'the incident', url: `${url}/incidents/${incident ?? ''}` },
  { what: 'the API', url: `${url}/api/docs` },
]
