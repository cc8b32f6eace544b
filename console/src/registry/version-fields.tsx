import { useState } from 'react'
import type { Model, Version } from '../app/api-types.gen.ts'
import { useList } from '../app/queries.ts'
import { SelectField } from '../ui/form.tsx'

/** A model and one of its versions, the newest when nobody chose: nobody types a number that may not exist. */
export const useVersionChoice = (start?: { model: string; version: number }) => {
  const [chosen, choose] = useState<{ model: string; version: number | null } | undefined>(start)
  const models = useList<Model>('/models', { limit: 200 })
  const model = chosen?.model ?? models.items[0]?.name ?? ''
  const versions = useList<Version>(`/models/${model}/versions`, { limit: 200 }, { enabled: model !== '' })
  const version = chosen?.version ?? versions.items[0]?.version ?? null
  return { models: models.items, versions: versions.items, hasNone: versions.isSuccess && versions.items.length === 0, model, version, choose }
}

export type VersionChoice = ReturnType<typeof useVersionChoice>

export const VersionFields = ({ choice: { models, versions, hasNone, model, version, choose } }: { choice: VersionChoice }) => (
  <div className="grid grid-cols-[2fr_1fr] gap-4">
    <SelectField
      name="model"
      label="Model"
      required
      value={model}
      onChange={(event) => choose({ model: event.target.value, version: null })}
      options={models.map(({ name }) => ({ value: name, label: name }))}
    />
    <SelectField
      name="version"
      label="Version"
      required
      hint={hasNone && 'It has no version yet.'}
      value={version ?? ''}
      onChange={(event) => choose({ model, version: Number(event.target.value) })}
      options={versions.map((one) => ({ value: String(one.version), label: String(one.version) }))}
    />
  </div>
)
