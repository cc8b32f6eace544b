/** The composition root: reads the configuration, builds the modules, starts the roles. The only file that knows them all. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { createAuthenticate, ensureFirstAdministrator, loadAccessForGateway, openLimiter } from '#access'
import { assessmentJobs, type Generate } from '#assessment'
import { mirrorCheckpoints } from '#audit'
import { collectFeedback, startFeedback, subscribeFeedback } from '#feedback'
import { compileSnapshot, createGateway, createGenerate, createProbe, type Snapshot } from '#gateway'
import { governanceJobs, loadGateForGateway } from '#governance'
import { subscribeIncidents } from '#incidents'
import { loadPricesForGateway, loadRetentionForGateway, monitoringJobs, startEventPipeline, startMonitors } from '#monitoring'
import { systemClock } from '#platform/clock'
import type { Config } from '#platform/config'
import { type Platform, systemContext } from '#platform/context'
import { createServer, openApiDocument } from '#platform/http'
import { createJobs, repeat } from '#platform/jobs'
import { createLogger } from '#platform/logging'
import { folderObjects } from '#platform/objects'
import { createOutbox } from '#platform/outbox'
import { createSecrets, parseMasterKey, secretFile } from '#platform/secrets'
import { migrate, openStore } from '#platform/store'
import { loadConnectionsForGateway, registryJobs } from '#registry'
import { applyPolicyAsGuardrail, closeTransformer, loadSafeguards, transformer } from '#safeguards'
import { moderate, needsOf } from '#safeguards/hot'
import { composeRoutes, mitigations } from './compose.ts'
import { followDesiredState, NO_CONFIGURATION } from './desired-state.ts'
import { allMigrations } from './migrations.ts'
import { keepSnapshot } from './snapshot-keeper.ts'
import { VERSION } from './version.ts'

export interface Running {
  readonly url: string
  readonly dataFolder: string
  readonly storeText: string
  /** The first administrator's one-time link, until somebody has used it. */
  readonly firstSignIn: { readonly url: string; readonly expiresAt: string } | null
  /** Shown on the start that made it. */
  readonly newAdminKey: string | null
  stop(): Promise<void>
}

export const startServer = async (config: Config): Promise<Running> => {
  const dataFolder = resolve(config.data)
  const platform = await openPlatform(config, dataFolder)
  const { store, log } = platform
  // What was opened last is closed first, also when a later part fails to start.
  const closers: (() => Promise<unknown> | unknown)[] = [() => store.close()]
  const stop = async (): Promise<void> => {
    for (const close of closers.reverse()) await close()
  }
  try {
    await migrate(store, allMigrations)
    await platform.objects.sweep()
    const mirror = mirrorCheckpoints(platform, join(dataFolder, 'audit'))
    await mirror.check()

    const limits = await openLimiter(platform, { redisUrl: config.redisUrl })
    closers.push(() => limits.close())
    const pipeline = await startEventPipeline(platform, join(dataFolder, 'spool'))
    closers.push(() => pipeline.stop())
    const snapshots = await keepSnapshot(platform, () => loadSnapshot(platform))
    closers.push(() => snapshots.stop())
    const generator = createGenerate()
    closers.push(() => generator.close())

    const does = (role: Config['role']): boolean => config.role === 'all' || config.role === role
    let isReady = false
    closers.push(closeTransformer)
    // A weight file that is missing or altered stops the start, where a release in force needs it.
    if (does('gateway') && [...snapshots.current().plans.values()].some(({ safeguards }) => safeguards !== null && needsOf(safeguards).secondStage))
      await transformer().ready()
    const gateway = createGateway({
      snapshot: snapshots.current,
      record: (event) => pipeline.spool.append(event),
      pipeline: pipeline.stats,
      limiter: limits.limiter,
      log,
      clock: platform.clock,
      secondStage: transformer(),
      surrogateKey: (project) => platform.secrets.hmac('safeguard-surrogates', project),
      feedback: (principal, body) =>
        collectFeedback(platform, { project: principal.project, principal: principal.owner, key_id: principal.keyId }, body),
      moderate: (_principal, body, signal) => moderate(body, transformer(), signal),
      applyGuardrail: (policy, version) => (principal, body, signal) =>
        applyPolicyAsGuardrail(systemContext(platform, 'gateway', principal.project), policy, version, body, signal),
      // A gateway that cannot record must not serve: nobody could say afterwards what it answered.
      isReady: () => isReady && pipeline.spool.state !== 'full',
    })
    const desired = config.config === undefined || !does('control') ? undefined : await followDesiredState(platform, resolve(config.config))
    if (desired !== undefined) closers.push(() => desired.stop())
    const isTls = config.tlsCert !== undefined
    const isSecure = isTls || config.publicUrl?.startsWith('https:') === true
    const routes = does('control')
      ? composeRoutes({ isSecure, pipeline: pipeline.stats, probe: createProbe(), configuration: desired?.status ?? (() => NO_CONFIGURATION) })
      : []
    const adminKey = adminKeyOf(config, dataFolder)
    const app = await createServer({
      platform,
      routes,
      authenticate: createAuthenticate(platform, { adminKey: adminKey.key }),
      ...(does('gateway') ? { inference: gateway.handle } : {}),
      ...(isTls ? { tls: tlsOf(config) } : {}),
      ...(does('control')
        ? { pages: { console: join(import.meta.dirname, '../console/dist'), openApi: () => openApiDocument(routes, VERSION) } }
        : {}),
    })
    const firstSignIn = does('control') ? await ensureFirstAdministrator(platform) : null
    closers.push(...(await startWork(platform, { generate: generator.generate, isWorker: does('worker') })))
    const mirroring = repeat(log, 'audit checkpoint', 2_000, mirror.save)
    closers.push(async () => {
      await mirroring.stop()
      await mirror.save()
    })
    await app.listen({ host: config.host, port: config.port })
    closers.push(async () => {
      isReady = false
      await gateway.close()
      // Live feeds stay open for minutes; nothing of theirs is lost.
      app.server.closeAllConnections()
      await app.close()
    })
    isReady = true

    const { port } = app.server.address() as AddressInfo
    const url =
      config.publicUrl?.replace(/\/$/, '') ?? `${isTls ? 'https' : 'http'}://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
    return {
      url,
      dataFolder,
      storeText: store.kind === 'pglite' ? `embedded, in ${dataFolder}` : 'PostgreSQL',
      firstSignIn: firstSignIn === null ? null : { url: `${url}/welcome#token=${firstSignIn.token}`, expiresAt: firstSignIn.expiresAt },
      newAdminKey: adminKey.isNew ? adminKey.key : null,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Durable jobs, timers and messages. Every process declares them, so that it can hand work on; workers do it. Answers what ends them, in order. */
const startWork = async (
  platform: Platform,
  { generate, isWorker }: { generate: Generate; isWorker: boolean },
): Promise<(() => Promise<unknown>)[]> => {
  const outbox = createOutbox(platform.store, platform.clock, platform.log)
  registryJobs(platform)
  monitoringJobs(platform)
  governanceJobs(platform)
  const assessment = assessmentJobs(platform, { generate })
  subscribeIncidents(platform, outbox, mitigations)
  subscribeFeedback(platform, outbox)
  await platform.jobs.start({ work: isWorker })
  const closers = [() => platform.jobs.stop(), () => assessment.stop()]
  if (!isWorker) return closers
  await assessment.recover()
  const monitors = startMonitors(platform)
  const feedback = startFeedback(platform)
  outbox.start()
  return [...closers, async () => monitors.stop(), async () => feedback.stop(), () => outbox.stop()]
}

const openPlatform = async (config: Config, dataFolder: string): Promise<Platform> => {
  const log = createLogger(config.logLevel)
  const store = await openStore(
    config.databaseUrl === undefined ? { kind: 'pglite', folder: dataFolder } : { kind: 'postgres', url: config.databaseUrl },
  )
  const masterKey =
    config.masterKey ??
    (config.masterKeyFile === undefined
      ? secretFile(join(dataFolder, 'keys'), 'master.key', () => randomBytes(32).toString('base64'))
      : readFileSync(config.masterKeyFile, 'utf8'))
  return {
    store,
    log,
    clock: systemClock,
    secrets: createSecrets(parseMasterKey(masterKey)),
    objects: folderObjects(join(dataFolder, 'objects')),
    jobs: createJobs(store, log),
  }
}

const adminKeyOf = ({ adminKey }: Config, dataFolder: string): { key: string; isNew: boolean } => {
  if (adminKey !== undefined) return { key: adminKey, isNew: false }
  const isNew = !existsSync(join(dataFolder, 'keys', 'admin.key'))
  return { key: secretFile(join(dataFolder, 'keys'), 'admin.key', () => `pladm_${randomBytes(32).toString('base64url')}`), isNew }
}

const tlsOf = ({ tlsCert, tlsKey, tlsClientCa }: Config) => ({
  cert: readFileSync(tlsCert ?? ''),
  key: readFileSync(tlsKey ?? ''),
  minVersion: 'TLSv1.2' as const,
  ...(tlsClientCa === undefined ? {} : { ca: readFileSync(tlsClientCa), requestCert: true, rejectUnauthorized: true }),
})

/** Everything that the gateway decides by, read in one go. */
const loadSnapshot = async (platform: Platform): Promise<Snapshot> => {
  const [access, gate, connections, prices, retention] = await Promise.all([
    loadAccessForGateway(platform),
    loadGateForGateway(platform),
    loadConnectionsForGateway(platform),
    loadPricesForGateway(platform),
    loadRetentionForGateway(platform),
  ])
  const { safeguards, floor } = await loadSafeguards(
    systemContext(platform, 'snapshot'),
    gate.releases.flatMap(({ document }) => document.safeguards ?? []),
  )
  return compileSnapshot({ access, gate, connections, safeguards, floor, prices, retention })
}
