import { StatusPill } from '../ui/badge.tsx'
import { Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { detectorNames, type Rule, ruleText } from './rules.ts'

export const RuleTable = ({ title, rules, none = 'No rules: everything passes.' }: { title: string; rules: Rule[]; none?: string }) => (
  <Section title={title}>
    {rules.length === 0 ? (
      <p className="text-ink-soft">{none}</p>
    ) : (
      <Table
        label={title}
        rows={rules.map((rule, index) => ({ rule, index }))}
        rowKey={({ index }) => String(index)}
        columns={[
          { head: 'Detector', cell: ({ rule }) => <span className="whitespace-nowrap">{detectorNames[rule.detector]}</span> },
          { head: 'Looks for', cell: ({ rule }) => <span className="line-clamp-2">{ruleText(rule)}</span> },
          {
            head: 'Action',
            cell: ({ rule }) => (
              <span className="flex flex-wrap items-center gap-1.5">
                <StatusPill status={rule.action} />
                {rule.expires_at && (
                  <span className="text-xs text-ink-soft">
                    ends <When at={rule.expires_at} />
                  </span>
                )}
              </span>
            ),
          },
          { head: 'Mode', cell: ({ rule }) => rule.mode ?? 'enforce' },
        ]}
      />
    )}
  </Section>
)
