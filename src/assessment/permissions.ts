import { everyone, permissions } from '#platform/context'

export const can = permissions('assessment', {
  read: everyone,
  'create-dataset': ['developer'],
  'create-suite': ['developer'],
  'install-examples': ['developer'],
  'start-run': ['developer'],
  'cancel-run': ['developer'],
  'resume-run': ['developer'],
  /** The run itself, when a job moves it. */
  'move-run': [],
  'create-report': [],
})
