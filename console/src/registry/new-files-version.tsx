import { useState } from 'react'
import { api } from '../app/api.ts'
import { act } from '../app/queries.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { FileField, TextArea, TextField, type Values } from '../ui/form.tsx'
import { bytes } from '../ui/format.ts'
import { ProgressBar } from '../ui/progress.tsx'
import { uploadFile } from './upload.ts'

type Sending = { name: string; sent: number; total: number }

const lineageOf = (values: Values) => ({
  datasets: (values.datasets ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
    .map((name) => ({ name })),
  base_model: values.base_model ? { name: values.base_model } : null,
  code: values.repository && values.commit ? { repository: values.repository, commit: values.commit } : null,
  training_run: values.training_run ? { id: values.training_run } : null,
})

export const NewVersionFromFiles = ({ model }: { model: string }) => {
  const [files, setFiles] = useState<File[]>([])
  const [sending, setSending] = useState<Sending | null>(null)

  const send = async () => {
    const artifacts = []
    for (const file of files) {
      const progress = (sent: number) => setSending({ name: file.name, sent, total: file.size })
      progress(0)
      artifacts.push({ path: file.webkitRelativePath || file.name, digest: (await uploadFile(file, progress)).digest })
    }
    return artifacts
  }

  return (
    <FormDialog
      trigger="Add a version from files"
      title={`A new version of ${model}`}
      lead="Each file is stored once, by its SHA-256, and verified whenever it is read."
      submit="Upload and add"
      onSubmit={async (values) => {
        try {
          const artifacts = await send()
          await act(
            api.post(`/models/${model}/versions`, { description: values.description, artifacts, lineage: lineageOf(values) }),
            'The version is registered',
          )
        } finally {
          setSending(null)
        }
      }}
    >
      <FileField label="Files" multiple onFiles={setFiles} />
      {sending && (
        <ProgressBar label={`${sending.name}, ${bytes(sending.total)}`} done={Math.round((100 * sending.sent) / sending.total)} total={100} />
      )}
      <div className="grid grid-cols-2 gap-4">
        <TextField name="datasets" label="Trained on" hint="Data sets, separated by commas." />
        <TextField name="base_model" label="Base model" />
        <TextField name="repository" label="Code repository" />
        <TextField name="commit" label="Commit" mono />
        <TextField name="training_run" label="Training run" mono />
      </div>
      <TextArea name="description" label="What is new" rows={2} />
    </FormDialog>
  )
}
