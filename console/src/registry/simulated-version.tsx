import type { Version } from '../app/api-types.gen.ts'
import { useGet } from '../app/queries.ts'
import { Simulated } from '../ui/badge.tsx'

/** The mark of the simulator on whatever is made of this version: releases, endpoints, approvals. */
export const SimulatedVersion = ({ model, version }: { model: string; version: number }) => {
  const found = useGet<Version>(`/models/${model}/versions/${version}`, {}, { enabled: model !== '' })
  return found.data?.simulated ? <Simulated /> : null
}
