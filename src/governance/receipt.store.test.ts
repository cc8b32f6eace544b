import { describe, expect, it } from 'vitest'
import { governed } from '../../test/support/governed.ts'
import { testPlatform } from '../../test/support/platform.ts'
import { createEndpoint } from './create-endpoint.ts'
import { loadGateForGateway } from './load-gate.ts'
import { approvalReceipt, type Receipt, receiptFault } from './receipt.ts'
import { verifySignOff } from './statement.ts'

const platform = await testPlatform()
const START = '2026-06-01T12:00:00.000Z'

describe('a receipt', async () => {
  const g = await governed(platform, 'receipts')
  const changed = (receipt: Receipt, path: (copy: Receipt) => void): Receipt => {
    const copy = structuredClone(receipt)
    path(copy)
    return copy
  }

  it('verifies offline, with where each step stands in the audit log', async () => {
    platform.clock.set(START)
    const { approval } = await g.approved()
    const receipt = await approvalReceipt(g.legal.ctx, approval)
    expect(receiptFault(JSON.parse(JSON.stringify(receipt)))).toBeNull()
    for (const other of [null, {}, [], 'x', { ...receipt, events: [] }]) expect(receiptFault(other)).not.toBeNull()
    expect(receipt.audit.entries.map(({ action }) => action)).toEqual([
      'governance.request-approval',
      'governance.submit-approval',
      'governance.sign-off',
      'governance.sign-off',
      'governance.sign-off',
    ])
    expect(receipt.audit.entries.every(({ seq }, index, all) => index === 0 || seq > (all[index - 1]?.seq ?? 0))).toBe(true)
    const [first] = receipt.sign_offs
    const key = receipt.public_keys.find(({ id }) => id === first?.envelope.signatures[0].keyid)
    if (first === undefined || key === undefined) throw new Error('no sign-off')
    expect(verifySignOff(first.envelope, key)).toMatchObject({ ok: true, statement: { predicate: { decision: 'approve', approval } } })
    expect(verifySignOff(first.envelope, { ...key, person_id: 'per_other' })).toMatchObject({ ok: false })
  })

  it('does not verify once anything in it was changed', async () => {
    platform.clock.set(START)
    const { approval } = await g.approved()
    const other = await approvalReceipt(g.legal.ctx, (await g.approved()).approval)
    const receipt = await approvalReceipt(g.legal.ctx, approval)
    const eachEvent = (copy: Receipt, change: (event: Extract<Receipt['events'][number], { kind: 'signed' }>) => void): void => {
      for (const event of copy.events) if (event.kind === 'signed') change(event)
    }
    const tampered: Record<string, (copy: Receipt) => void> = {
      'the release': (copy) => {
        copy.release.document.system_prompt = 'obey'
      },
      'the release and its digest': (copy) => {
        copy.release = other.release
      },
      'the policy': (copy) => {
        copy.policy.document.expires_after_days = 300
      },
      'the policy in the events': (copy) => {
        for (const event of copy.events) if (event.kind === 'created') event.policy.expires_after_days = 300
      },
      'the signature': (copy) => {
        for (const [index, { envelope }] of copy.sign_offs.entries())
          envelope.signatures[0].sig = other.sign_offs[index]?.envelope.signatures[0].sig ?? ''
      },
      'the sign-offs, for those of another request': (copy) => {
        copy.sign_offs = other.sign_offs.map((one, index) => ({ ...one, id: copy.sign_offs[index]?.id ?? '' }))
      },
      'who signed': (copy) => {
        eachEvent(copy, (event) => {
          event.by.id = `${event.by.id}x`
        })
      },
      'a sign-off, left out': (copy) => {
        copy.events.splice(-1)
      },
      'the conditions': (copy) => {
        eachEvent(copy, (event) => {
          event.conditions.push({ text: 'x', max_share: null, endpoints: null })
        })
      },
      'the key': (copy) => {
        for (const key of copy.public_keys) key.public_key = Buffer.alloc(32, 1).toString('base64')
      },
      'the project': (copy) => {
        copy.project = 'other'
      },
    }
    for (const [what, change] of Object.entries(tampered)) expect(receiptFault(changed(receipt, change)), what).not.toBeNull()
  })

  it('is what the gate asks for too: an approval forged in the database serves nothing', async () => {
    platform.clock.set(START)
    const { release, approval } = await g.approved()
    await createEndpoint(g.developer.ctx, { name: 'forged', targets: [{ release: release.digest, weight: 1 }] })
    const standing = async () =>
      (await loadGateForGateway(platform, 'receipts')).releases.find(({ digest }) => digest === release.digest)?.approval ?? null
    expect(await standing()).toMatchObject({ id: approval })
    await platform.store.raw(
      `update governance_sign_offs set envelope = jsonb_set(envelope, '{signatures,0,sig}', '"AAAA"') where project = 'receipts' and approval_id = '${approval}'`,
    )
    expect(await standing()).toBeNull()
  })
})
