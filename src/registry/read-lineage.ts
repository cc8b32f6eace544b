import type { Digest } from '#platform/canonical'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import type { LineageEdge, LineageGraph } from './lineage.ts'
import { edgesFrom, edgesTo, type LineageRow } from './lineage-store.ts'
import { can } from './permissions.ts'
import { loadVersion } from './read-versions.ts'
import { findVersionsById } from './version-store.ts'

const MAX_NODES = 500

type Kind = LineageEdge['target_kind']
interface Place {
  readonly kind: Kind
  readonly reference: string
}

const idOf = ({ kind, reference }: Place): string => `${kind}:${reference}`

/** Breadth first in both directions, up to `depth` steps from the start. */
export const readLineage = async (
  ctx: Ctx,
  input: { model?: string | undefined; version?: string | undefined; digest?: Digest | undefined; depth: number },
): Promise<LineageGraph> => {
  permit(ctx, can.read)
  const starts = await startsOf(ctx, input)
  const nodes = new Map<string, LineageGraph['nodes'][number]>()
  const edges = new Map<string, LineageGraph['edges'][number]>()
  const seen = new Set<string>()
  let truncated = false
  let frontier = starts
  for (let step = 0; step <= input.depth && frontier.length > 0; step += 1) {
    const next: Place[] = []
    for (const place of frontier) {
      const id = idOf(place)
      if (seen.has(id)) continue
      if (seen.size >= MAX_NODES) {
        truncated = true
        break
      }
      seen.add(id)
      if (!nodes.has(id)) nodes.set(id, { id, kind: place.kind, label: place.reference, details: {} })
      if (step === input.depth) continue
      for (const edge of await edgesAround(ctx, place)) {
        const from = idOf({ kind: 'version', reference: edge.version })
        const to = idOf({ kind: edge.target_kind, reference: edge.target })
        edges.set(`${from} ${edge.relation} ${to}`, { from, to, relation: edge.relation })
        if (edge.target_kind !== 'version') nodes.set(to, nodeOf(edge))
        next.push({ kind: 'version', reference: edge.version }, { kind: edge.target_kind, reference: edge.target })
      }
    }
    frontier = next
  }
  const inside = [...edges.values()].filter(({ from, to }) => seen.has(from) && seen.has(to))
  const root = starts[0]
  return { root: root === undefined ? '' : idOf(root), nodes: [...nodes.values()].filter(({ id }) => seen.has(id)), edges: inside, truncated }
}

const nodeOf = ({ target_kind, target, details: { label, ...details } }: LineageRow): LineageGraph['nodes'][number] => ({
  id: idOf({ kind: target_kind, reference: target }),
  kind: target_kind,
  label: String(label ?? target),
  details,
})

const startsOf = async (
  ctx: Ctx,
  input: { model?: string | undefined; version?: string | undefined; digest?: Digest | undefined },
): Promise<Place[]> => {
  if (input.digest !== undefined) {
    const places: Place[] = []
    for (const kind of ['artifact', 'dataset', 'base-model'] as const)
      if ((await edgesTo(ctx.read, kind, input.digest, 1)).length > 0) places.push({ kind, reference: input.digest })
    if (places.length === 0) throw platformErrors.not_found({ kind: 'lineage', id: input.digest })
    return places
  }
  const { model, version } = await loadVersion(ctx.read, input.model ?? '', input.version ?? '')
  return [{ kind: 'version', reference: `${model}/${version}` }]
}

const edgesAround = async (ctx: Ctx, { kind, reference }: Place): Promise<(LineageRow & { version: string })[]> => {
  // What shares a provider is not related by that: a connection is shown and not walked through.
  const below = kind === 'connection' ? [] : await edgesTo(ctx.read, kind, reference, MAX_NODES)
  const own = kind === 'version' ? await ownEdges(ctx, reference) : []
  const names = new Map(
    (
      await findVersionsById(
        ctx.read,
        below.map((row) => row.version_id),
      )
    ).map((row) => [row.id, `${row.model}/${row.version}`]),
  )
  return [...own, ...below.flatMap((row) => (names.has(row.version_id) ? [{ ...row, version: names.get(row.version_id) ?? '' }] : []))]
}

const ownEdges = async (ctx: Ctx, reference: string): Promise<(LineageRow & { version: string })[]> => {
  const cut = reference.lastIndexOf('/')
  const { id } = await loadVersion(ctx.read, reference.slice(0, cut), reference.slice(cut + 1))
  return (await edgesFrom(ctx.read, id, MAX_NODES)).map((row) => ({ ...row, version: reference }))
}
