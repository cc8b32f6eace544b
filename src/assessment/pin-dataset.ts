import type { Executor } from '#platform/store'
import type { Dataset } from './dataset.ts'
import { findDataset } from './dataset-store.ts'
import { assessmentErrors } from './errors.ts'

/** The data set that a reference means now; the newest when it names no version. */
export const findDatasetOrRefuse = async (at: Executor, { name, version }: { name: string; version?: number | undefined }): Promise<Dataset> => {
  const dataset = await findDataset(at, name, version)
  if (dataset === undefined) throw assessmentErrors.dataset_unknown({ name: version === undefined ? name : `${name}/${version}` })
  return dataset
}
