import { Field as BaseField } from '@base-ui/react/field'
import { Form as BaseForm } from '@base-ui/react/form'
import { type ComponentProps, type ReactNode, useState } from 'react'
import { ApiProblem } from '../app/api.ts'
import { Button, type ButtonLook } from './button.tsx'
import { cx } from './cx.ts'
import { Notice } from './notice.tsx'

export type Values = Record<string, string>

/** Reads a form as text by field name; several boxes of one name arrive joined with commas. */
const valuesOf = (form: HTMLFormElement): Values => {
  const data = new FormData(form)
  return Object.fromEntries([...new Set(data.keys())].map((name) => [name, data.getAll(name).map(String).join(',')]))
}

type FormProps = {
  /** Sends the values. What the server refuses comes back to its field, the rest above the button. */
  onSubmit: (values: Values, form: HTMLFormElement) => Promise<unknown>
  submit: string
  look?: ButtonLook
  children: ReactNode
  aside?: ReactNode
  resetAfter?: boolean
}

export const Form = ({ onSubmit, submit, look = 'primary', children, aside, resetAfter = false }: FormProps) => {
  const [isBusy, setBusy] = useState(false)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [refusal, setRefusal] = useState<string | null>(null)

  const send = async (form: HTMLFormElement) => {
    setBusy(true)
    setErrors({})
    setRefusal(null)
    try {
      await onSubmit(valuesOf(form), form)
      if (resetAfter) form.reset()
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : {}
      setErrors(fields)
      setRefusal(refusalText(error, fields, form))
    } finally {
      setBusy(false)
    }
  }

  return (
    <BaseForm
      className="flex flex-col gap-4"
      errors={errors}
      onSubmit={(event) => {
        event.preventDefault()
        void send(event.currentTarget)
      }}
    >
      {children}
      {refusal && (
        <Notice tone="bad" live>
          {refusal}
        </Notice>
      )}
      <div className="flex items-center justify-end gap-2">
        {aside}
        <Button type="submit" look={look} busy={isBusy}>
          {submit}
        </Button>
      </div>
    </BaseForm>
  )
}

/** An error of a field that this form does not show must not vanish: it is said above the button, with its path. */
const refusalText = (error: unknown, fields: Record<string, string>, form: HTMLFormElement) => {
  const homeless = Object.entries(fields).filter(([name]) => form.elements.namedItem(name) === null)
  if (homeless.length > 0) return homeless.map(([name, message]) => `${name}: ${message}`).join(' · ')
  if (Object.keys(fields).length > 0) return null
  return error instanceof Error ? error.message : 'The server could not be reached.'
}

type Common = { name: string; label: string; hint?: ReactNode; className?: string }

const FieldShell = ({ name, label, hint, className, children }: Common & { children: ReactNode }) => (
  <BaseField.Root name={name} className={cx('flex min-w-0 flex-col gap-1', className)}>
    <BaseField.Label className="text-sm font-medium">{label}</BaseField.Label>
    {children}
    {hint && <BaseField.Description className="text-xs text-ink-soft">{hint}</BaseField.Description>}
    <BaseField.Error className="text-xs font-medium text-port" />
  </BaseField.Root>
)

const box =
  'w-full rounded-md border border-rule-strong bg-surface px-2.5 text-sm text-ink placeholder:text-ink-soft data-invalid:border-port disabled:opacity-60'

export const TextField = ({
  name,
  label,
  hint,
  className,
  mono,
  ...control
}: Common & { mono?: boolean } & Omit<ComponentProps<'input'>, 'name'>) => (
  <FieldShell {...{ name, label, hint, ...(className && { className }) }}>
    <BaseField.Control autoComplete="off" {...control} className={cx(box, 'h-8', mono && 'font-mono')} />
  </FieldShell>
)

export const TextArea = ({
  name,
  label,
  hint,
  className,
  mono,
  rows = 4,
  ...control
}: Common & { mono?: boolean } & Omit<ComponentProps<'textarea'>, 'name'>) => (
  <FieldShell {...{ name, label, hint, ...(className && { className }) }}>
    <BaseField.Control render={<textarea rows={rows} {...control} />} className={cx(box, 'py-1.5', mono && 'font-mono text-xs')} />
  </FieldShell>
)

export type Option = { value: string; label: string }

/** The browser's own list: it is accessible, works with any number of entries and weighs nothing. */
export const SelectField = ({
  name,
  label,
  hint,
  className,
  options,
  ...control
}: Common & { options: Option[] } & Omit<ComponentProps<'select'>, 'name'>) => (
  <FieldShell {...{ name, label, hint, ...(className && { className }) }}>
    <BaseField.Control
      render={
        <select {...control}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      }
      className={cx(box, 'h-8')}
    />
  </FieldShell>
)

export const CheckField = ({
  name,
  label,
  hint,
  value = 'on',
  ...control
}: Omit<Common, 'className'> & Omit<ComponentProps<'input'>, 'name' | 'type'>) => (
  <label className="flex items-start gap-2 text-sm">
    <input type="checkbox" name={name} value={value} {...control} className="mt-0.5 size-4 accent-deep" />
    <span>
      {label}
      {hint && <span className="block text-xs text-ink-soft">{hint}</span>}
    </span>
  </label>
)

export const Choices = ({ legend, children }: { legend: string; children: ReactNode }) => (
  <fieldset className="flex flex-col gap-1.5">
    <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
    {children}
  </fieldset>
)

type FileFieldProps = { label: string; accept?: string; multiple?: boolean; required?: boolean; onFiles: (files: File[]) => void }

/** Files do not travel in the form: they are sent in pieces before it. */
export const FileField = ({ label, accept, multiple = false, required = true, onFiles }: FileFieldProps) => (
  <label className="flex flex-col gap-1 text-sm font-medium">
    {label}
    <input
      type="file"
      required={required}
      accept={accept}
      multiple={multiple}
      onChange={(event) => onFiles([...(event.target.files ?? [])])}
      className="text-sm font-normal file:mr-3 file:h-8 file:rounded-md file:border file:border-solid file:border-rule-strong file:bg-surface file:px-3 file:text-ink"
    />
  </label>
)
