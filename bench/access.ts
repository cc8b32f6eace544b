/** What access control costs a request: `node bench/access.ts`. One core, no I/O; figures are microseconds a call, the best of five rounds. */
import { authenticateKey, authorize, compileAccess, createLimiter, presentedCredential } from '#access/hot'
import { credentialOf, hashSecret, newSecret } from '../src/access/keys/credential.ts'

const PEPPER = 'bench'
const POLICIES = Array.from({ length: 60 }, (_, i) => ({
  name: `domain-${i}`,
  version: 1,
  source: `forbid (principal, action, resource) when { context.domain == "domain-${i}" && !context.ip.isInRange(ip("10.0.0.0/8")) };`,
}))

const makeKey = (n: number) => {
  const id = `key_${String(n).padStart(26, '0')}`
  const secret = newSecret()
  const row = {
    id,
    project: 'default',
    name: `key ${n}`,
    owner: 'per_bench',
    endpoints: ['chat', 'search'],
    actions: ['invoke', 'stream', 'embed'] as const,
    tags: { criticality: 'high' as const, domain: 'billing', compliance: null, cost_centre: null },
    limits: { requests_per_minute: 1_000_000, tokens_per_day: 1_000_000_000_000 },
    networks: ['10.0.0.0/8', '2001:db8::/32'],
    secrets: [{ hash: hashSecret(PEPPER, secret).toString('hex'), notAfterMs: null }],
    expiresAtMs: Date.now() + 86_400_000,
  }
  return { row, credential: credentialOf(id, secret) }
}

const best = (calls: number, work: (i: number) => void): string => {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round += 1) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < calls; i += 1) work(i)
    least = Math.min(least, Number(process.hrtime.bigint() - start) / calls / 1_000)
  }
  return least.toFixed(2)
}

const keys = Array.from({ length: 1_000 }, (_, n) => makeKey(n))
const rows = { keys: keys.map(({ row }) => row), policies: POLICIES, networks: [], pepper: PEPPER }
const table = compileAccess(rows)
const limiter = createLimiter()
const nowMs = Date.now()
const { credential } = keys[0]!
const rawHeaders = [
  'Host',
  'localhost',
  'Content-Type',
  'application/json',
  'User-Agent',
  'OpenAI/JS 7.57.0',
  'Authorization',
  `Bearer ${credential}`,
]
const principal = authenticateKey(table, credential, '10.1.2.3', nowMs)
if ('code' in principal) throw new Error(principal.code)
const facts = { remoteIp: '10.1.2.3', nowMs, tags: principal.tags, release: 'sha256:0' }

const admit = (i: number): void => {
  const presented = presentedCredential(rawHeaders)
  const who = typeof presented === 'string' ? authenticateKey(table, presented, '10.1.2.3', nowMs) : presented
  if ('code' in who || !authorize(table, who, 'invoke', 'chat', facts).allowed) throw new Error('refused')
  const held = limiter.reserve(who, nowMs + i, 500)
  if (held.ok) limiter.settle(held.reservation, 300)
}

console.table({
  'find the credential': best(200_000, () => presentedCredential(rawHeaders)),
  'authenticate (checksum, HMAC, expiry, network)': best(200_000, () => authenticateKey(table, credential, '10.1.2.3', nowMs)),
  'refuse a mistyped key': best(200_000, () => authenticateKey(table, `${credential.slice(0, -1)}!`, '10.1.2.3', nowMs)),
  'authorize, decided before': best(200_000, () => authorize(table, principal, 'invoke', 'chat', facts)),
  'authorize, first time (Cedar, 62 policies)': best(200, (i) =>
    authorize(table, principal, 'invoke', 'chat', { ...facts, remoteIp: `10.${nowMs % 200}.${i}.${Math.floor(Math.random() * 255)}` }),
  ),
  'reserve and settle': best(200_000, (i) => {
    const held = limiter.reserve(principal, nowMs + i, 500)
    if (held.ok) limiter.settle(held.reservation, 300)
  }),
  'all of it': best(200_000, admit),
  'compile 1,000 keys, policies unchanged': best(5, () => compileAccess(rows)),
})
