import type { Route } from '#platform/http'
import { datasetRoutes } from './dataset-routes.ts'
import { reportRoutes } from './report-routes.ts'
import { runRoutes } from './run-routes.ts'

export const assessmentRoutes = (): readonly Route[] => [...datasetRoutes(), ...runRoutes(), ...reportRoutes()]
