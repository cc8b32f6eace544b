import { expect } from 'vitest'
import type { Ctx } from '#platform/context'
import { listEntries } from '../../src/audit/store.ts'

/** Asserts that the newest audit entry of this subject is this action, and returns it. */
export const expectAudit = async (ctx: Ctx, action: string, subjectId: string): Promise<Record<string, unknown>> => {
  const [newest] = await listEntries(ctx.read, { subject_id: subjectId }, 1)
  expect(newest, `an audit entry for ${subjectId}`).toBeDefined()
  const entry = JSON.parse(newest?.canonical ?? '{}') as Record<string, unknown>
  expect(entry).toMatchObject({ action })
  return entry
}
