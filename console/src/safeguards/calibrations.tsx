import { useState } from 'react'
import { api } from '../app/api.ts'
import type { CalibrationCheck, SafeguardCalibration } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { ActButton } from '../ui/act-button.tsx'
import { Badge } from '../ui/badge.tsx'
import { Json } from '../ui/code-block.tsx'
import { CheckField, Form, SelectField, TextArea, TextField } from '../ui/form.tsx'
import { count, percent } from '../ui/format.ts'
import { EmptyState } from '../ui/notice.tsx'
import { Page, Panel, Section } from '../ui/page.tsx'
import { ListTable, Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { readCases } from './cases.ts'
import { languageName } from './rules.ts'
import { Rate, TextsFile } from './test-policy.tsx'

/** Thresholds from a budget of false positives, on texts of one's own that are known to be harmless. */
export const Calibrations = () => {
  const may = useMay()
  const calibrations = useList<SafeguardCalibration>('/safeguards/calibrations')
  const [made, setMade] = useState<SafeguardCalibration | null>(null)
  return (
    <Page
      title="False-positive budgets"
      lead="Say how many harmless texts may be flagged, and give some of your own: thresholds follow from them. The texts are not kept."
      back={{ to: '/safeguards', label: 'Safeguards' }}
    >
      {may('developer', 'administrator') && <NewCalibration onMade={setMade} />}
      <div aria-live="polite">{made && <Outcome calibration={made} />}</div>
      <Section title="Calibrations">
        <ListTable
          label="Calibrations"
          list={calibrations}
          rowKey={({ id }) => id}
          empty={<EmptyState title="None yet">A rule then flags as many texts as its sensitivity says, measured on public ones.</EmptyState>}
          columns={[
            { head: 'Detector', cell: ({ detector }) => detector },
            { head: 'Budget', align: 'right', cell: ({ budget }) => percent(budget, 2) },
            { head: 'Texts', align: 'right', cell: ({ texts }) => count(texts) },
            { head: 'Flagged of them', align: 'right', cell: ({ flagged_share }) => <Rate share={flagged_share} /> },
            { head: 'Made', cell: ({ created_at }) => <When at={created_at} /> },
            ...(may('developer', 'responder', 'administrator')
              ? [{ head: 'In the last 500 calls', cell: ({ id }: SafeguardCalibration) => <Check id={id} /> }]
              : []),
          ]}
        />
      </Section>
    </Page>
  )
}

const verdicts = {
  kept: { tone: 'good', text: 'kept' },
  exceeded: { tone: 'bad', text: 'exceeded' },
  open: { tone: 'neutral', text: 'too few to say' },
} as const

/** Whether traffic still keeps to the budget. Attacks count too, so above it is a reason to look and no proof. */
const Check = ({ id }: { id: string }) => {
  const [check, setCheck] = useState<CalibrationCheck | null>(null)
  return (
    <span aria-live="polite" className="flex flex-wrap items-center gap-2">
      {check ? (
        <>
          <Badge tone={verdicts[check.verdict].tone}>{verdicts[check.verdict].text}</Badge>
          <span className="text-xs text-ink-soft">
            {count(check.flagged)} of {count(check.calls - check.without_text)} with a text
          </span>
        </>
      ) : (
        <ActButton
          look="quiet"
          does={async () => setCheck(await api.post<CalibrationCheck>(`/safeguards/calibrations/${id}/checks`, { limit: 500 }))}
        >
          Check
        </ActButton>
      )}
    </span>
  )
}

const NewCalibration = ({ onMade }: { onMade: (made: SafeguardCalibration) => void }) => {
  const [content, setContent] = useState('')
  return (
    <Panel>
      <Form
        submit="Calibrate"
        onSubmit={async ({ detector, budget, transformer }) => {
          const { rows, problems } = readCases(content)
          if (problems.length > 0) throw new Error(problems.slice(0, 3).join(' '))
          const asked = {
            detector,
            budget: Number(budget) / 100,
            transformer: transformer === 'on',
            texts: rows.map(({ text, origin }) => ({ text, origin })),
          }
          onMade(await act(api.post<SafeguardCalibration>('/safeguards/calibrations', asked), 'The thresholds are there'))
        }}
      >
        <div className="grid gap-4 sm:grid-cols-3">
          <SelectField
            name="detector"
            label="Detector"
            options={[
              { value: 'prompt-attack', label: 'Prompt attacks' },
              { value: 'harm', label: 'Harmful content' },
            ]}
          />
          <TextField
            name="budget"
            label="Harmless texts that may be flagged, in %"
            type="number"
            min={0.01}
            max={20}
            step={0.01}
            defaultValue={0.5}
          />
          <TextsFile onText={setContent} />
        </div>
        <TextArea
          name="texts"
          label="Harmless texts of your own, one a line"
          hint="Plain lines or JSON Lines with text; as they come in traffic. 0.5 % needs at least 199 of them."
          mono
          rows={6}
          value={content}
          onChange={(event) => setContent(event.target.value)}
        />
        <CheckField name="transformer" label="For rules that ask the transformer" defaultChecked />
      </Form>
    </Panel>
  )
}

const Outcome = ({ calibration }: { calibration: SafeguardCalibration }) => (
  <div className="flex flex-col gap-7">
    <Section title="Options for the rule" note={`${count(calibration.flagged)} of ${count(calibration.texts)} texts would be flagged`}>
      <Json label={`options of a ${calibration.detector} rule`} value={calibration.options} />
    </Section>
    {calibration.languages.length > 0 && (
      <Section title="By language" note="where one language is flagged far more often, one threshold does not fit all">
        <Table
          label="Flagged by language"
          rows={calibration.languages}
          rowKey={({ language }) => language}
          columns={[
            { head: 'Language', cell: ({ language }) => (language === 'unknown' ? 'not sure' : languageName(language)) },
            { head: 'Texts', align: 'right', cell: ({ texts }) => count(texts) },
            { head: 'Flagged', align: 'right', cell: ({ flagged }) => count(flagged) },
            { head: 'Share', align: 'right', cell: ({ share }) => <Rate share={share} /> },
            {
              head: 'Budget',
              cell: ({ over_budget }) => (
                <Badge tone={over_budget ? 'bad' : 'good'}>{over_budget ? 'exceeded' : 'kept, or too few texts to say'}</Badge>
              ),
            },
          ]}
        />
      </Section>
    )}
  </div>
)
