import { z } from 'zod'
import type { Lineage, Manifest } from './version.ts'

/** One line of a version's ancestry. `target` is what the same thing has in common wherever it is named: digest before name. */
export interface LineageEdge {
  readonly relation: 'contains' | 'trained-on' | 'derived-from' | 'built-from' | 'produced-by' | 'served-by'
  readonly target_kind: 'artifact' | 'dataset' | 'version' | 'base-model' | 'code' | 'training-run' | 'connection'
  readonly target: string
  readonly details: Readonly<Record<string, string | number | null>>
}

export const edgesOf = ({ artifacts, hosted, lineage }: Manifest): LineageEdge[] => [
  ...artifacts.map(
    ({ path, digest, size_bytes }): LineageEdge => ({
      relation: 'contains',
      target_kind: 'artifact',
      target: digest,
      details: { label: path, size_bytes },
    }),
  ),
  ...lineage.datasets.map(
    ({ name, digest, uri }): LineageEdge => ({
      relation: 'trained-on',
      target_kind: 'dataset',
      target: digest ?? uri ?? name,
      details: { label: name, digest, uri },
    }),
  ),
  ...baseModelEdges(lineage),
  ...(lineage.code === null
    ? []
    : [
        {
          relation: 'built-from',
          target_kind: 'code',
          target: `${lineage.code.repository}@${lineage.code.commit}`,
          details: { label: lineage.code.commit.slice(0, 12), repository: lineage.code.repository, commit: lineage.code.commit },
        } as const,
      ]),
  ...(lineage.training_run === null
    ? []
    : [
        {
          relation: 'produced-by',
          target_kind: 'training-run',
          target: lineage.training_run.id,
          details: { label: lineage.training_run.id, uri: lineage.training_run.uri },
        } as const,
      ]),
  ...(hosted === null
    ? []
    : [
        {
          relation: 'served-by',
          target_kind: 'connection',
          target: hosted.connection,
          details: { label: `${hosted.connection}: ${hosted.upstream_model}`, upstream_model: hosted.upstream_model, snapshot: hosted.snapshot },
        } as const,
      ]),
]

const baseModelEdges = ({ base_model: base }: Lineage): LineageEdge[] => {
  if (base === null) return []
  const details = { label: base.version === null ? base.name : `${base.name}/${base.version}`, digest: base.digest, uri: base.uri }
  return base.version === null
    ? [{ relation: 'derived-from', target_kind: 'base-model', target: base.digest ?? base.uri ?? base.name, details }]
    : [{ relation: 'derived-from', target_kind: 'version', target: `${base.name}/${base.version}`, details }]
}

export const LineageGraph = z
  .object({
    root: z.string(),
    nodes: z.array(
      z.object({
        /** `kind:reference`, e.g. `version:credit-scorer/3` or `dataset:sha256:…`. */
        id: z.string(),
        kind: z.string(),
        label: z.string(),
        details: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
      }),
    ),
    edges: z.array(z.object({ from: z.string(), to: z.string(), relation: z.string() })),
    /** True when the graph is larger than one answer shows. */
    truncated: z.boolean(),
  })
  .meta({ id: 'LineageGraph' })
export type LineageGraph = z.infer<typeof LineageGraph>
