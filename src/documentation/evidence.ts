import type { Ctx } from '#platform/context'
import type { Version } from '#registry'

/** One line of an evaluation report, as documents quote it. */
export interface ReportRow {
  readonly id: string
  readonly evaluation: string
  readonly metric: string
  readonly group?: string | null | undefined
  readonly value: number | null
  readonly n: number
  readonly interval: { readonly low: number; readonly high: number } | null
  readonly threshold?: unknown
  readonly verdict: string
}

export interface ReportFacts {
  readonly id: string
  readonly digest: string
  readonly verdict: string
  readonly simulated: boolean
  readonly created_by: string
  readonly model: { readonly name: string; readonly version: number; readonly manifest_digest: string }
  readonly system_prompt: string | null
  readonly evaluations: readonly { readonly id: string; readonly dataset: { readonly name: string } }[]
  readonly rows: readonly ReportRow[]
}

/** What documents are made from. */
export interface Evidence {
  version(ctx: Ctx, model: string, version: number): Promise<Version>
  report(ctx: Ctx, idOrDigest: string): Promise<ReportFacts>
  /** The newest report of a model version: a card that quotes an older one is stale. */
  latestReport(ctx: Ctx, model: string, version: number): Promise<{ readonly id: string; readonly digest: string } | undefined>
}
