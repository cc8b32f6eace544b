import { Who } from '../access/who.tsx'
import { api } from '../app/api.ts'
import type { Approval, Release } from '../app/api-types.gen.ts'
import { act, useGet } from '../app/queries.ts'
import { useMay, useSession } from '../app/session.ts'
import { ActButton } from '../ui/act-button.tsx'
import { Badge, StatusPill } from '../ui/badge.tsx'
import { FormDialog, ReasonDialog } from '../ui/dialog.tsx'
import { TextArea, TextField } from '../ui/form.tsx'
import { instant, percent, sentence } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Notice } from '../ui/notice.tsx'
import { Facts, Panel, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { SignOff } from './sign-off.tsx'
import { Threads } from './threads.tsx'

/** One approval request: what was checked, who has signed, who is waited for, what is discussed. */
export const Review = ({ approvalId, release }: { approvalId: string; release: Release }) => {
  const approval = useGet<Approval>(`/approvals/${approvalId}`, {}, { refetchEveryMs: 5000 })
  return (
    <Loaded query={approval}>
      {(loaded) => (
        <>
          <Standing approval={loaded} release={release} />
          <Checks approval={loaded} />
          <SignOffs approval={loaded} />
          <Threads approval={loaded} release={release} />
        </>
      )}
    </Loaded>
  )
}

const Standing = ({ approval, release }: { approval: Approval; release: Release }) => (
  <Section title="Where it stands" actions={<Actions approval={approval} release={release} />}>
    {approval.reason && (
      <div className="mb-3">
        <Notice tone="bad" title={`It is ${approval.status.replaceAll('_', ' ')}`}>
          {approval.reason}
        </Notice>
      </div>
    )}
    <Facts
      items={[
        ['Request', <StatusPill key="status" status={approval.status} />],
        ['Policy', `${approval.policy.name} ${approval.policy.version}`],
        ['Asked by', <Who key="who" id={approval.requester} />],
        [
          'Deadline',
          approval.stage && (
            <span key="due" className="flex items-center gap-2">
              <When at={approval.stage.due_at} />
              {approval.stage.overdue && <Badge tone="bad">overdue</Badge>}
              {approval.stage.escalated && <Badge tone="warn">escalated</Badge>}
            </span>
          ),
        ],
        [
          'Ends',
          approval.expires_at && (
            <span key="ends">
              <When at={approval.expires_at} />, {instant(approval.expires_at)}
            </span>
          ),
        ],
      ]}
    />
    <ol className="mt-3 grid gap-3 md:grid-cols-2 lg:grid-cols-3">
      {approval.stages.map((stage, index) => (
        <li key={stage.name}>
          <StagePanel name={stage.name} needed={stage.needed} isNow={approval.stage?.index === index} />
        </li>
      ))}
    </ol>
  </Section>
)

type Needed = Approval['stages'][number]['needed']

const StagePanel = ({ name, needed, isNow }: { name: string; needed: Needed; isNow: boolean }) => (
  <Panel className={isNow ? 'border-light' : ''}>
    <p className="mb-1.5 flex items-center gap-2 text-sm font-semibold">
      {name} {isNow && <Badge tone="now">now</Badge>}
    </p>
    <ul className="flex flex-col gap-1">
      {needed.map(({ capacity, approvals, given }) => (
        <li key={capacity} className="flex justify-between">
          <span>{capacity}</span>
          <span className={given >= approvals ? 'font-medium text-starboard' : ''}>
            {given} of {approvals}
          </span>
        </li>
      ))}
    </ul>
  </Panel>
)

const Actions = ({ approval, release }: { approval: Approval; release: Release }) => {
  const me = useSession()?.person
  const may = useMay()
  const isMine = me?.id === approval.requester
  return (
    <>
      {approval.status === 'in_review' && may('approver') && <SignOff approval={approval} release={release} />}
      {isMine && (approval.status === 'draft' || approval.status === 'changes_requested') && (
        <ActButton look="primary" does={() => api.post(`/approvals/${approval.id}/submit`)}>
          Ask again
        </ActButton>
      )}
      {isMine && ['draft', 'submitted', 'in_review', 'changes_requested'].includes(approval.status) && (
        <ReasonDialog
          trigger="Withdraw"
          title="Withdraw the request"
          submit="Withdraw"
          onReason={(reason) => act(api.post(`/approvals/${approval.id}/withdraw`, { reason }), 'The request is withdrawn')}
        />
      )}
      {approval.in_force && may('approver') && (
        <ReasonDialog
          trigger="Revoke the approval"
          look="quiet"
          submitLook="danger"
          title="Revoke the approval"
          lead="For good. The release needs a new request before it is served again."
          submit="Revoke"
          onReason={(reason) => act(api.post(`/approvals/${approval.id}/revoke`, { reason }), 'The approval is revoked')}
        />
      )}
    </>
  )
}

const Checks = ({ approval }: { approval: Approval }) => {
  const may = useMay()
  const waiverOf = (id: string) => approval.waivers.find(({ check }) => check === id)
  if (approval.checks.length === 0) return null
  return (
    <Section title="Checks" note="Each against the evidence of this very release.">
      <Table
        label="Checks"
        rows={approval.checks}
        rowKey={(check) => check.id}
        columns={[
          { head: 'Result', cell: (check) => <StatusPill status={check.passed ? 'passed' : waiverOf(check.id) ? 'waived' : 'failed'} /> },
          { head: 'Check', cell: (check) => <span className="font-medium">{sentence(check.id.replace(/^row:/, ''))}</span> },
          { head: 'Found', cell: (check) => check.detail },
          { head: 'Waiver', cell: (check) => <WaiverText waiver={waiverOf(check.id)} /> },
          {
            head: 'Actions',
            hideHead: true,
            align: 'right',
            cell: (check) =>
              !check.passed &&
              !waiverOf(check.id) &&
              approval.status === 'submitted' &&
              may('approver') && <Waive approval={approval} check={check.id} />,
          },
        ]}
      />
    </Section>
  )
}

const WaiverText = ({ waiver }: { waiver: Approval['waivers'][number] | undefined }) =>
  waiver ? (
    <span>
      {waiver.name}: {waiver.reason}{' '}
      <span className="text-ink-soft">
        Instead: {waiver.control}. Ends <When at={waiver.expires_at} />.
      </span>
    </span>
  ) : (
    '–'
  )

const endOfDay = (date: string | undefined) => new Date(`${date}T23:59:00`).toISOString()

const Waive = ({ approval, check }: { approval: Approval; check: string }) => (
  <FormDialog
    trigger="Waive"
    look="quiet"
    title="Waive this check"
    lead="Signed with your key. The approval ends with the waiver at the latest, and you have no further say in it."
    submit="Sign the waiver"
    onSubmit={({ reason, control, expires_at }) =>
      act(api.post('/waivers', { approval: approval.id, check, reason, control, expires_at: endOfDay(expires_at) }), 'The check is waived')
    }
  >
    <TextArea name="reason" label="Why" required rows={2} />
    <TextArea name="control" label="What makes up for it meanwhile" required rows={2} />
    <TextField name="expires_at" label="Until" type="date" required />
  </FormDialog>
)

const SignOffs = ({ approval }: { approval: Approval }) => {
  if (approval.sign_offs.length === 0) return null
  return (
    <Section title="Sign-offs" note="Ed25519, over the digest of the release and of the policy.">
      <Table
        label="Sign-offs"
        rows={approval.sign_offs}
        rowKey={(one) => one.sign_off}
        columns={[
          { head: 'Who', cell: (one) => <span className="font-medium">{one.name}</span> },
          { head: 'For', cell: (one) => <Badge tone="info">{one.capacity}</Badge> },
          { head: 'Stage', cell: (one) => approval.stages[one.stage]?.name ?? one.stage },
          {
            head: 'Conditions',
            cell: (one) =>
              one.conditions
                .map(
                  (condition) => `${condition.text}${condition.max_share === null ? '' : ` (at most ${percent(condition.max_share, 0)} of traffic)`}`,
                )
                .join('; ') || 'none',
          },
          { head: 'When', cell: (one) => <When at={one.at} /> },
        ]}
      />
    </Section>
  )
}
