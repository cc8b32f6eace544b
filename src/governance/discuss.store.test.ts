import { describe, expect, it } from 'vitest'
import { expectAudit } from '../../test/support/audit.ts'
import { governed } from '../../test/support/governed.ts'
import { testPlatform } from '../../test/support/platform.ts'
import { commentThread, listThreads, openThread, resolveThread } from './discuss.ts'
import { getApproval } from './read-approvals.ts'
import { signOff } from './sign-off.ts'

const platform = await testPlatform()

describe('a discussion', async () => {
  const g = await governed(platform, 'discussions')
  const [risk1, risk2] = g.risk

  it('is anchored to a report row, and holds the approval back until it is resolved', async () => {
    const id = await g.inReview(await g.release())
    const thread = await openThread(risk1.ctx, { approval: id, row: 'accuracy', text: 'why so low?' }, g.evidence)
    expect(thread).toMatchObject({ anchor: { row: 'accuracy' }, comments: [{ text: 'why so low?', by: risk1.id }], resolved_at: null })
    await expectAudit(risk1.ctx, 'governance.open-thread', thread.id)
    await expect(signOff(risk2.ctx, { id, decision: 'approve' })).rejects.toMatchObject({ code: 'threads_open' })
    await commentThread(g.developer.ctx, { approval: id, thread: thread.id, text: 'few samples' })
    await expect(resolveThread(g.developer.ctx, { approval: id, thread: thread.id })).rejects.toMatchObject({ code: 'thread_not_yours' })
    await resolveThread(risk2.ctx, { approval: id, thread: thread.id })
    await expect(resolveThread(risk2.ctx, { approval: id, thread: thread.id })).rejects.toMatchObject({ code: 'thread_resolved' })
    await signOff(risk2.ctx, { id, decision: 'approve' })
    await commentThread(g.responder.ctx, { approval: id, thread: thread.id, text: 'one more thing' })
    await expect(signOff(risk1.ctx, { id, decision: 'approve' })).rejects.toMatchObject({ code: 'threads_open' })
    expect((await listThreads(risk1.ctx, id)).items[0]?.comments).toHaveLength(3)
  })

  it('has no anchor that the report lacks, no empty text, and no other project', async () => {
    const id = await g.inReview(await g.release())
    await expect(openThread(risk1.ctx, { approval: id, row: 'none', text: 'x' }, g.evidence)).rejects.toMatchObject({ issues: [{ path: 'row' }] })
    await expect(openThread(risk1.ctx, { approval: id, text: '' }, g.evidence)).rejects.toMatchObject({ issues: [{ path: 'text' }] })
    const elsewhere = await governed(platform, 'discussions-2')
    await expect(listThreads(elsewhere.legal.ctx, id)).rejects.toMatchObject({ code: 'not_found' })
    const other = await elsewhere.inReview(await elsewhere.release())
    const thread = await openThread(risk1.ctx, { approval: id, text: 'x' }, g.evidence)
    await expect(resolveThread(elsewhere.legal.ctx, { approval: other, thread: thread.id })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('that opens while the last one signs either comes after the approval or stops it', async () => {
    const id = await g.inReview(await g.release())
    for (const who of [risk1, risk2]) await signOff(who.ctx, { id, decision: 'approve' })
    const [signed] = await Promise.allSettled([
      signOff(g.legal.ctx, { id, decision: 'approve' }),
      openThread(risk1.ctx, { approval: id, text: 'wait' }, g.evidence),
    ])
    const { status } = await getApproval(risk1.ctx, id)
    expect(status).toBe(signed.status === 'fulfilled' ? 'approved' : 'in_review')
  })
})
