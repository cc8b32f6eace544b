import type { ReactNode } from 'react'
import type { Change, Release, ReleaseDiff } from '../app/api-types.gen.ts'
import { Badge } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { DiffView } from '../ui/diff-view.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { sentence } from '../ui/format.ts'
import { Facts, Panel, Section } from '../ui/page.tsx'

/** What the digest covers, part by part. */
export const Parts = ({ release }: { release: Release }) => {
  const { model, system_prompt: prompt, safeguards, card, report } = release.document
  const changed = new Set(release.since_last_approved?.parts.filter((part) => part.changed).map(({ part }) => part))
  const mark = (part: ReleaseDiff['parts'][number]['part']): ReactNode =>
    changed.has(part) && <Badge tone="now">changed since the last approval</Badge>
  return (
    <Section title="Parts" note="All of it is under the digest, and nothing else is.">
      <Facts
        columns={1}
        items={[
          [
            'Model version',
            <Part key="model" mark={mark('model')}>
              <TextLink to="/models/$name/versions/$version" params={{ name: model.name, version: String(model.version) }}>
                {model.name} {model.version}
              </TextLink>{' '}
              <DigestChip digest={model.manifest_digest} label="digest of the version" />
            </Part>,
          ],
          [
            'Answered by',
            <Part key="upstream">
              {model.upstream_model} <span className="text-ink-soft">by {model.connection}</span>
            </Part>,
          ],
          [
            'Parameters',
            Object.keys(model.parameters).length > 0 && (
              <code key="parameters" className="font-mono text-xs">
                {JSON.stringify(model.parameters)}
              </code>
            ),
          ],
          [
            'System prompt',
            <Part key="prompt" mark={mark('system_prompt')}>
              {prompt ? <span className="max-w-[72ch] whitespace-pre-wrap">{prompt}</span> : 'none'}
            </Part>,
          ],
          [
            'Safeguards',
            <Part key="safeguards" mark={mark('safeguards')}>
              {safeguards ? (
                <>
                  <TextLink to="/safeguards/$name" params={{ name: safeguards.name }}>
                    {safeguards.name} {safeguards.version}
                  </TextLink>{' '}
                  <DigestChip digest={safeguards.digest} label="digest of the policy" />
                </>
              ) : (
                <Badge tone="warn">none: served unprotected</Badge>
              )}
            </Part>,
          ],
          [
            'Model card',
            <Part key="card" mark={mark('card')}>
              <TextLink to="/cards/$id" params={{ id: card.id }}>
                version {card.version}
              </TextLink>{' '}
              <DigestChip digest={card.digest} label="digest of the card" />
            </Part>,
          ],
          [
            'Evaluation report',
            <Part key="report" mark={mark('report')}>
              <TextLink to="/assessments/reports/$id" params={{ id: report.id }}>
                read it
              </TextLink>{' '}
              <DigestChip digest={report.digest} label="digest of the report" />
            </Part>,
          ],
        ]}
      />
    </Section>
  )
}

const Part = ({ children, mark }: { children: ReactNode; mark?: ReactNode }) => (
  <span className="flex flex-wrap items-center gap-2">
    {children} {mark}
  </span>
)

const shown = (value: Change['before']): string => (typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value, null, 2))

/** Which byte of which part: what a reviewer of the second release wants first. */
export const PartChanges = ({ diff }: { diff: ReleaseDiff }) => {
  const changed = diff.parts.filter((part) => part.changed)
  return (
    <Section title="What changed since the last approved release" actions={<DigestChip digest={diff.from} label="digest of the release before" />}>
      <p className="mb-3 text-ink-soft">
        {changed.length === 0
          ? 'Nothing.'
          : `${changed.map(({ part }) => sentence(part)).join(', ')}. Unchanged: ${
              diff.parts
                .filter((part) => !part.changed)
                .map(({ part }) => sentence(part).toLowerCase())
                .join(', ') || 'nothing'
            }.`}
      </p>
      <div className="flex flex-col gap-4">
        {changed.map(({ part, changes }) => (
          <Panel key={part}>
            <h3 className="mb-2 text-sm font-semibold">{sentence(part)}</h3>
            <div className="flex flex-col gap-3">
              {changes.map((change) => (
                <div key={change.path}>
                  <p className="mb-1 font-mono text-xs text-ink-soft">{change.path}</p>
                  <DiffView label={`Change of ${change.path}`} before={shown(change.before)} after={shown(change.after)} />
                </div>
              ))}
            </div>
          </Panel>
        ))}
      </div>
    </Section>
  )
}
