import { Toast as Base } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'

const manager = Base.createToastManager()

/** Says what has been done. A refusal is said where it happened, not here, unless nothing on the page can carry it. */
export const tell = (title: string, description?: string) => manager.add({ title, description, type: 'good', timeout: 6000 })
export const warn = (title: string, description?: string) => manager.add({ title, description, type: 'bad', timeout: 0, priority: 'high' })

export const ToastRoom = ({ children }: { children: ReactNode }) => (
  <Base.Provider toastManager={manager} limit={3}>
    {children}
    <Base.Portal>
      <Base.Viewport className="fixed right-4 bottom-4 z-20 flex w-90 max-w-[calc(100vw-2rem)] flex-col gap-2">
        <Toasts />
      </Base.Viewport>
    </Base.Portal>
  </Base.Provider>
)

const Toasts = () =>
  Base.useToastManager().toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      className={cx(
        'rounded-md border border-rule border-l-4 bg-surface p-3 shadow-lg transition-[opacity,translate] duration-200 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0',
        toast.type === 'bad' ? 'border-l-port' : 'border-l-starboard',
      )}
    >
      <Base.Content className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <Base.Title className="text-sm font-semibold" />
          <Base.Description className="text-sm break-words text-ink-soft" />
        </div>
        <Base.Close aria-label="Dismiss" className="rounded p-0.5 text-ink-soft hover:text-ink">
          <X aria-hidden className="size-4" />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ))
