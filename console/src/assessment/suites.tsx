import { api } from '../app/api.ts'
import type { NewSuiteInput, Suite } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { ActButton } from '../ui/act-button.tsx'
import { Json } from '../ui/code-block.tsx'
import { Dialog, FormDialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { TextArea } from '../ui/form.tsx'
import { count } from '../ui/format.ts'
import { EmptyState } from '../ui/notice.tsx'
import { Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

export const Suites = () => {
  const may = useMay()
  const suites = useList<Suite>('/suites')
  const writers = may('developer', 'administrator') && (
    <>
      <InstallExamples />
      <NewSuite />
    </>
  )
  return (
    <Section title="Evaluation suites" note="Data, prompts, metrics and thresholds, pinned by digest." actions={writers}>
      <ListTable
        label="Evaluation suites"
        list={suites}
        rowKey={(suite) => suite.id}
        empty={
          <EmptyState title="No suite yet" action={writers}>
            The examples bring open data sets with two suites that run at once.
          </EmptyState>
        }
        columns={[
          {
            head: 'Suite',
            cell: (suite) => (
              <span className="font-medium">
                {suite.name} {suite.version}
              </span>
            ),
          },
          { head: 'Evaluations', cell: (suite) => suite.document.evaluations.map(({ id }) => id).join(', ') },
          { head: 'Thresholds', align: 'right', cell: (suite) => count(thresholdsOf(suite)) },
          { head: 'Digest', cell: (suite) => <DigestChip digest={suite.digest} label="digest of the suite" /> },
          { head: 'Made', cell: (suite) => <When at={suite.created_at} /> },
          {
            head: 'More',
            hideHead: true,
            align: 'right',
            cell: (suite) => (
              <Dialog trigger="Show" look="quiet" title={`${suite.name} ${suite.version}`} wide>
                {() => <Json label="Suite" value={suite.document} />}
              </Dialog>
            ),
          },
        ]}
      />
    </Section>
  )
}

const thresholdsOf = ({ document }: Suite) =>
  document.evaluations
    .flatMap(({ metrics }) => metrics as { at_least?: number; at_most?: number }[])
    .filter(({ at_least, at_most }) => at_least !== undefined || at_most !== undefined).length

export const InstallExamples = () => (
  <ActButton told="The examples are installed" does={() => api.post('/datasets/examples')}>
    Install the examples
  </ActButton>
)

const template: NewSuiteInput = {
  name: 'my-suite',
  description: '',
  evaluations: [
    {
      id: 'answers',
      kind: 'generation',
      dataset: { name: 'my-questions' },
      prompt: '{{prompt}}',
      metrics: [{ metric: 'quasi_exact_match', at_least: 0.8 }],
    },
  ],
}

const NewSuite = () => (
  <FormDialog
    trigger="Write a suite"
    title="Write a suite"
    lead="A threshold is tested against the near end of the interval, not against the point: an uncertain pass is no pass."
    submit="Save the suite"
    wide
    onSubmit={({ document }) => act(api.post('/suites', JSON.parse(document ?? '{}')), 'The suite is saved')}
  >
    <TextArea
      name="document"
      label="Suite as JSON"
      mono
      rows={18}
      required
      defaultValue={JSON.stringify(template, null, 2)}
      hint="The same name again makes its next version."
    />
  </FormDialog>
)
