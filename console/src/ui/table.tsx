import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { cx } from './cx.ts'
import { Loading, ReadFailed } from './loaded.tsx'
import { ScrollRegion } from './scroll-region.tsx'

export type Column<T> = { head: string; cell: (row: T) => ReactNode; align?: 'right'; width?: string; hideHead?: boolean }

type TableProps<T> = { label: string; columns: Column<T>[]; rows: T[]; rowKey: (row: T) => string }

export const Table = <T,>({ label, columns, rows, rowKey }: TableProps<T>) => (
  <ScrollRegion label={`${label}, table`} className="rounded-lg border border-rule bg-surface">
    <table className="w-full border-collapse text-left text-sm">
      <caption className="sr-only">{label}</caption>
      <thead>
        <tr className="border-b border-rule text-xs text-ink-soft">
          {columns.map((column) => (
            <th
              key={column.head}
              scope="col"
              style={column.width ? { width: column.width } : undefined}
              className={cx('px-3 py-2 font-medium whitespace-nowrap', column.align === 'right' && 'text-right')}
            >
              {column.hideHead ? <span className="sr-only">{column.head}</span> : column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} className="border-b border-rule last:border-0 hover:bg-hover">
            {columns.map((column) => (
              <td key={column.head} className={cx('h-9 px-3 py-1 align-middle', column.align === 'right' && 'text-right')}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </ScrollRegion>
)

type ListTableProps<T> = Omit<TableProps<T>, 'rows'> & {
  list: {
    items: T[]
    isPending: boolean
    error: unknown
    refetch: () => unknown
    hasNextPage: boolean
    isFetchingNextPage: boolean
    fetchNextPage: () => unknown
  }
  empty: ReactNode
}

/** A table over a paged list: loading, refusal, nothing yet, rows, and the way to more. */
export const ListTable = <T,>({ list, empty, ...table }: ListTableProps<T>) => {
  if (list.isPending) return <Loading />
  if (list.error && list.items.length === 0) return <ReadFailed error={list.error} retry={list.refetch} />
  if (list.items.length === 0) return empty
  return (
    <>
      <Table {...table} rows={list.items} />
      {list.hasNextPage && (
        <div className="mt-3">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
  )
}
