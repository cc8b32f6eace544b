import { describe, expect, it } from 'vitest'
import { expectAudit } from '../../test/support/audit.ts'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import { createModel, getModel, listModels } from './index.ts'
import { registryRoutes } from './routes.ts'

const platform = await testPlatform()
const developer = as(platform, 'developer')

describe('a model', () => {
  it('is registered once, with its audit entry', async () => {
    const model = await createModel(developer, { name: 'credit-scorer', tags: { domain: 'lending' } })
    expect(await getModel(developer, 'credit-scorer')).toEqual(model)
    await expectAudit(developer, 'registry.create-model', model.id)
    await expect(createModel(developer, { name: 'credit-scorer' })).rejects.toMatchObject({ code: 'model_exists' })
  })

  it('is registered once when two people ask at the same moment', async () => {
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => createModel(developer, { name: 'raced' })))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  it('is not registered by an auditor', async () => {
    await expect(createModel(as(platform, 'auditor'), { name: 'x' })).rejects.toMatchObject({ code: 'permission_denied' })
  })

  it('is refused with the path of the wrong field', async () => {
    await expect(createModel(developer, { name: 'Has Spaces' })).rejects.toMatchObject({ code: 'invalid_request', issues: [{ path: 'name' }] })
  })

  it('stays in its project', async () => {
    await createModel(as(platform, 'developer', 'elsewhere'), { name: 'only-elsewhere' })
    await expect(getModel(developer, 'only-elsewhere')).rejects.toMatchObject({ code: 'not_found' })
    expect((await listModels(as(platform, 'developer', 'elsewhere'), { limit: 10 })).items.map((model) => model.name)).toEqual(['only-elsewhere'])
  })

  it('is listed in pages by name', async () => {
    const ctx = as(platform, 'developer', 'paged')
    for (const name of ['a', 'b', 'c']) await createModel(ctx, { name })
    const first = await listModels(ctx, { limit: 2 })
    expect(first.items.map((model) => model.name)).toEqual(['a', 'b'])
    const second = await listModels(ctx, { limit: 2, cursor: first.next_cursor ?? '' })
    expect(second).toMatchObject({ items: [{ name: 'c' }], next_cursor: null })
  })
})

describe('the routes', async () => {
  const app = await testServer(platform, registryRoutes())
  it('answer 401 without a caller, 403 without the role, 400 with the field, 404 for the unknown', async () => {
    expect((await app.inject({ method: 'GET', url: '/api/v1/models' })).statusCode).toBe(401)
    expect(
      (await app.inject({ method: 'POST', url: '/api/v1/models', payload: { name: 'x' }, headers: actingAs(person(['auditor'])) })).statusCode,
    ).toBe(403)
    const wrong = await app.inject({ method: 'POST', url: '/api/v1/models', payload: { name: 7 }, headers: actingAs(person(['developer'])) })
    expect(wrong.json()).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ path: 'name' }] })
    expect((await app.inject({ method: 'GET', url: '/api/v1/models/none', headers: actingAs(person(['auditor'])) })).statusCode).toBe(404)
  })

  it('answer a repeated Idempotency-Key with the first answer', async () => {
    const headers = { ...actingAs(person(['developer'], { id: 'per_same' })), 'idempotency-key': 'k1' }
    const first = await app.inject({ method: 'POST', url: '/api/v1/models', payload: { name: 'once' }, headers })
    const second = await app.inject({ method: 'POST', url: '/api/v1/models', payload: { name: 'once' }, headers })
    expect([first.statusCode, second.statusCode]).toEqual([201, 201])
    expect(second.json()).toEqual(first.json())
    const other = await app.inject({ method: 'POST', url: '/api/v1/models', payload: { name: 'twice' }, headers })
    expect(other.json()).toMatchObject({ code: 'idempotency_mismatch' })
  })
})
