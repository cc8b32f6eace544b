import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Who } from '../access/who.tsx'
import type { CardSummary, Lineage, ReleaseSummary, ReportSummary, Version } from '../app/api-types.gen.ts'
import { useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { StartRun } from '../assessment/assessments.tsx'
import { DraftCard } from '../documentation/cards.tsx'
import { BuildRelease } from '../governance/releases.tsx'
import { Badge, Simulated, StatusPill } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { bytes } from '../ui/format.ts'
import { Loaded, Loading, ReadFailed } from '../ui/loaded.tsx'
import { Facts, Page, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { TagList } from './tag-list.tsx'

export const VersionPage = () => {
  const { name, version } = useParams({ from: '/shell/models/$name/versions/$version' })
  const query = useGet<Version>(`/models/${name}/versions/${version}`)
  return <Loaded query={query}>{(loaded) => <OneVersion version={loaded} />}</Loaded>
}

const OneVersion = ({ version }: { version: Version }) => {
  const { hosted, artifacts, lineage } = version.manifest
  const marks = (
    <>
      {version.aliases.map((alias) => (
        <Badge key={alias} tone="info">
          {alias}
        </Badge>
      ))}
      {version.simulated && <Simulated />}
    </>
  )
  return (
    <Page
      title={`${version.model} ${version.version}`}
      lead={version.description}
      marks={marks}
      back={{ to: `/models/${version.model}`, label: version.model }}
    >
      <Facts
        items={[
          ['Digest', <DigestChip key="digest" digest={version.manifest_digest} label="digest of the version" />],
          ['Added', <When key="at" at={version.created_at} />],
          ['Tags', Object.keys(version.tags).length > 0 && <TagList key="tags" tags={version.tags} />],
          ['Registered by', <Who key="who" id={version.created_by} />],
        ]}
      />
      <Standing version={version} />
      {hosted && (
        <Section title="Hosted model" note="Where its prompts go is part of the digest: nobody can redirect an approved version.">
          <Facts
            items={[
              ['Connection', hosted.connection],
              ['Provider', hosted.provider],
              ['Address', hosted.base_url && <code className="font-mono text-xs">{hosted.base_url}</code>],
              [
                'Model',
                <code key="model" className="font-mono text-xs">
                  {hosted.upstream_model}
                </code>,
              ],
              ['Snapshot', hosted.snapshot ?? 'The provider names none'],
              ...Object.entries(hosted.parameters).map(([name, value]): [string, ReactNode] => [
                name,
                <code key={name} className="font-mono text-xs">
                  {JSON.stringify(value)}
                </code>,
              ]),
            ]}
          />
        </Section>
      )}
      {artifacts.length > 0 && (
        <Section title="Files">
          <Table
            label="Files"
            rows={artifacts}
            rowKey={(artifact) => artifact.path}
            columns={[
              {
                head: 'Path',
                cell: (artifact) => (
                  <a className="font-mono text-xs text-deep underline" href={`/api/v1/artifacts/${artifact.digest}`}>
                    {artifact.path}
                  </a>
                ),
              },
              { head: 'Size', align: 'right', cell: (artifact) => bytes(artifact.size_bytes) },
              { head: 'Digest', cell: (artifact) => <DigestChip digest={artifact.digest} label="digest of the file" /> },
            ]}
          />
        </Section>
      )}
      <Section title="Lineage" note="Where it comes from, as its developer declared it.">
        <LineageFacts lineage={lineage} />
      </Section>
    </Page>
  )
}

/** How far this version has come, and the way to each of its papers. */
const Standing = ({ version: { model, version } }: { version: Version }) => {
  const reports = useList<ReportSummary>('/reports', { model, version })
  const cards = useList<CardSummary>('/cards', { model })
  const releases = useList<ReleaseSummary>('/releases', { model })
  const reads = [reports, cards, releases]
  const failed = reads.find(({ error }) => error !== null)
  if (failed) return <ReadFailed error={failed.error} retry={() => Promise.all(reads.map(({ refetch }) => refetch()))} />
  if (reads.some(({ isPending }) => isPending)) return <Loading />
  const card = cards.items.find((one) => one.model.version === version)
  const next = { start: { model, version }, isAssessed: reports.items.length > 0, hasCard: card !== undefined }
  const ownReleases = releases.items.filter((one) => one.version === version)
  return (
    <Section title="Where it stands" note="Assessed, documented, approved: in this order." actions={<NextStep {...next} />}>
      <Facts
        columns={1}
        items={[
          [
            'Reports',
            reports.items.length > 0 ? (
              <span key="reports" className="flex flex-wrap gap-x-4 gap-y-1">
                {reports.items.map((report) => (
                  <span key={report.id} className="inline-flex items-center gap-1.5">
                    <TextLink to="/assessments/reports/$id" params={{ id: report.id }}>
                      {report.suite} {report.suite_version}
                    </TextLink>
                    <StatusPill status={report.verdict} />
                  </span>
                ))}
              </span>
            ) : (
              'not assessed yet'
            ),
          ],
          [
            'Model card',
            card ? (
              <span key="card" className="inline-flex items-center gap-1.5">
                <TextLink to="/cards/$id" params={{ id: card.id }}>
                  version {card.version}
                </TextLink>
                <StatusPill status={card.missing.length === 0 ? 'complete' : 'draft'} />
              </span>
            ) : (
              'none yet'
            ),
          ],
          [
            'Releases',
            ownReleases.length > 0 ? (
              <span key="releases" className="flex flex-wrap gap-x-4 gap-y-1">
                {ownReleases.map((release) => (
                  <span key={release.digest} className="inline-flex items-center gap-1.5">
                    <TextLink to="/releases/$digest" params={{ digest: release.digest }}>
                      <code className="font-mono text-xs">{release.digest.slice(7, 19)}</code>
                    </TextLink>
                    <StatusPill status={release.status} />
                  </span>
                ))}
              </span>
            ) : (
              'in none yet'
            ),
          ],
        ]}
      />
    </Section>
  )
}

type NextStepProps = { start: { model: string; version: number }; isAssessed: boolean; hasCard: boolean }

/** The one thing to do next, for who may do it. */
const NextStep = ({ start, isAssessed, hasCard }: NextStepProps) => {
  const may = useMay()
  if (!may('developer', 'administrator')) return null
  if (!isAssessed) return <StartRun start={start} />
  if (!hasCard) return <DraftCard start={start} />
  return <BuildRelease start={start} />
}

const LineageFacts = ({ lineage }: { lineage: Lineage }) => {
  const { base_model: base, code, training_run: run, datasets } = lineage
  return (
    <Facts
      columns={1}
      items={[
        [
          'Base model',
          base && (
            <>
              {base.name} {base.version ?? ''} {base.digest && <DigestChip digest={base.digest} />}
            </>
          ),
        ],
        [
          'Data sets',
          datasets.length > 0 &&
            datasets.map((set) => (
              <span key={set.name} className="mr-3 inline-flex items-center gap-1.5">
                {set.name} {set.digest && <DigestChip digest={set.digest} />}
              </span>
            )),
        ],
        [
          'Code',
          code && (
            <span className="font-mono text-xs">
              {code.repository} @ {code.commit.slice(0, 12)}
            </span>
          ),
        ],
        ['Training run', run && <span className="font-mono text-xs">{run.id}</span>],
      ]}
    />
  )
}
