import type { ReactNode } from 'react'
import { Mark } from '../ui/mark.tsx'

/** The quay: pages before one is on board. The horizon runs through the load line. */
export const Harbour = ({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) => (
  <main className="grid min-h-dvh grid-rows-[minmax(6rem,22vh)_1fr]">
    <div aria-hidden className="relative border-b-3 border-light bg-surface text-light">
      <span className="absolute bottom-0 left-1/2 -translate-x-1/2 translate-y-1/2">
        <Mark size={116} />
      </span>
    </div>
    <div className="mx-auto w-full max-w-96 px-4 pt-22 pb-12">
      <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
      <p className="mt-1 mb-6 text-ink-soft">{lead}</p>
      {children}
    </div>
  </main>
)
