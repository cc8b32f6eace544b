import type { InspectionCost } from '../app/api-types.gen.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { count, milliseconds } from '../ui/format.ts'

export const CostLine = ({ cost, texts, noun = 'text' }: { cost: InspectionCost; texts: number; noun?: string }) => (
  <>
    {count(texts)} {noun}s in {milliseconds(cost.total_micros / 1000)}; {milliseconds(cost.median_micros / 1000)}
    {` a ${noun} in the median`}, {milliseconds(cost.p99_micros / 1000)} for one in a hundred
  </>
)

const names: Record<string, string> = { pass: 'Passed', flag: 'Flagged', mask: 'Masked', block: 'Blocked' }

export const Verdicts = ({ verdicts }: { verdicts: Record<string, number> }) => (
  <Figures>
    {Object.entries(verdicts).map(([verdict, texts]) => (
      <Figure key={verdict} name={names[verdict] ?? verdict} value={count(texts)} />
    ))}
  </Figures>
)
