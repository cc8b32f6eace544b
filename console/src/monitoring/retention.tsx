import { useQuery } from '@tanstack/react-query'
import { api } from '../app/api.ts'
import type { Price, Prices, Retention } from '../app/api-types.gen.ts'
import { act, useGet } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { SelectField, TextField } from '../ui/form.tsx'
import { money } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Facts, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'

const path = '/events/retention'

export const RetentionSection = () => {
  const isAdministrator = useMay()('administrator')
  const retention = useQuery({ queryKey: [path], queryFn: () => api.getTagged<Retention>(path) })
  return (
    <Loaded query={retention}>
      {({ value, tag }) => (
        <Section
          title="What is kept of calls"
          note="Texts are kept only with personal data masked, or not at all."
          actions={isAdministrator && <ChangeRetention retention={value} tag={tag} />}
        >
          <Facts
            items={[
              ['Texts', value.content === 'masked' ? `masked, for ${value.content_days} days` : 'none'],
              ['Events', `${value.event_days} days`],
              ['Figures a minute', `${value.minute_rollup_days} days`],
              ['Figures an hour', `${value.hour_rollup_days} days`],
            ]}
          />
        </Section>
      )}
    </Loaded>
  )
}

const days = [
  ['content_days', 'Texts, days'],
  ['event_days', 'Events, days'],
  ['minute_rollup_days', 'Figures a minute, days'],
  ['hour_rollup_days', 'Figures an hour, days'],
] as const

const ChangeRetention = ({ retention, tag }: { retention: Retention; tag: string }) => (
  <FormDialog
    trigger="Change"
    title="What is kept of calls"
    submit="Save"
    onSubmit={(values) =>
      act(
        api.put(path, { content: values.content, ...Object.fromEntries(days.map(([name]) => [name, Number(values[name])])) }, { 'if-match': tag }),
        'The retention is changed',
      )
    }
  >
    <SelectField
      name="content"
      label="Texts"
      defaultValue={retention.content}
      options={[
        { value: 'masked', label: 'kept, with personal data masked' },
        { value: 'none', label: 'not kept' },
      ]}
    />
    <div className="grid grid-cols-2 gap-4">
      {days.map(([name, label]) => (
        <TextField key={name} name={name} label={label} type="number" min={1} max={3650} required defaultValue={retention[name]} />
      ))}
    </div>
  </FormDialog>
)

export const PriceSection = () => {
  const may = useMay()
  const prices = useGet<Prices>('/metrics/prices')
  const set = may('developer', 'administrator') && <SetPrice />
  return (
    <Section title="Prices" note="Of a million tokens; they hold for calls from then on." actions={set}>
      <Loaded query={prices}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No price is set">Without one the cost of a call is unknown, and said so.</EmptyState>
          ) : (
            <Table
              label="Prices"
              rows={items}
              rowKey={(price) => `${price.connection}/${price.upstream_model}`}
              columns={[
                { head: 'Connection', cell: (price) => price.connection },
                { head: 'Model at the provider', cell: (price) => <code className="font-mono text-xs">{price.upstream_model}</code> },
                { head: 'Input', align: 'right', cell: (price) => money(price.input_micros_per_million) },
                { head: 'Output', align: 'right', cell: (price) => money(price.output_micros_per_million) },
              ]}
            />
          )
        }
      </Loaded>
    </Section>
  )
}

const micros = (dollars: string | undefined) => Math.round(Number(dollars) * 1_000_000)

const SetPrice = () => (
  <FormDialog
    trigger="Set a price"
    title="Set a price"
    submit="Set"
    onSubmit={({ connection, upstream_model, input, output }) =>
      act(
        api.put<Price>('/metrics/prices', {
          connection,
          upstream_model,
          input_micros_per_million: micros(input),
          output_micros_per_million: micros(output),
        }),
        'The price is set',
      )
    }
  >
    <TextField name="connection" label="Connection" mono required />
    <TextField name="upstream_model" label="Model at the provider" mono required />
    <div className="grid grid-cols-2 gap-4">
      <TextField name="input" label="US dollars a million input tokens" type="number" min={0} step="any" required />
      <TextField name="output" label="US dollars a million output tokens" type="number" min={0} step="any" required />
    </div>
  </FormDialog>
)
