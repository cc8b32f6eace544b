import type { Option } from './form.tsx'

/** A choice that changes what a page shows at once. */
export const Filter = ({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: string
  options: Option[]
  onChange: (value: string) => void
}) => (
  <label className="flex items-center gap-2 text-sm text-ink-soft">
    {label}
    <select
      className="h-8 rounded-md border border-rule-strong bg-surface px-2 text-ink"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  </label>
)
