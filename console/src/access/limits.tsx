import { api, ifMatch } from '../app/api.ts'
import type { LimitDefaults, NetworkRules } from '../app/api-types.gen.ts'
import { act, useGet } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { TextArea, TextField } from '../ui/form.tsx'
import { count } from '../ui/format.ts'
import { ReadFailed } from '../ui/loaded.tsx'
import { Facts, Section } from '../ui/page.tsx'

const shown = (limit: number | null | undefined, unit: string) => (limit == null ? 'not limited' : `${count(limit)} ${unit}`)
const numberOrNull = (text: string | undefined) => (text ? Number(text) : null)

/** What holds for every key that says nothing of its own, and from where anybody may call at all. */
export const Limits = () => {
  const may = useMay()
  const mayRead = may('administrator', 'developer', 'responder', 'auditor')
  const limits = useGet<LimitDefaults>('/limits', {}, { enabled: mayRead })
  const rules = useGet<NetworkRules>('/network-rules', {}, { enabled: mayRead })
  const failed = limits.error ?? rules.error
  if (failed) return <ReadFailed error={failed} retry={() => Promise.all([limits.refetch(), rules.refetch()])} />
  if (!limits.data || !rules.data) return null
  const { limits: defaults, revision } = limits.data
  const { networks, revision: rulesRevision } = rules.data
  const actions = may('administrator') && (
    <>
      <FormDialog
        trigger="Change the limits"
        title="Limits of keys that name none"
        submit="Save"
        onSubmit={(values) =>
          act(
            api.put(
              '/limits',
              {
                limits: {
                  requests_per_minute: numberOrNull(values['limits.requests_per_minute']),
                  tokens_per_day: numberOrNull(values['limits.tokens_per_day']),
                },
              },
              ifMatch(revision),
            ),
            'The limits are changed',
          )
        }
      >
        <TextField
          name="limits.requests_per_minute"
          label="Calls a minute"
          type="number"
          min={1}
          hint="Empty for no limit."
          defaultValue={defaults.requests_per_minute ?? ''}
        />
        <TextField
          name="limits.tokens_per_day"
          label="Tokens a day"
          type="number"
          min={1}
          hint="Empty for no limit."
          defaultValue={defaults.tokens_per_day ?? ''}
        />
      </FormDialog>
      <FormDialog
        trigger="Change the networks"
        title="From where anybody may call"
        submit="Save"
        onSubmit={({ networks: text = '' }) =>
          act(api.put('/network-rules', { networks: text.split(/[\s,]+/).filter(Boolean) }, ifMatch(rulesRevision)), 'The networks are changed')
        }
      >
        <TextArea
          name="networks"
          label="Networks"
          mono
          rows={5}
          hint="One a line, 10.0.0.0/8 or 2001:db8::/32. Empty for any address."
          defaultValue={networks.join('\n')}
        />
      </FormDialog>
    </>
  )
  return (
    <Section title="Limits and networks" note="For every key that says nothing of its own." actions={actions}>
      <Facts
        items={[
          ['Calls', shown(defaults.requests_per_minute, 'a minute')],
          ['Tokens', shown(defaults.tokens_per_day, 'a day')],
          [
            'Networks',
            networks.length === 0 ? (
              'any address'
            ) : (
              <code key="networks" className="font-mono text-xs">
                {networks.join(', ')}
              </code>
            ),
          ],
        ]}
      />
    </Section>
  )
}
