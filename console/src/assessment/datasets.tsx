import { useState } from 'react'
import { api } from '../app/api.ts'
import type { Dataset, NewDatasetInput } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { uploadFile } from '../registry/upload.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { FileField, TextField, type Values } from '../ui/form.tsx'
import { bytes, count } from '../ui/format.ts'
import { EmptyState } from '../ui/notice.tsx'
import { Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { InstallExamples } from './suites.tsx'

export const Datasets = () => {
  const may = useMay()
  const datasets = useList<Dataset>('/datasets')
  const writers = may('developer', 'administrator') && (
    <>
      <InstallExamples />
      <NewDataset />
    </>
  )
  return (
    <Section title="Data sets" note="Each with its licence: without one it cannot be shown to anybody." actions={writers}>
      <ListTable
        label="Data sets"
        list={datasets}
        rowKey={(dataset) => dataset.id}
        empty={<EmptyState title="No data set yet" action={writers} />}
        columns={[
          {
            head: 'Data set',
            cell: (dataset) => (
              <span className="font-medium" title={dataset.description}>
                {dataset.name} {dataset.version}
              </span>
            ),
          },
          { head: 'Rows', align: 'right', cell: (dataset) => count(dataset.row_count) },
          { head: 'Size', align: 'right', cell: (dataset) => bytes(dataset.size_bytes) },
          { head: 'Columns', cell: (dataset) => <span className="line-clamp-1">{dataset.columns.map(({ name }) => name).join(', ')}</span> },
          { head: 'Licence', cell: (dataset) => <span title={dataset.attribution}>{dataset.licence}</span> },
          { head: 'Digest', cell: (dataset) => <DigestChip digest={dataset.digest} label="digest of the data set" /> },
          { head: 'Added', cell: (dataset) => <When at={dataset.created_at} /> },
        ]}
      />
    </Section>
  )
}

const bodyOf = (values: Values, file: File, digest: string): NewDatasetInput => ({
  name: values.name ?? '',
  description: values.description ?? '',
  licence: values.licence ?? '',
  attribution: values.attribution ?? '',
  artifact: digest,
  format: file.name.endsWith('.csv') ? 'csv' : 'jsonl',
})

const NewDataset = () => {
  const [files, setFiles] = useState<File[]>([])
  return (
    <FormDialog
      trigger="Add a data set"
      title="Add a data set"
      lead="JSON Lines, or CSV with a header. The same name again makes its next version."
      submit="Upload and add"
      onSubmit={async (values) => {
        const [file] = files
        if (!file) throw new Error('Choose a file.')
        const { digest } = await uploadFile(file, () => {})
        await act(api.post('/datasets', bodyOf(values, file, digest)), 'The data set is added')
      }}
    >
      <FileField label="File" accept=".jsonl,.ndjson,.csv" onFiles={setFiles} />
      <TextField name="name" label="Name" required mono />
      <TextField name="licence" label="Licence" required placeholder="CC-BY-4.0" />
      <TextField name="attribution" label="Attribution" hint="Who made it, and how they ask to be named." />
      <TextField name="description" label="What it holds" />
    </FormDialog>
  )
}
