import { z } from 'zod'
import { ListQuery, pageOf, type Route, route } from '#platform/http'
import { Name } from '#registry'
import { createDataset } from './create-dataset.ts'
import { createSuite } from './create-suite.ts'
import { Dataset, NewDataset, Row } from './dataset.ts'
import { installExamples } from './install-examples.ts'
import { can } from './permissions.ts'
import { getDataset, listDatasets, readRows } from './read-datasets.ts'
import { getSuite, listSuites } from './read-suites.ts'
import { NewSuite, Suite } from './suite.ts'

const byName = z.object({ name: Name })
const VersionNumber = z.coerce.number().int().min(1).max(2_147_483_647).optional()
const versionQuery = z.object({ version: VersionNumber.describe('the newest when absent') })
const NamedList = ListQuery.extend({ name: Name.optional() })

export const datasetRoutes = (): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/datasets',
    summary: 'Register a data set',
    description: 'Rows in the request (5000 at most), or in an uploaded artifact as JSON Lines or CSV. The same name again is its next version.',
    permission: can['create-dataset'],
    body: NewDataset,
    status: 201,
    response: Dataset,
    errors: ['dataset_exists', 'dataset_unreadable', 'dataset_empty', 'object_too_large', 'conflict'],
    run: ({ ctx, body }) => createDataset(ctx, body),
  }),
  route({
    method: 'POST',
    path: '/api/v1/datasets/examples',
    summary: 'Add the data sets and suites that come with the product',
    description: 'What is there already stays as it is.',
    permission: can['install-examples'],
    response: z.object({ datasets: z.array(Dataset), suites: z.array(Suite) }).meta({ id: 'InstalledExamples' }),
    run: ({ ctx }) => installExamples(ctx),
  }),
  route({
    method: 'GET',
    path: '/api/v1/datasets',
    summary: 'Data sets, newest first',
    permission: can.read,
    query: NamedList,
    response: pageOf(Dataset),
    run: ({ ctx, query }) => listDatasets(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/datasets/:name',
    summary: 'One data set',
    permission: can.read,
    params: byName,
    query: versionQuery,
    response: Dataset,
    run: ({ ctx, params, query }) => getDataset(ctx, params.name, query.version),
  }),
  route({
    method: 'GET',
    path: '/api/v1/datasets/:name/rows',
    summary: 'Rows of a data set',
    permission: can.read,
    params: byName,
    query: z.object({
      version: VersionNumber,
      limit: z.coerce.number().int().min(1).max(1000).default(50),
      offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
    }),
    response: z.object({ items: z.array(Row) }).meta({ id: 'DatasetRows' }),
    run: async ({ ctx, params, query }) => readRows(ctx, await getDataset(ctx, params.name, query.version), query),
  }),
  route({
    method: 'POST',
    path: '/api/v1/suites',
    summary: 'Register an evaluation suite',
    description: 'Data sets, metrics and thresholds as data. The same name again is its next version.',
    permission: can['create-suite'],
    body: NewSuite,
    status: 201,
    response: Suite,
    errors: ['suite_exists', 'dataset_unknown', 'column_unknown', 'conflict'],
    run: ({ ctx, body }) => createSuite(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/api/v1/suites',
    summary: 'Suites, newest first',
    permission: can.read,
    query: NamedList,
    response: pageOf(Suite),
    run: ({ ctx, query }) => listSuites(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/suites/:name',
    summary: 'One suite',
    permission: can.read,
    params: byName,
    query: versionQuery,
    response: Suite,
    run: ({ ctx, params, query }) => getSuite(ctx, params.name, query.version),
  }),
]
