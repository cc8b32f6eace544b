/** What an operation of the API is called on the command line: the nouns of its path, then a verb. */
import { answersList, type OpenApi, type Operation } from './openapi.ts'

/** Paths whose last noun is what is done: the command says the verb. */
const RENAMED: Readonly<Record<string, string>> = {
  'approvals sign-offs': 'approvals sign-off',
  'approvals threads comments': 'approvals threads comment',
  'incidents notes': 'incidents note',
  'incidents steps create': 'incidents steps run',
  'datasets examples': 'datasets add-examples',
}

const VERBS: Readonly<Record<string, string>> = { get: 'get', post: 'create', put: 'set', patch: 'update', delete: 'delete' }

const verbOf = (document: OpenApi, path: string, method: string, operation: Operation, depth: number): string | undefined => {
  const methods = Object.keys(document.paths[path] ?? {})
  const hasChildren = Object.keys(document.paths).some((other) => other.startsWith(`${path}/{`))
  if (path.endsWith('}')) return VERBS[method]
  // What is only read, or only posted to, is itself the verb: `runs items`, `audit export`, `approvals submit`.
  if (depth > 1 && methods.length === 1 && !hasChildren && (method === 'get' || method === 'post')) return undefined
  return method === 'get' && answersList(document, operation) ? 'list' : VERBS[method]
}

/** `GET /models` -> models list; `POST /models/{name}/versions` -> models versions create; `POST /keys/{id}/rotate` -> keys rotate. */
export const wordsOf = (document: OpenApi, path: string, method: string, operation: Operation): string[] => {
  const nouns = path.replace('/api/v1/', '').split('/')
  const words = nouns.filter((part) => !part.startsWith('{'))
  const verb = verbOf(document, path, method, operation, words.length)
  const all = (verb === undefined ? words : [...words, verb]).join(' ')
  return (RENAMED[all] ?? all).split(' ')
}

/** The voyage's order, for the help. */
export const GROUPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Before a call is answered:': {
    connections: 'providers and their credentials',
    models: 'models, their versions and aliases',
    artifacts: 'files by digest',
    lineage: 'what a version stands on, and what stands on it',
    datasets: 'data that assessments run on',
    suites: 'what is measured, and its bounds',
    runs: 'assess a model version',
    reports: 'what an assessment found',
    cards: 'model cards',
    decisions: 'why something was chosen',
    'approval-policies': 'who has to sign what',
    releases: 'what may be served, under one digest',
    approvals: 'ask for a sign-off, decide, discuss',
    waivers: 'exceptions, signed and for a while',
    endpoints: 'the names that clients call',
  },
  'While calls are answered:': {
    keys: 'API keys of applications',
    'access-policies': 'Cedar policies',
    limits: 'requests and tokens of keys without their own',
    'network-rules': 'from where keys may be used',
    safeguards: 'policies that mask and block, and their detectors',
  },
  'After:': {
    events: 'each call, one event',
    metrics: 'latency, errors, tokens, cost over time',
    monitors: 'thresholds on metrics',
    alerts: 'what crossed one',
    incidents: 'stop harm, then find out why',
    runbooks: 'steps prepared for an incident',
    feedback: 'what people say about answers',
  },
  'Under all of it:': {
    audit: 'the signed log of every change',
    principals: 'people, their roles and capacities',
    roles: 'what each role may do',
    session: 'who is signed in',
    configuration: 'what the configuration file brought about',
  },
}

export const aboutNoun = (noun: string): { group: string; text: string } | undefined => {
  const found = Object.entries(GROUPS).find(([, nouns]) => nouns[noun] !== undefined)
  return found === undefined ? undefined : { group: found[0], text: found[1][noun] ?? '' }
}
