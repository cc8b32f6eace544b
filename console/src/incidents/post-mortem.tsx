import { api, ifMatch } from '../app/api.ts'
import type { Incident, PostMortem } from '../app/api-types.gen.ts'
import { act, useGet } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { ActButton } from '../ui/act-button.tsx'
import { Badge } from '../ui/badge.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { Figure } from '../ui/figure.tsx'
import { Form, TextArea, type Values } from '../ui/form.tsx'
import { duration, words } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/page.tsx'

/** Blameless, and with figures that are read off the record. */
export const PostMortemTab = ({ incident }: { incident: Incident }) => {
  const postMortem = useGet<PostMortem>(`/incidents/${incident.id}/post-mortem`)
  return (
    <Loaded query={postMortem}>
      {(loaded) => (
        <>
          <Measured measured={loaded.measured} />
          <Writing key={loaded.version} incident={incident} postMortem={loaded} />
        </>
      )}
    </Loaded>
  )
}

const shown = (seconds: number | null) => (seconds === null ? '–' : duration(seconds * 1000))

const Measured = ({ measured }: { measured: PostMortem['measured'] }) => (
  <dl className="grid grid-cols-3 gap-6">
    <Figure name="Until it was seen" value={shown(measured.detection_seconds)} />
    <Figure name="Until it was contained" value={shown(measured.containment_seconds)} />
    <Figure name="Until it was resolved" value={shown(measured.resolution_seconds)} />
  </dl>
)

const texts = [
  ['summary', 'Summary'],
  ['impact', 'Impact'],
  ['detection', 'How it was noticed'],
  ['lessons', 'What was learned'],
] as const

const lines = (text: string | undefined) =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** `what | who | 2026-12-31`, one a line. */
const actionsOf = (text: string | undefined) =>
  lines(text).map((line) => {
    const [what = '', owner = '', due_on = ''] = line.split('|').map((part) => part.trim())
    return { text: what, owner, due_on }
  })

const bodyOf = (values: Values) => ({
  ...Object.fromEntries(texts.map(([name]) => [name, values[name] ?? ''])),
  contributing_factors: lines(values.contributing_factors),
  actions: actionsOf(values.actions),
})

const Writing = ({ incident, postMortem }: { incident: Incident; postMortem: PostMortem }) => {
  const may = useMay()
  const path = `/incidents/${incident.id}/post-mortem`
  if (postMortem.published_at) return <Published postMortem={postMortem} />
  if (!may('developer', 'responder', 'administrator')) return <Notice>The post-mortem is being written.</Notice>
  return (
    <>
      {postMortem.missing.length > 0 && (
        <Notice tone="warn" title="Still missing">
          {postMortem.missing.map(words).join(' · ')}
        </Notice>
      )}
      <Form
        submit="Save"
        aside={
          may('responder', 'administrator') &&
          postMortem.version > 0 &&
          postMortem.missing.length === 0 && <ActButton does={() => api.post(`${path}/publish`)}>Publish</ActButton>
        }
        onSubmit={(values) => act(api.put(path, bodyOf(values), ifMatch(postMortem.version)), 'The post-mortem is saved')}
      >
        <div className="grid gap-4 md:grid-cols-2">
          {texts.map(([name, label]) => (
            <TextArea key={name} name={name} label={label} rows={3} defaultValue={postMortem[name]} />
          ))}
          <TextArea
            name="contributing_factors"
            label="What made it possible"
            hint="One a line."
            rows={4}
            defaultValue={postMortem.contributing_factors.join('\n')}
          />
          <TextArea
            name="actions"
            label="What will be done"
            hint="What | who | until (2026-12-31), one a line, five at most."
            rows={4}
            defaultValue={postMortem.actions.map((action) => `${action.text} | ${action.owner} | ${action.due_on}`).join('\n')}
          />
        </div>
      </Form>
    </>
  )
}

const Published = ({ postMortem }: { postMortem: PostMortem }) => (
  <>
    <p className="flex items-center gap-2">
      <Badge tone="good">published</Badge>
      {postMortem.digest && <DigestChip digest={postMortem.digest} label="digest of the post-mortem" />}
    </p>
    {texts.map(([name, label]) => (
      <Section key={name} title={label}>
        <p className="max-w-[72ch] whitespace-pre-wrap">{postMortem[name]}</p>
      </Section>
    ))}
    <Section title="What made it possible">
      <ul className="list-disc pl-5">
        {postMortem.contributing_factors.map((factor) => (
          <li key={factor}>{factor}</li>
        ))}
      </ul>
    </Section>
    <Section title="What will be done">
      <ul className="list-disc pl-5">
        {postMortem.actions.map((action) => (
          <li key={action.text}>
            {action.text}{' '}
            <span className="text-ink-soft">
              ({action.owner}, until {action.due_on})
            </span>
          </li>
        ))}
      </ul>
    </Section>
  </>
)
