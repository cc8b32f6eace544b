import { Trash2 } from 'lucide-react'
import type { NewSafeguardPolicyDocumentInput } from '../app/api-types.gen.ts'
import { Button } from '../ui/button.tsx'
import { RuleList } from './rule-editor.tsx'

export type Override = NonNullable<NewSafeguardPolicyDocumentInput['overrides']>[number]

const tagNames = ['criticality', 'domain', 'compliance', 'cost_centre'] as const

/** Rules for calls with certain tags: beside the others, or in their place where the operator has set the tags. */
export const Overrides = ({ overrides, onChange }: { overrides: Override[]; onChange: (overrides: Override[]) => void }) => (
  <fieldset className="min-w-0">
    <legend className="text-base font-semibold">For calls with certain tags</legend>
    <p className="mb-2 text-sm text-ink-soft">
      Rules that are added count for any caller with the tags. Rules that replace count only for tags that the key or the endpoint carries, and never
      replace the organisation's floor.
    </p>
    <ol className="flex flex-col gap-3">
      {overrides.map((override, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: overrides have no identity but their place.
        <li key={index}>
          <OneOverride
            name={`Override ${index + 1}`}
            override={override}
            onChange={(changed) => onChange(overrides.with(index, changed))}
            onRemove={() => onChange(overrides.toSpliced(index, 1))}
          />
        </li>
      ))}
    </ol>
    <div className="mt-3">
      <Button onClick={() => onChange([...overrides, { tags: {}, effect: 'add', input: [], output: [] }])}>Add an override</Button>
    </div>
  </fieldset>
)

type OneProps = { name: string; override: Override; onChange: (override: Override) => void; onRemove: () => void }

const OneOverride = ({ name, override, onChange, onRemove }: OneProps) => (
  <div className="rounded-lg border border-dashed border-rule-strong p-3">
    <div className="mb-3 flex flex-wrap items-end gap-3">
      {tagNames.map((tag) => (
        <label key={tag} className="flex flex-col gap-1 text-xs text-ink-soft">
          {tag.replace('_', ' ')}
          <input
            className="h-7 w-32 rounded-md border border-rule-strong bg-surface px-1.5 text-sm text-ink"
            value={override.tags[tag] ?? ''}
            placeholder="any"
            onChange={(event) => {
              const { [tag]: _, ...rest } = override.tags
              onChange({ ...override, tags: event.target.value ? { ...rest, [tag]: event.target.value } : rest })
            }}
          />
        </label>
      ))}
      <label className="flex flex-col gap-1 text-xs text-ink-soft">
        effect
        <select
          className="h-7 rounded-md border border-rule-strong bg-surface px-1.5 text-sm text-ink"
          value={override.effect ?? 'add'}
          onChange={(event) => onChange({ ...override, effect: event.target.value as 'add' | 'replace' })}
        >
          <option value="add">these rules as well</option>
          <option value="replace">these rules instead</option>
        </select>
      </label>
      <button
        type="button"
        onClick={onRemove}
        aria-label={`Remove ${name}`}
        className="ml-auto rounded-md p-1 text-ink-soft hover:bg-hover hover:text-port"
      >
        <Trash2 aria-hidden className="size-4" />
      </button>
    </div>
    <div className="grid gap-6 lg:grid-cols-2">
      <RuleList title={`${name}, on input`} direction="input" rules={override.input ?? []} onChange={(input) => onChange({ ...override, input })} />
      <RuleList
        title={`${name}, on output`}
        direction="output"
        rules={override.output ?? []}
        onChange={(output) => onChange({ ...override, output })}
      />
    </div>
  </div>
)
