import { Trash2 } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { piiKinds } from './pii-kinds.ts'
import {
  commonKinds,
  countryOf,
  type Detector,
  detectorNames,
  kindName,
  linesOf,
  newRule,
  type PiiKind,
  patternsOf,
  type Rule,
  sensitivities,
} from './rules.ts'

type RuleListProps = { title: string; rules: Rule[]; onChange: (rules: Rule[]) => void }

export const RuleList = ({ title, rules, onChange }: RuleListProps) => (
  <fieldset className="min-w-0">
    <legend className="mb-2 text-base font-semibold">{title}</legend>
    <ol className="flex flex-col gap-3">
      {rules.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place.
        <li key={index}>
          <RuleEditor
            name={`${title}, rule ${index + 1}`}
            rule={rule}
            onChange={(changed) => onChange(rules.with(index, changed))}
            onRemove={() => onChange(rules.toSpliced(index, 1))}
          />
        </li>
      ))}
    </ol>
    <AddRule title={title} onAdd={(detector) => onChange([...rules, newRule(detector)])} />
  </fieldset>
)

const AddRule = ({ title, onAdd }: { title: string; onAdd: (detector: Detector) => void }) => {
  const [detector, setDetector] = useState<Detector>('pii')
  return (
    <div className="mt-3 flex gap-2">
      <select
        aria-label={`${title}: kind of the new rule`}
        className={selectClass}
        value={detector}
        onChange={(event) => setDetector(event.target.value as Detector)}
      >
        {Object.entries(detectorNames).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Button onClick={() => onAdd(detector)}>Add a rule</Button>
    </div>
  )
}

const selectClass = 'h-7 rounded-md border border-rule-strong bg-surface px-1.5 text-sm'
const areaClass = 'w-full rounded-md border border-rule-strong bg-surface px-2 py-1.5 font-mono text-xs'

type RuleEditorProps = { name: string; rule: Rule; onChange: (rule: Rule) => void; onRemove: () => void }

const RuleEditor = ({ name, rule, onChange, onRemove }: RuleEditorProps) => (
  <div className="rounded-lg border border-rule bg-surface p-3">
    <div className="mb-2.5 flex flex-wrap items-center gap-3">
      <span className="text-sm font-semibold">{detectorNames[rule.detector]}</span>
      <select
        aria-label={`${name}: action`}
        className={selectClass}
        value={rule.action}
        onChange={(event) => onChange({ ...rule, action: event.target.value as Rule['action'] })}
      >
        <option value="mask">mask</option>
        <option value="block">block</option>
        <option value="flag">flag</option>
        <option value="allow">allow (an exception)</option>
      </select>
      <select
        aria-label={`${name}: mode`}
        className={selectClass}
        value={rule.mode ?? 'enforce'}
        onChange={(event) => onChange({ ...rule, mode: event.target.value as NonNullable<Rule['mode']> })}
      >
        <option value="enforce">enforce</option>
        <option value="detect">only detect</option>
      </select>
      <button
        type="button"
        onClick={onRemove}
        aria-label={`Remove ${name}`}
        className="ml-auto rounded-md p-1 text-ink-soft hover:bg-hover hover:text-port"
      >
        <Trash2 aria-hidden className="size-4" />
      </button>
    </div>
    <Options name={name} rule={rule} onChange={onChange} />
  </div>
)

const Options = ({ name, rule, onChange }: Omit<RuleEditorProps, 'onRemove'>): ReactNode => {
  switch (rule.detector) {
    case 'pii':
      return <Kinds kinds={rule.options?.kinds ?? commonKinds} onChange={(kinds) => onChange({ ...rule, options: { ...rule.options, kinds } })} />
    case 'words':
      return (
        <>
          <Area
            label={`${name}: words, one a line`}
            text={rule.options.words.join('\n')}
            onText={(text) => onChange({ ...rule, options: { ...rule.options, words: linesOf(text) } })}
          />
          <Tick
            label="Whole words only"
            checked={rule.options.whole_word ?? true}
            onChange={(whole_word) => onChange({ ...rule, options: { ...rule.options, whole_word } })}
          />
        </>
      )
    case 'regex':
      return (
        <>
          <Area
            label={`${name}: patterns, one a line as name = pattern`}
            text={rule.options.patterns.map(({ name: title, pattern }) => `${title} = ${pattern}`).join('\n')}
            onText={(text) => onChange({ ...rule, options: { ...rule.options, patterns: patternsOf(text) } })}
          />
          <Tick
            label="Upper and lower case differ"
            checked={rule.options.case_sensitive ?? true}
            onChange={(case_sensitive) => onChange({ ...rule, options: { ...rule.options, case_sensitive } })}
          />
        </>
      )
    case 'prompt-attack':
      return (
        <label className="flex items-center gap-2 text-sm">
          Sensitivity
          <select
            className={selectClass}
            value={rule.options?.sensitivity ?? 'medium'}
            onChange={(event) => onChange({ ...rule, options: { sensitivity: event.target.value as (typeof sensitivities)[number] } })}
          >
            {sensitivities.map((sensitivity) => (
              <option key={sensitivity}>{sensitivity}</option>
            ))}
          </select>
        </label>
      )
    case 'links':
      return (
        <Area
          label={`${name}: hosts that may be linked to, one a line; empty for none`}
          text={(rule.options?.allowed_hosts ?? []).join('\n')}
          onText={(text) => onChange({ ...rule, options: { ...rule.options, allowed_hosts: linesOf(text) } })}
        />
      )
    default:
      return <JsonOptions name={name} rule={rule} onChange={onChange} />
  }
}

/** Written on leaving the field: a half-typed line is nobody's rule yet. */
const Area = ({ label, text, onText }: { label: string; text: string; onText: (text: string) => void }) => {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-xs text-ink-soft">
        {label}
      </label>
      <textarea id={id} rows={3} className={areaClass} defaultValue={text} onBlur={(event) => onText(event.target.value)} />
    </div>
  )
}

/** A detector without an editor of its own: its options as JSON, which the server checks. */
const JsonOptions = ({ name, rule, onChange }: Omit<RuleEditorProps, 'onRemove'>) => {
  const [problem, setProblem] = useState('')
  const read = (text: string) => {
    try {
      // The server validates it: what does not fit comes back with its path.
      onChange({ ...rule, options: text.trim() ? JSON.parse(text) : {} } as Rule)
      setProblem('')
    } catch {
      setProblem('This is not JSON.')
    }
  }
  return (
    <>
      <Area label={`${name}: options as JSON; empty for the defaults`} text={JSON.stringify(rule.options ?? {}, null, 2)} onText={read} />
      {problem && (
        <p role="alert" className="text-xs font-medium text-port">
          {problem}
        </p>
      )}
    </>
  )
}

const Tick = ({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) => (
  <label className="mt-1.5 flex items-center gap-2 text-sm">
    <input type="checkbox" className="size-4 accent-deep" checked={checked} onChange={(event) => onChange(event.target.checked)} />
    {label}
  </label>
)

/** Without a country first, then country by country, folded away. */
const kindsByCountry = Map.groupBy(piiKinds, (kind) => countryOf(kind) ?? '')

const Kinds = ({ kinds, onChange }: { kinds: PiiKind[]; onChange: (kinds: PiiKind[]) => void }) => {
  const tick = (kind: PiiKind) => (
    <Tick
      key={kind}
      label={kindName(kind)}
      checked={kinds.includes(kind)}
      onChange={(checked) => onChange(checked ? [...kinds, kind] : kinds.filter((other) => other !== kind))}
    />
  )
  const national = [...kindsByCountry].filter(([country]) => country !== '').toSorted(([a], [b]) => a.localeCompare(b))
  const chosen = kinds.filter((kind) => countryOf(kind)).length
  return (
    <>
      <div className="flex flex-wrap gap-x-4 gap-y-1">{kindsByCountry.get('')?.map(tick)}</div>
      <details className="mt-2">
        <summary className="w-fit text-sm font-medium text-deep">National numbers ({chosen} chosen)</summary>
        <dl className="mt-1 grid gap-x-4 gap-y-1 sm:grid-cols-[9rem_1fr]">
          {national.map(([country, own]) => (
            <div key={country} className="contents">
              <dt className="pt-1.5 text-xs text-ink-soft">{country}</dt>
              <dd className="flex flex-wrap gap-x-4">{own.map(tick)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  )
}
