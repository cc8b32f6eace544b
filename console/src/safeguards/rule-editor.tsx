import { Trash2 } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import type { SafeguardCalibration } from '../app/api-types.gen.ts'
import { useList } from '../app/queries.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { count, instant, percent } from '../ui/format.ts'
import { piiKinds } from './pii-kinds.ts'
import {
  actionsFor,
  commonKinds,
  countryOf,
  type Detector,
  detectorNames,
  harmCategories,
  kindName,
  languageName,
  linesOf,
  newRule,
  type PiiKind,
  patternsOf,
  profanityLanguages,
  type Rule,
  sensitivities,
  topicsOf,
  topicsText,
} from './rules.ts'

type Direction = 'input' | 'output'
type RuleListProps = { title: string; direction: Direction; rules: Rule[]; onChange: (rules: Rule[]) => void }

export const RuleList = ({ title, direction, rules, onChange }: RuleListProps) => (
  <fieldset className="min-w-0">
    <legend className="mb-2 text-base font-semibold">{title}</legend>
    <ol className="flex flex-col gap-3">
      {rules.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place.
        <li key={index}>
          <RuleEditor
            name={`${title}, rule ${index + 1}`}
            rule={rule}
            direction={direction}
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

type RuleEditorProps = { name: string; rule: Rule; direction: Direction; onChange: (rule: Rule) => void; onRemove: () => void }

const RuleEditor = ({ name, rule, direction, onChange, onRemove }: RuleEditorProps) => (
  <div className="rounded-lg border border-rule bg-surface p-3">
    <div className="mb-2.5 flex flex-wrap items-center gap-3">
      <span className="text-sm font-semibold">{detectorNames[rule.detector]}</span>
      <select
        aria-label={`${name}: action`}
        className={selectClass}
        value={rule.action}
        onChange={(event) => onChange(withAction(rule, event.target.value as Rule['action']))}
      >
        {actionsFor(rule.detector, direction).map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <select
        aria-label={`${name}: mode`}
        className={selectClass}
        value={rule.mode ?? 'enforce'}
        onChange={(event) => onChange({ ...rule, mode: event.target.value as NonNullable<Rule['mode']> })}
      >
        <option value="enforce">enforce</option>
        <option value="detect">only detect</option>
        <option value="async">do not wait (async)</option>
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
    {rule.action === 'allow' && <Expiry rule={rule} onChange={onChange} />}
  </div>
)

const withAction = (rule: Rule, action: Rule['action']): Rule => {
  const { expires_at, ...rest } = rule
  return action === 'allow' ? { ...rule, action } : { ...rest, action }
}

const localTime = (iso: string) => {
  const at = new Date(iso)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

const Expiry = ({ rule, onChange }: Pick<RuleEditorProps, 'rule' | 'onChange'>) => (
  <label className="mt-2 flex flex-wrap items-center gap-2 text-sm">
    The exception ends
    <input
      type="datetime-local"
      className={selectClass}
      defaultValue={rule.expires_at ? localTime(rule.expires_at) : ''}
      onChange={(event) => {
        const { expires_at, ...rest } = rule
        onChange(event.target.value ? { ...rest, expires_at: new Date(event.target.value).toISOString() } : rest)
      }}
    />
    <span className="text-xs text-ink-soft">empty: never</span>
  </label>
)

type OptionsProps = Omit<RuleEditorProps, 'onRemove' | 'direction'>

const Options = ({ name, rule, onChange }: OptionsProps): ReactNode => {
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
      return <Classifier detector="prompt-attack" options={rule.options ?? {}} onChange={(options) => onChange({ ...rule, options })} />
    case 'harm':
      return (
        <>
          <div className="mb-2 flex flex-wrap gap-x-4">
            {harmCategories.map((category) => {
              const chosen = rule.options?.categories ?? harmCategories
              const without = chosen.filter((other) => other !== category)
              return (
                <Tick
                  key={category}
                  label={category}
                  checked={chosen.includes(category)}
                  onChange={(checked) => onChange({ ...rule, options: { ...rule.options, categories: checked ? [...without, category] : without } })}
                />
              )
            })}
          </div>
          <Classifier
            detector="harm"
            options={rule.options ?? {}}
            onChange={(options) =>
              onChange({ ...rule, options: { ...(rule.options?.categories && { categories: rule.options.categories }), ...options } })
            }
          />
        </>
      )
    case 'secrets':
    case 'hidden-text':
    case 'code':
      return null
    case 'length':
      return (
        <label className="flex items-center gap-2 text-sm">
          At most
          <input
            type="number"
            min={1}
            max={1_000_000}
            className={cx(selectClass, 'w-28')}
            value={rule.options.max_characters}
            onChange={(event) => onChange({ ...rule, options: { max_characters: event.target.valueAsNumber || 1 } })}
          />
          characters in one text
        </label>
      )
    case 'language':
      return (
        <Area
          label={`${name}: languages that are allowed, two letters each, one a line`}
          text={rule.options.allowed.join('\n')}
          onText={(text) => onChange({ ...rule, options: { allowed: linesOf(text.toLowerCase()) } })}
        />
      )
    case 'profanity':
      return (
        <>
          <div className="mb-2 flex flex-wrap gap-x-4">
            {profanityLanguages.map((language) => {
              const chosen = rule.options?.languages ?? ['en']
              const without = chosen.filter((other) => other !== language)
              return (
                <Tick
                  key={language}
                  label={languageName(language)}
                  checked={chosen.includes(language)}
                  onChange={(checked) => onChange({ ...rule, options: { ...rule.options, languages: checked ? [...without, language] : without } })}
                />
              )
            })}
          </div>
          <Sensitivity
            value={rule.options?.sensitivity ?? 'low'}
            onChange={(sensitivity) => onChange({ ...rule, options: { ...rule.options, sensitivity } })}
          />
        </>
      )
    case 'competitors':
      return (
        <Area
          label={`${name}: names, one a line`}
          text={rule.options.names.join('\n')}
          onText={(text) => onChange({ ...rule, options: { names: linesOf(text) } })}
        />
      )
    case 'prompt-leak':
      return (
        <>
          <Tick
            label="The system prompt of the release that answers"
            checked={rule.options?.release_prompt ?? true}
            onChange={(release_prompt) => onChange({ ...rule, options: { ...rule.options, release_prompt } })}
          />
          <Area
            label={`${name}: canaries, one a line (8 characters or more; found encoded, reversed and spaced out too)`}
            text={(rule.options?.canaries ?? []).join('\n')}
            onText={(text) => onChange({ ...rule, options: { ...rule.options, canaries: linesOf(text) } })}
          />
          <Area
            label={`${name}: confidential passages, with an empty line between them`}
            text={(rule.options?.passages ?? []).join('\n\n')}
            onText={(text) =>
              onChange({ ...rule, options: { ...rule.options, passages: text.split(/\n\s*\n/).filter((passage) => passage.trim()) } })
            }
          />
        </>
      )
    case 'topics':
      return (
        <>
          <Area
            label={`${name}: topics, with an empty line between them: name: description, then examples as - lines`}
            text={topicsText(rule.options.topics)}
            onText={(text) => onChange({ ...rule, options: { ...rule.options, topics: topicsOf(text) } })}
            rows={6}
          />
          <Sensitivity
            value={rule.options.sensitivity ?? 'medium'}
            onChange={(sensitivity) => onChange({ ...rule, options: { ...rule.options, sensitivity } })}
          />
        </>
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
const Area = ({ label, text, onText, rows = 3 }: { label: string; text: string; onText: (text: string) => void; rows?: number }) => {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-xs text-ink-soft">
        {label}
      </label>
      <textarea id={id} rows={rows} className={areaClass} defaultValue={text} onBlur={(event) => onText(event.target.value)} />
    </div>
  )
}

/** A detector without an editor of its own: its options as JSON, which the server checks. */
const JsonOptions = ({ name, rule, onChange }: OptionsProps) => {
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

type Level = (typeof sensitivities)[number]

const Sensitivity = ({ value, onChange }: { value: Level; onChange: (value: Level) => void }) => (
  <label className="flex items-center gap-2 text-sm">
    Sensitivity
    <select className={selectClass} value={value} onChange={(event) => onChange(event.target.value as Level)}>
      {sensitivities.map((sensitivity) => (
        <option key={sensitivity}>{sensitivity}</option>
      ))}
    </select>
  </label>
)

type ClassifierOptions = { sensitivity?: Level; transformer?: boolean; thresholds?: { [kind: string]: number } }

type ClassifierProps = { detector: 'prompt-attack' | 'harm'; options: ClassifierOptions; onChange: (options: ClassifierOptions) => void }

const Classifier = ({ detector, options, onChange }: ClassifierProps) => {
  const { items } = useList<SafeguardCalibration>('/safeguards/calibrations')
  const calibrations = items.filter((one) => one.detector === detector)
  const { thresholds, ...plain } = options
  const chosen = thresholds && (calibrations.find((one) => JSON.stringify(one.options.thresholds) === JSON.stringify(thresholds))?.id ?? 'kept')
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
      <Sensitivity value={options.sensitivity ?? 'medium'} onChange={(sensitivity) => onChange({ ...options, sensitivity })} />
      <Tick
        label="Ask the transformer where the first stage is in doubt"
        checked={options.transformer ?? true}
        onChange={(transformer) => onChange({ ...plain, transformer })}
      />
      {(calibrations.length > 0 || chosen) && (
        <label className="flex items-center gap-2 text-sm">
          Thresholds
          <select
            className={selectClass}
            value={chosen ?? ''}
            onChange={(event) => {
              const calibration = calibrations.find(({ id }) => id === event.target.value)
              onChange(calibration ? { ...plain, ...calibration.options } : plain)
            }}
          >
            <option value="">of the sensitivity</option>
            {chosen === 'kept' && <option value="kept">of an older calibration</option>}
            {calibrations.map(({ id, budget, texts, created_at }) => (
              <option key={id} value={id}>
                {percent(budget, 2)} of {count(texts)} texts, {instant(created_at)}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
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
