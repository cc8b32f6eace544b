import { api } from '../app/api.ts'
import type { Incident, Runbook, StepRun } from '../app/api-types.gen.ts'
import { act, useGet } from '../app/queries.ts'
import { StatusPill } from '../ui/badge.tsx'
import { ReasonDialog } from '../ui/dialog.tsx'
import { words } from '../ui/format.ts'
import { EmptyState } from '../ui/notice.tsx'
import { Section } from '../ui/page.tsx'
import { When } from '../ui/when.tsx'

type Props = { incident: Incident; mayRun: boolean }

/** The runbooks that are meant for an incident like this, step by step. */
export const RunbookSteps = ({ incident, mayRun }: Props) => {
  const runbooks = useGet<{ items: Runbook[] }>(`/incidents/${incident.id}/runbooks`)
  const steps = useGet<{ items: StepRun[] }>(`/incidents/${incident.id}/steps`, {}, { refetchEveryMs: 3000 })
  const items = runbooks.data?.items ?? []
  if (items.length === 0) return <EmptyState title="No runbook is meant for an incident like this" />
  return items.map((runbook) => (
    <Section key={runbook.id} title={runbook.name} note={runbook.description}>
      <ol className="overflow-hidden rounded-lg border border-rule bg-surface">
        {runbook.steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a version of a runbook never move.
          <li key={index} className="flex flex-wrap items-center gap-3 border-b border-rule px-3.5 py-2 last:border-0">
            <span className="w-5 text-ink-soft tabular-nums">{index + 1}</span>
            <span className="w-32 text-ink-soft">{words(step.kind)}</span>
            <span className="font-medium">{step.text}</span>
            <StepState
              runbook={runbook}
              index={index}
              incident={incident}
              run={steps.data?.items.find((run) => run.runbook_id === runbook.id && run.step === index)}
              mayRun={mayRun}
            />
          </li>
        ))}
      </ol>
    </Section>
  ))
}

type StepStateProps = Props & { runbook: Runbook; index: number; run: StepRun | undefined }

const StepState = ({ incident, runbook, index, run, mayRun }: StepStateProps) => (
  <span className="ml-auto flex items-center gap-3">
    {run && (
      <span className="text-xs text-ink-soft" title={run.outcome}>
        {run.actor}, <When at={run.ended_at ?? run.started_at} />
      </span>
    )}
    {run && <StatusPill status={run.state} />}
    {mayRun && run?.state !== 'done' && run?.state !== 'running' && (
      <ReasonDialog
        trigger={run ? 'Try again' : 'Do it'}
        look="quiet"
        title={runbook.steps[index]?.text ?? ''}
        submit="Do it"
        label="What you saw, or why"
        onReason={(outcome) => act(api.post(`/incidents/${incident.id}/steps`, { runbook_id: runbook.id, step: index, outcome }), 'The step is done')}
      />
    )}
  </span>
)
