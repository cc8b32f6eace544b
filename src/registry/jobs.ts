import { isoAt } from '#platform/clock'
import { type Platform, systemContext } from '#platform/context'
import { findUpload, listUploadsBefore } from './artifact-store.ts'
import { cancelUpload } from './resume-upload.ts'

const ABANDONED_AFTER_MS = 7 * 86_400_000

/** Gives up uploads that nobody finished in a week, and drops parts whose upload ended in a crash between commit and clean-up. */
export const sweepUploads = async (platform: Platform): Promise<void> => {
  const ctx = systemContext(platform, 'registry')
  for (const { id } of await listUploadsBefore(ctx.read, isoAt(ctx.clock.now() - ABANDONED_AFTER_MS))) await cancelUpload(ctx, id)
  for (const area of await ctx.objects.staging.areas())
    if (area.startsWith('upl_') && (await findUpload(ctx.read, area)) === undefined) await ctx.objects.staging.drop(area)
}

export const registryJobs = (platform: Platform): void => {
  platform.jobs.handle('registry-sweep-uploads', () => sweepUploads(platform))
  platform.jobs.every('registry-sweep-uploads', '17 3 * * *')
}
