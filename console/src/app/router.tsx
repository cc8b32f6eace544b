import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, type RouteComponent, redirect } from '@tanstack/react-router'
import type { AssessmentsSearch } from '../assessment/assessments.tsx'
import type { ReportSearch } from '../assessment/report.tsx'
import type { AuditFilter } from '../audit/audit.tsx'
import type { FeedbackSearch } from '../feedback/feedback.tsx'
import type { ReleasesSearch } from '../governance/releases.tsx'
import type { LiveSearch } from '../monitoring/live.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Loading, ReadFailed } from '../ui/loaded.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { api } from './api.ts'
import type { Approval } from './api-types.gen.ts'
import { currentSession } from './session.ts'
import { Shell } from './shell.tsx'

/** The named parts of the address, as text (the router reads `?hours=6` as a number); anything else in it is ignored. */
const textSearch =
  <T extends Record<string, string | undefined>>(...names: (keyof T & string)[]) =>
  (search: Record<string, unknown>): T =>
    Object.fromEntries(names.filter((name) => ['string', 'number'].includes(typeof search[name])).map((name) => [name, String(search[name])])) as T

const root = createRootRoute({ component: Outlet })

const shell = createRoute({
  id: 'shell',
  getParentRoute: () => root,
  component: Shell,
  beforeLoad: async ({ location }) => {
    if ((await currentSession()) === null) throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { to: location.href } })
  },
})

const signIn = createRoute({
  path: '/sign-in',
  getParentRoute: () => root,
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search.to === 'string' && /^\/(?![/\\])/.test(search.to) ? { to: search.to } : {},
  component: lazyRouteComponent(() => import('../access/sign-in.tsx'), 'SignIn'),
})
const welcome = createRoute({
  path: '/welcome',
  getParentRoute: () => root,
  component: lazyRouteComponent(() => import('../access/welcome.tsx'), 'Welcome'),
})

const page = <const Path extends string>(path: Path, component: RouteComponent) => createRoute({ path, getParentRoute: () => shell, component })
const pageWithSearch = <const Path extends string, Search extends object>(
  path: Path,
  validateSearch: (search: Record<string, unknown>) => Search,
  component: RouteComponent,
) => createRoute({ path, getParentRoute: () => shell, validateSearch, component })

const NotFound = () => (
  <Page title="Not on the chart">
    <EmptyState title="There is no page at this address." action={<ButtonLink to="/">To the overview</ButtonLink>} />
  </Page>
)

/** A page that could not even begin: the server is away, or what the address names is not there. */
const Stranded = ({ error }: { error: unknown }) => (
  <Page title="This page did not open">
    <ReadFailed error={error} retry={() => router.invalidate()} />
  </Page>
)

const pages = [
  page(
    '/',
    lazyRouteComponent(() => import('./overview.tsx'), 'Overview'),
  ),
  page(
    '/models',
    lazyRouteComponent(() => import('../registry/models.tsx'), 'Models'),
  ),
  page(
    '/models/$name',
    lazyRouteComponent(() => import('../registry/model.tsx'), 'ModelPage'),
  ),
  page(
    '/models/$name/versions/$version',
    lazyRouteComponent(() => import('../registry/version.tsx'), 'VersionPage'),
  ),
  pageWithSearch(
    '/assessments',
    textSearch<AssessmentsSearch>('tab'),
    lazyRouteComponent(() => import('../assessment/assessments.tsx'), 'Assessments'),
  ),
  page(
    '/assessments/runs/$id',
    lazyRouteComponent(() => import('../assessment/run.tsx'), 'RunPage'),
  ),
  pageWithSearch(
    '/assessments/reports/$id',
    textSearch<ReportSearch>('beside'),
    lazyRouteComponent(() => import('../assessment/report.tsx'), 'ReportPage'),
  ),
  page(
    '/cards',
    lazyRouteComponent(() => import('../documentation/cards.tsx'), 'Cards'),
  ),
  page(
    '/cards/$id',
    lazyRouteComponent(() => import('../documentation/card.tsx'), 'CardPage'),
  ),
  page(
    '/decisions/new',
    lazyRouteComponent(() => import('../documentation/decision-editor.tsx'), 'NewDecision'),
  ),
  page(
    '/decisions/$id',
    lazyRouteComponent(() => import('../documentation/decision.tsx'), 'DecisionPage'),
  ),
  page(
    '/safeguards',
    lazyRouteComponent(() => import('../safeguards/policies.tsx'), 'Safeguards'),
  ),
  page(
    '/safeguards/new',
    lazyRouteComponent(() => import('../safeguards/edit-policy.tsx'), 'NewPolicy'),
  ),
  page(
    '/safeguards/floor',
    lazyRouteComponent(() => import('../safeguards/floor.tsx'), 'FloorPage'),
  ),
  page(
    '/safeguards/calibrations',
    lazyRouteComponent(() => import('../safeguards/calibrations.tsx'), 'Calibrations'),
  ),
  page(
    '/safeguards/replays',
    lazyRouteComponent(() => import('../safeguards/replays.tsx'), 'Replays'),
  ),
  page(
    '/safeguards/$name',
    lazyRouteComponent(() => import('../safeguards/policy.tsx'), 'PolicyPage'),
  ),
  pageWithSearch(
    '/releases',
    textSearch<ReleasesSearch>('tab'),
    lazyRouteComponent(() => import('../governance/releases.tsx'), 'Releases'),
  ),
  page(
    '/releases/$digest',
    lazyRouteComponent(() => import('../governance/release.tsx'), 'ReleasePage'),
  ),
  page(
    '/endpoints',
    lazyRouteComponent(() => import('../governance/endpoints.tsx'), 'Endpoints'),
  ),
  page(
    '/endpoints/$name',
    lazyRouteComponent(() => import('../governance/endpoint.tsx'), 'EndpointPage'),
  ),
  page(
    '/incidents',
    lazyRouteComponent(() => import('../incidents/incidents.tsx'), 'Incidents'),
  ),
  page(
    '/incidents/$id',
    lazyRouteComponent(() => import('../incidents/incident.tsx'), 'IncidentPage'),
  ),
  pageWithSearch(
    '/live',
    textSearch<LiveSearch>('hours', 'group_by', 'endpoint', 'tab'),
    lazyRouteComponent(() => import('../monitoring/live.tsx'), 'Live'),
  ),
  pageWithSearch(
    '/feedback',
    textSearch<FeedbackSearch>('state', 'endpoint', 'category', 'item'),
    lazyRouteComponent(() => import('../feedback/feedback.tsx'), 'FeedbackPage'),
  ),
  pageWithSearch(
    '/audit',
    textSearch<AuditFilter>('action', 'subject_kind', 'subject_id', 'actor'),
    lazyRouteComponent(() => import('../audit/audit.tsx'), 'Audit'),
  ),
  page(
    '/settings',
    lazyRouteComponent(() => import('./settings.tsx'), 'Settings'),
  ),
  page('$', NotFound),
] as const

/** The addresses that follow the API's own words lead to the page that shows the thing. */
const aliases = [
  createRoute({
    path: '/reports/$id',
    getParentRoute: () => shell,
    beforeLoad: ({ params }) => {
      throw redirect({ to: '/assessments/reports/$id', params })
    },
  }),
  createRoute({
    path: '/runs/$id',
    getParentRoute: () => shell,
    beforeLoad: ({ params }) => {
      throw redirect({ to: '/assessments/runs/$id', params })
    },
  }),
  createRoute({
    path: '/approvals/$id',
    getParentRoute: () => shell,
    beforeLoad: async ({ params }) => {
      const { release } = await api.get<Approval>(`/approvals/${params.id}`)
      throw redirect({ to: '/releases/$digest', params: { digest: release.digest } })
    },
  }),
] as const

const routeTree = root.addChildren([signIn, welcome, shell.addChildren([...pages, ...aliases])])

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  // A digest stays readable in the address.
  pathParamsAllowedCharacters: [':'],
  defaultPendingComponent: Loading,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: Stranded,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
