import { ago, instant } from './format.ts'

export const When = ({ at }: { at: string | null | undefined }) =>
  at ? (
    <time dateTime={at} title={`${instant(at)} (${at})`} className="whitespace-nowrap">
      {ago(at)}
    </time>
  ) : (
    <span className="text-ink-soft">–</span>
  )
