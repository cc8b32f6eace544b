import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import type { Executor } from '#platform/store'
import { findArtifacts } from './artifact-store.ts'
import { findConnection } from './connection-store.ts'
import { registryErrors } from './errors.ts'
import { edgesOf } from './lineage.ts'
import { insertEdges } from './lineage-store.ts'
import { can } from './permissions.ts'
import { takeVersionNumber } from './store.ts'
import { type Manifest, manifestDigest, NewVersion, type Version } from './version.ts'
import { findVersion, findVersionByDigest, insertVersion } from './version-store.ts'

/** Registers the next version. Sent twice with the same content it is refused, and says which version has it. */
export const createVersion = async (ctx: Ctx, model: string, input: unknown): Promise<Version> => {
  permit(ctx, can['create-version'])
  const wanted = parse(NewVersion, input)
  return write(ctx, async (tx) => {
    const number = await takeVersionNumber(tx, model)
    if (number === undefined) throw platformErrors.not_found({ kind: 'model', id: model })
    const manifest = await buildManifest(tx, model, wanted)
    const manifest_digest = manifestDigest(manifest)
    const twin = await findVersionByDigest(tx, model, manifest_digest)
    if (twin !== undefined) throw registryErrors.version_exists({ model, version: twin.version })
    const version: Version = {
      id: newId('mver', tx.nowMs),
      model,
      version: number,
      description: wanted.description,
      tags: wanted.tags,
      manifest,
      manifest_digest,
      aliases: [],
      simulated: manifest.hosted?.provider === 'simulator',
      revision: 1,
      created_at: tx.nowAt,
      created_by: actorRef(ctx.actor).id,
    }
    const { aliases: _, ...row } = version
    await insertVersion(tx, row)
    await insertEdges(tx, version.id, edgesOf(manifest))
    tx.record({
      action: can['create-version'].action,
      subject: { kind: 'version', id: version.id },
      details: { model, version: number, manifest_digest },
    })
    tx.publish('registry.version-created', { id: version.id, model, version: number, manifest_digest })
    return version
  })
}

const buildManifest = async (at: Executor, model: string, { artifacts, hosted, lineage }: NewVersion): Promise<Manifest> => {
  const known = await findArtifacts(
    at,
    artifacts.map(({ digest }) => digest),
  )
  const base = lineage.base_model
  if (base !== null && base.version !== null && (await findVersion(at, base.name, base.version)) === undefined)
    throw platformErrors.invalid_request({}, { issues: [{ path: 'lineage.base_model', message: `${base.name}/${base.version} is not registered` }] })
  const connection = hosted === null ? undefined : await findConnection(at, hosted.connection)
  if (hosted !== null && connection === undefined) throw registryErrors.connection_unknown({ connection: hosted.connection })
  return {
    kind: 'model-version',
    model,
    artifacts: artifacts
      .map(({ path, digest }) => {
        const artifact = known.get(digest)
        if (artifact === undefined) throw registryErrors.artifact_unknown({ digest })
        return { path, digest, size_bytes: artifact.size_bytes }
      })
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    hosted: hosted === null || connection === undefined ? null : { ...hosted, provider: connection.provider, base_url: connection.base_url },
    lineage,
  }
}
