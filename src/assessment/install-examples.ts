import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Ctx, permit } from '#platform/context'
import { uploadArtifact } from '#registry'
import { createDataset } from './create-dataset.ts'
import { createSuite } from './create-suite.ts'
import { type Dataset, NewDataset } from './dataset.ts'
import { findDataset } from './dataset-store.ts'
import { can } from './permissions.ts'
import { MAX_DATASET_BYTES } from './rows.ts'
import { NewSuite, type Suite } from './suite.ts'
import { findSuite } from './suite-store.ts'

const FOLDER = new URL('../../examples/', import.meta.url)
const Index = z.object({
  datasets: z.array(z.object({ file: z.string(), ...NewDataset.shape }).omit({ rows: true, artifact: true, format: true })),
  suites: z.array(z.object({ file: z.string() })),
})

/** Adds the data sets and suites of `examples/` that are not there yet; those that are stay as they are. */
export const installExamples = async (ctx: Ctx): Promise<{ datasets: Dataset[]; suites: Suite[] }> => {
  permit(ctx, can['install-examples'])
  const index = Index.parse(readJson('index.json'))
  const datasets: Dataset[] = []
  for (const { file, ...about } of index.datasets) {
    const known = await findDataset(ctx.read, about.name)
    datasets.push(known ?? (await createDataset(ctx, { ...about, artifact: await uploaded(ctx, file) })))
  }
  const suites: Suite[] = []
  for (const { file } of index.suites) {
    const wanted = NewSuite.parse(readJson(file))
    suites.push((await findSuite(ctx.read, wanted.name)) ?? (await createSuite(ctx, wanted)))
  }
  return { datasets, suites }
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))

const uploaded = async (ctx: Ctx, file: string): Promise<string> =>
  (await uploadArtifact(ctx, readFileSync(new URL(file, FOLDER)), { mediaType: 'application/x-ndjson', maxBytes: MAX_DATASET_BYTES })).digest
