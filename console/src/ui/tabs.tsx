import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'

export type Tab = { id: string; label: string; content: ReactNode; count?: number | undefined }

export const Tabs = ({ tabs, value, onChange }: { tabs: Tab[]; value?: string; onChange?: (id: string) => void }) => (
  <Base.Root {...(value === undefined ? { defaultValue: tabs[0]?.id } : { value })} onValueChange={(id) => onChange?.(String(id))}>
    <Base.List className="relative mb-5 flex gap-1 overflow-x-auto border-b border-rule">
      {tabs.map((tab) => (
        <Base.Tab
          key={tab.id}
          value={tab.id}
          className="-mb-px border-b-2 border-transparent px-3 py-1.5 text-sm font-medium whitespace-nowrap text-ink-soft hover:text-ink data-active:border-light data-active:text-ink"
        >
          {tab.label}
          {tab.count !== undefined && <span className="ml-1.5 text-xs text-ink-soft tabular-nums">{tab.count}</span>}
        </Base.Tab>
      ))}
    </Base.List>
    {tabs.map((tab) => (
      <Base.Panel key={tab.id} value={tab.id} className="flex flex-col gap-7">
        {tab.content}
      </Base.Panel>
    ))}
  </Base.Root>
)
