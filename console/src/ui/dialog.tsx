import { Dialog as Base } from '@base-ui/react/dialog'
import { useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button, type ButtonLook, buttonClass } from './button.tsx'
import { cx } from './cx.ts'
import { Form, TextArea, type Values } from './form.tsx'

type DialogProps = { trigger: string; look?: ButtonLook; title: string; lead?: ReactNode; wide?: boolean; children: (close: () => void) => ReactNode }

/** A button that opens a dialog. The body is mounted on opening, so that each opening starts fresh. */
export const Dialog = ({ trigger, look = 'plain', title, lead, wide = false, children }: DialogProps) => {
  const [isOpen, setOpen] = useState(false)
  const queries = useQueryClient()
  const change = (open: boolean): void => {
    setOpen(open)
    // What it offers to choose from is read again: somebody else may have made it a moment ago. Lists only: what is edited keeps its revision.
    if (open) void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === 'list' })
  }
  return (
    <Base.Root open={isOpen} onOpenChange={change}>
      <Base.Trigger className={buttonClass(look)}>{trigger}</Base.Trigger>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 bg-[#06121a]/45 transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          className={cx(
            'fixed top-[8vh] left-1/2 z-10 max-h-[84vh] w-[calc(100vw-2rem)] -translate-x-1/2 overflow-y-auto rounded-lg border border-rule bg-surface p-5 shadow-2xl',
            'transition-[opacity,translate] duration-150 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0',
            wide ? 'max-w-3xl' : 'max-w-lg',
          )}
        >
          <div className="mb-4 flex items-start gap-4">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-lg font-semibold">{title}</Base.Title>
              {lead && <Base.Description className="mt-0.5 text-sm text-ink-soft">{lead}</Base.Description>}
            </div>
            <Base.Close aria-label="Close" className="rounded-md p-1 text-ink-soft hover:bg-hover hover:text-ink">
              <X aria-hidden className="size-4" />
            </Base.Close>
          </div>
          {children(() => setOpen(false))}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

type FormDialogProps = Omit<DialogProps, 'children'> & {
  submit: string
  submitLook?: ButtonLook
  children: ReactNode
  onSubmit: (values: Values) => Promise<unknown>
}

export const FormDialog = ({ submit, submitLook, children, onSubmit, look, ...dialog }: FormDialogProps) => (
  <Dialog {...dialog} {...(look && { look })}>
    {(close) => (
      <Form
        submit={submit}
        look={submitLook ?? (look === 'danger' || look === 'alarm' ? 'danger' : 'primary')}
        aside={<Button onClick={close}>Cancel</Button>}
        onSubmit={async (values) => {
          await onSubmit(values)
          close()
        }}
      >
        {children}
      </Form>
    )}
  </Dialog>
)

type ReasonDialogProps = Omit<FormDialogProps, 'children' | 'onSubmit'> & { label?: string; onReason: (reason: string) => Promise<unknown> }

/** What is hard to take back, or what others will ask about, is done with a reason, which the audit log keeps. */
export const ReasonDialog = ({ label = 'Reason', onReason, ...dialog }: ReasonDialogProps) => (
  <FormDialog {...dialog} onSubmit={(values) => onReason(values.reason ?? '')}>
    <TextArea name="reason" label={label} required rows={3} maxLength={2000} hint="It is kept in the audit log." />
  </FormDialog>
)
