import { type Executor, tables } from '#platform/store'

const q = tables<{ monitoring_rollups: { project: string; step_seconds: number } }>()

/** Read from the rollups of hours, which are few, since nothing is without them. */
export const projectsWithEvents = async (root: Executor['db']): Promise<string[]> => {
  const rows = await q({ db: root, project: '' })
    .selectFrom('monitoring_rollups')
    .select('project')
    .distinct()
    .where('step_seconds', '=', 3600)
    .execute()
  return rows.map(({ project }) => project)
}
