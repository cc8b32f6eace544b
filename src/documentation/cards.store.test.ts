import { describe, expect, it } from 'vitest'
import { expectAudit } from '../../test/support/audit.ts'
import { registeredVersion, row, testEvidence } from '../../test/support/evidence.ts'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import { type Card, CardContent, CardEdit } from './card.ts'
import { draftCard } from './draft-card.ts'
import { exportCard } from './export-card.ts'
import { diffCard, getCard, getCardVersion, listCards } from './read-cards.ts'
import { documentationRoutes } from './routes.ts'
import { saveCard } from './save-card.ts'

const platform = await testPlatform()
const evidence = testEvidence()
const developer = as(platform, person(['developer'], { id: 'per_dev' }))

const complete = (card: Card): CardContent => ({
  ...card.content,
  intended_use: { uses: 'Invoices.', users: 'Clerks.', out_of_scope: 'Medical advice.' },
  factors: 'Language.',
  risk: { rating: 'medium', reasons: 'Money.' },
  evaluation: { ...card.content.evaluation, observations: 'Good enough.' },
  ethical_considerations: 'None known.',
  trade_offs: 'Speed for accuracy.',
  limits: 'Only English.',
  contacts: 'ml@example.com',
})

const drafted = async (): Promise<Card> => {
  const version = await registeredVersion(developer)
  evidence.addReport(version, { rows: [row('accuracy', 0.91), row('refusals', null, 'inconclusive', { group: 'a|b' })] })
  return draftCard(developer, { model: version.model, version: version.version }, evidence)
}

describe('a model card', () => {
  it('is drafted from registry and report, says what is missing, and leaves its audit entry', async () => {
    const card = await drafted()
    expect(card).toMatchObject({
      version: 1,
      content: { summary: 'Answers questions about invoices.' },
      authors: ['per_dev'],
      stale: null,
      metrics: [
        { row: 'accuracy', found: true, value: 0.91, interval: { low: 0.86 } },
        { row: 'refusals', value: null, verdict: 'inconclusive' },
      ],
    })
    expect(card.content.training_data).toContain('acme/invoices')
    expect(card.missing).toEqual(expect.arrayContaining(['intended_use.uses', 'risk.rating', 'limits']))
    expect(card.missing).not.toContain('evaluation.report')
    await expectAudit(developer, 'documentation.draft-card', card.id)
  })

  it('exists once for a model version, even when two people draft at once', async () => {
    const version = await registeredVersion(developer)
    const input = { model: version.model, version: 1 }
    const results = await Promise.allSettled([1, 2, 3].map(() => draftCard(developer, input, evidence)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(draftCard(developer, input, evidence)).rejects.toMatchObject({ code: 'card_exists' })
    expect((await listCards(developer, { limit: 10, model: version.model })).items).toHaveLength(1)
  })

  it('holds a typed number nowhere: metrics are references, and unknown fields are refused by name', async () => {
    const card = await drafted()
    const content = { ...card.content, evaluation: { ...card.content.evaluation, metrics: [{ report: 'x', row: 'accuracy', value: 0.99 }] } }
    await expect(saveCard(developer, { id: card.id, content, if_match: '"1"' }, evidence)).rejects.toMatchObject({
      code: 'invalid_request',
      issues: expect.arrayContaining([{ path: 'evaluation.metrics.0.report', message: expect.any(String) }]),
    })
  })

  it('becomes a new version with each save, and the old one stays', async () => {
    const card = await drafted()
    const saved = await saveCard(developer, { id: card.id, content: complete(card), if_match: '"1"' }, evidence)
    expect(saved).toMatchObject({ version: 2, risk: 'medium', missing: [] })
    expect(saved.digest).not.toBe(card.digest)
    expect((await getCardVersion(developer, card.id, 1)).digest).toBe(card.digest)
    await expectAudit(developer, 'documentation.save-card', card.id)
    const { changes } = await diffCard(developer, card.id, 1, 2)
    expect(changes).toContainEqual({ path: 'risk.rating', before: 'unknown', after: 'medium' })
    expect(changes.map(({ path }) => path)).not.toContain('summary')
  })

  it('keeps what a save does not speak of, its report above all', async () => {
    const card = await drafted()
    const save = (version: number, content: unknown) => saveCard(developer, { id: card.id, content, if_match: `"${version}"` }, evidence)
    const observed = await save(1, { evaluation: { observations: 'Good enough.' }, risk: { rating: 'low' } })
    expect(observed.content).toEqual({
      ...card.content,
      risk: { ...card.content.risk, rating: 'low' },
      evaluation: { ...card.content.evaluation, observations: 'Good enough.' },
    })
    expect(observed.content.evaluation.report).not.toBeNull()
    const cleared = await save(2, { evaluation: { report: null, metrics: [], observations: '' } })
    expect(cleared.content.evaluation).toEqual({ report: null, metrics: [], observations: '' })
    expect(cleared.missing).toContain('evaluation.report')
  })

  it('may be edited in everything that it holds', () => {
    const keys = (schema: { shape: object }) => Object.keys(schema.shape).sort()
    expect(keys(CardEdit)).toEqual(keys(CardContent))
    for (const section of ['intended_use', 'risk', 'evaluation'] as const)
      expect(keys(CardEdit.shape[section].unwrap())).toEqual(keys(CardContent.shape[section].unwrap()))
  })

  it('is not saved over somebody else: If-Match is asked for, and only one of two editors wins', async () => {
    const card = await drafted()
    const save = (limits: string, if_match?: string) => saveCard(developer, { id: card.id, content: { ...card.content, limits }, if_match }, evidence)
    await expect(save('a')).rejects.toMatchObject({ code: 'precondition_required' })
    const results = await Promise.allSettled(['b', 'c', 'd'].map((limits) => save(limits, '"1"')))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(save('e', '"1"')).rejects.toMatchObject({ code: 'precondition_failed' })
    expect((await getCard(developer, card.id, evidence)).version).toBe(2)
  })

  it('changes nothing when what is saved is there already', async () => {
    const card = await drafted()
    expect(await saveCard(developer, { id: card.id, content: card.content, if_match: '"1"' }, evidence)).toEqual(card)
  })

  it('quotes only its own model version, and only rows that exist', async () => {
    const card = await drafted()
    const other = evidence.addReport(await registeredVersion(developer))
    const quoting = (report: string, rowId: string) =>
      saveCard(
        developer,
        {
          id: card.id,
          content: { ...card.content, evaluation: { ...card.content.evaluation, metrics: [{ report, row: rowId }] } },
          if_match: '"1"',
        },
        evidence,
      )
    await expect(quoting(other.digest, 'accuracy')).rejects.toMatchObject({ code: 'report_of_another_model' })
    const own = card.content.evaluation.report?.digest ?? ''
    await expect(quoting(own, 'invented')).rejects.toMatchObject({ code: 'metric_not_in_report', issues: [{ path: 'evaluation.metrics.0.row' }] })
    await expect(draftCard(developer, { model: card.model.name, version: 1, report: other.id }, evidence)).rejects.toMatchObject({
      code: 'report_of_another_model',
    })
  })

  it('is stale once there is a newer report', async () => {
    const card = await drafted()
    const version = await evidence.version(developer, card.model.name, 1)
    const newer = evidence.addReport(version, { rows: [row('accuracy', 0.5)] })
    expect((await getCard(developer, card.id, evidence)).stale).toEqual({ report: { id: newer.id, digest: newer.digest } })
  })

  it('is not drafted by an auditor, and not seen from another project', async () => {
    await expect(draftCard(as(platform, 'auditor'), {}, evidence)).rejects.toMatchObject({ code: 'permission_denied' })
    const card = await drafted()
    const elsewhere = as(platform, 'developer', 'elsewhere')
    await expect(getCard(elsewhere, card.id, evidence)).rejects.toMatchObject({ code: 'not_found' })
    await expect(saveCard(elsewhere, { id: card.id, content: card.content, if_match: '*' }, evidence)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('an exported card', () => {
  it('is Hugging Face Markdown whose front matter no text can break', async () => {
    const card = await drafted()
    const content = { ...card.content, license: 'mit"\n---\nevil: true', limits: 'x | y' }
    await saveCard(developer, { id: card.id, content, if_match: '"1"' }, evidence)
    const { text, fileName } = await exportCard(developer, { id: card.id, version: 2, format: 'huggingface' }, evidence)
    expect(fileName).toMatch(/^model-\d+-v1-card-2\.md$/)
    // Each line is a key and a JSON value, which YAML 1.2 reads as it stands.
    const lines = (text.split('\n---\n')[0]?.slice(4) ?? '').split('\n')
    const front = Object.fromEntries(lines.map((line) => [line.split(':')[0], JSON.parse(line.slice(line.indexOf(':') + 1)) as unknown]))
    expect(front).toMatchObject({
      license: 'mit"\n---\nevil: true',
      base_model: 'acme/base',
      'model-index': [{ results: [{ dataset: { name: 'questions' }, metrics: [{ type: 'quasi_exact_match', value: 0.91, args: { n: 200 } }] }] }],
    })
    expect(front).not.toHaveProperty('evil')
    expect(text).toContain('| quasi_exact_match | questions | a\\|b | undefined |')
  })

  it('is one page that runs nothing and fetches nothing', async () => {
    const card = await drafted()
    const hostile = '<script>alert(1)</script> ![x](https://evil.example/x.png) [y](javascript:alert(1))'
    await saveCard(developer, { id: card.id, content: { ...card.content, limits: hostile, license: hostile }, if_match: '"1"' }, evidence)
    const { text } = await exportCard(developer, { id: card.id, version: 2, format: 'html' }, evidence)
    expect(text).not.toContain('<script')
    expect(text).not.toContain('<img')
    expect(text).not.toMatch(/href="javascript/)
    expect(text).toContain('0.86 to 0.96')
    expect(text).toContain("default-src 'none'")
  })

  it('says that a simulated evaluation is simulated', async () => {
    const version = await registeredVersion(developer)
    evidence.addReport(version, { simulated: true })
    const card = await draftCard(developer, { model: version.model, version: 1 }, evidence)
    expect(card.content.limits).toContain('simulator')
    expect((await exportCard(developer, { id: card.id, version: 1, format: 'html' }, evidence)).text).toContain('Simulated:')
  })
})

describe('the card routes', async () => {
  const app = await testServer(platform, documentationRoutes(evidence))
  const headers = actingAs(person(['developer']))

  it('give an ETag, ask for it back, and send exports as files', async () => {
    const version = await registeredVersion(developer)
    const made = await app.inject({ method: 'POST', url: '/api/v1/cards', headers, payload: { model: version.model, version: 1 } })
    expect([made.statusCode, made.headers.etag]).toEqual([201, '"1"'])
    const { id, content } = made.json() as Card
    const url = `/api/v1/cards/${id}`
    const payload = { ...content, limits: 'new' }
    expect((await app.inject({ method: 'PUT', url, headers, payload })).statusCode).toBe(428)
    expect((await app.inject({ method: 'PUT', url, headers: { ...headers, 'if-match': '"9"' }, payload })).statusCode).toBe(412)
    const saved = await app.inject({ method: 'PUT', url, headers: { ...headers, 'if-match': '"1"' }, payload })
    expect([saved.statusCode, saved.headers.etag]).toEqual([200, '"2"'])
    const page = await app.inject({ method: 'GET', url: `${url}/versions/2/export?format=html`, headers })
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'content-disposition': expect.stringContaining('attachment') })
    const versions = await app.inject({ method: 'GET', url: `${url}/versions?limit=1`, headers })
    expect(versions.json()).toMatchObject({ items: [{ version: 2 }], next_cursor: expect.any(String) })
    const forged = Buffer.from(JSON.stringify(['9'.repeat(40)])).toString('base64url')
    expect((await app.inject({ method: 'GET', url: `${url}/versions?cursor=${forged}`, headers })).statusCode).toBe(200)
    const diff = await app.inject({ method: 'GET', url: `${url}/diff?from=1&to=2`, headers })
    expect(diff.json()).toEqual({ from: 1, to: 2, changes: [{ path: 'limits', before: '', after: 'new' }] })
  })

  it('answer what is wrong with its field', async () => {
    const get = (url: string) => app.inject({ method: 'GET', url: `/api/v1/cards/${url}`, headers })
    expect((await get('none')).statusCode).toBe(404)
    expect((await get('none/versions/99999999999')).json()).toMatchObject({ code: 'invalid_request', errors: [{ path: 'version' }] })
    expect((await get('none/diff?from=1')).json()).toMatchObject({ errors: [{ path: 'to' }] })
  })
})
