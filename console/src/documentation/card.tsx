import { useParams } from '@tanstack/react-router'
import { Who } from '../access/who.tsx'
import type { Card, CardVersion } from '../app/api-types.gen.ts'
import { useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge, Simulated, StatusPill } from '../ui/badge.tsx'
import { buttonClass } from '../ui/button.tsx'
import { DiffView } from '../ui/diff-view.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { decimal, words } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Notice } from '../ui/notice.tsx'
import { Facts, Page, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { When } from '../ui/when.tsx'
import { CardEditor } from './card-editor.tsx'
import { cardText, headingOf, sections, textOf } from './sections.ts'

export const CardPage = () => {
  const { id } = useParams({ from: '/shell/cards/$id' })
  const card = useGet<Card>(`/cards/${id}`)
  return <Loaded query={card}>{(loaded) => <OneCard card={loaded} />}</Loaded>
}

const OneCard = ({ card }: { card: Card }) => {
  const may = useMay()
  const edit = { id: 'edit', label: 'Edit', content: <CardEditor key={card.version} card={card} /> }
  return (
    <Page
      title={`Card of ${card.model.name} ${card.model.version}`}
      back={{ to: '/cards', label: 'Cards & decisions' }}
      marks={
        <>
          <Badge>version {card.version}</Badge>
          {card.missing.length === 0 ? <StatusPill status="complete" /> : <Badge tone="warn">{card.missing.length} missing</Badge>}
          {card.metrics.some((metric) => metric.simulated) && <Simulated />}
        </>
      }
      actions={<Exports card={card} />}
    >
      {card.missing.length > 0 && (
        <Notice tone="warn" title="Still missing">
          {card.missing.map(headingOf).join(' · ')}
        </Notice>
      )}
      {card.stale && (
        <Notice tone="warn" title="A newer report exists">
          This card quotes an older evaluation of the same version.{' '}
          <DigestChip digest={card.stale.report.digest} label="digest of the newer report" />
        </Notice>
      )}
      <Tabs
        tabs={[
          { id: 'read', label: 'Read', content: <Reading card={card} /> },
          ...(may('developer', 'approver', 'administrator') ? [edit] : []),
          { id: 'versions', label: 'Versions', count: card.version, content: <Versions id={card.id} /> },
        ]}
      />
    </Page>
  )
}

const Exports = ({ card }: { card: Card }) => (
  <>
    <a className={buttonClass()} href={`/api/v1/cards/${card.id}/versions/${card.version}/export?format=html`} target="_blank" rel="noreferrer">
      As HTML
    </a>
    <a className={buttonClass()} href={`/api/v1/cards/${card.id}/versions/${card.version}/export?format=huggingface`}>
      As Markdown
    </a>
  </>
)

const Reading = ({ card }: { card: Card }) => (
  <>
    <Facts
      items={[
        ['Digest', <DigestChip key="digest" digest={card.digest} label="digest of the card" />],
        ['Risk rating', <StatusPill key="risk" status={card.content.risk.rating} />],
        ['License', card.content.license || null],
        [
          'Written by',
          card.authors.map((id, index) => (
            <span key={id}>
              {index > 0 && ', '}
              <Who id={id} />
            </span>
          )),
        ],
        ['Edited', <When key="edited" at={card.updated_at} />],
      ]}
    />
    <Figures card={card} />
    <div className="grid gap-x-10 gap-y-6 md:grid-cols-2">
      {sections.map(([path, heading]) => (
        <Section key={path} title={heading}>
          <p className="max-w-[65ch] whitespace-pre-wrap">{textOf(card.content, path) || <span className="text-ink-soft">Not written yet.</span>}</p>
        </Section>
      ))}
    </div>
  </>
)

const Figures = ({ card }: { card: Card }) =>
  card.metrics.length > 0 && (
    <Section title="Figures" note="Read from the report, never typed.">
      <Table
        label="Figures"
        rows={card.metrics}
        rowKey={(metric) => metric.row}
        columns={[
          {
            head: 'Metric',
            cell: (metric) => (
              <span className="flex items-center gap-2">
                {words(metric.metric ?? metric.row)} <span className="text-ink-soft">{metric.row.split('.')[0]}</span>
              </span>
            ),
          },
          { head: 'Group', cell: (metric) => metric.group ?? 'all' },
          { head: 'Value', align: 'right', cell: (metric) => (metric.value === null ? '–' : decimal(metric.value)) },
          {
            head: '95 % interval',
            align: 'right',
            cell: (metric) => (metric.interval ? `${decimal(metric.interval.low)} to ${decimal(metric.interval.high)}` : '–'),
          },
          { head: 'n', align: 'right', cell: (metric) => metric.n ?? '–' },
          {
            head: 'Verdict',
            cell: (metric) =>
              metric.found ? (
                metric.verdict && metric.verdict !== 'none' ? (
                  <StatusPill status={metric.verdict} />
                ) : (
                  '–'
                )
              ) : (
                <Badge tone="bad">not in the report</Badge>
              ),
          },
        ]}
      />
    </Section>
  )

const Versions = ({ id }: { id: string }) => {
  const { items } = useList<CardVersion>(`/cards/${id}/versions`)
  const [newest, previous] = items
  return (
    <>
      <Table
        label="Versions of the card"
        rows={items}
        rowKey={(version) => String(version.version)}
        columns={[
          { head: 'Version', cell: (version) => version.version },
          { head: 'Digest', cell: (version) => <DigestChip digest={version.digest} label="digest of the card" /> },
          { head: 'Missing', align: 'right', cell: (version) => version.missing.length },
          { head: 'By', cell: (version) => <Who id={version.created_by} /> },
          { head: 'Saved', cell: (version) => <When at={version.created_at} /> },
        ]}
      />
      {newest && previous && (
        <Section title={`What changed from version ${previous.version} to ${newest.version}`}>
          <DiffView label="Changes of the card" before={cardText(previous.content)} after={cardText(newest.content)} />
        </Section>
      )}
    </>
  )
}
