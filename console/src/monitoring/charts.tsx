import type { Metrics } from '../app/api-types.gen.ts'
import { count, milliseconds, money, percent } from '../ui/format.ts'
import { Panel } from '../ui/page.tsx'
import { TimeSeries } from '../ui/time-series.tsx'
import { onGrid, type Point } from './series.ts'

/** Below a hundredth of a cent a sum is a rounding of nothing: an axis without cost shows its zero alone. */
const costText = (micros: number) => (micros === 0 || micros >= 100 ? money(micros) : '')

export const Charts = ({ metrics, points }: { metrics: Metrics; points: Point[] }) => {
  const { timesMs, counted, measured } = onGrid(metrics, points)
  const chart = { timesMs }
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <Panel>
        <TimeSeries
          {...chart}
          label="Calls"
          format={count}
          lines={[
            { name: 'answered', colour: 'deep', values: counted((point) => point.requests - point.errors - point.refusals) },
            { name: 'refused', colour: 'buff', values: counted((point) => point.refusals) },
            { name: 'failed', colour: 'port', values: counted((point) => point.errors) },
          ]}
        />
      </Panel>
      <Panel>
        <TimeSeries
          {...chart}
          label="Latency"
          format={milliseconds}
          lines={[
            { name: 'p50', colour: 'deep', values: measured((point) => point.latency_ms.p50) },
            { name: 'p95', colour: 'buff', values: measured((point) => point.latency_ms.p95) },
            { name: 'p99', colour: 'light', values: measured((point) => point.latency_ms.p99) },
          ]}
        />
      </Panel>
      <Panel>
        <TimeSeries
          {...chart}
          label="Time to first token"
          format={milliseconds}
          lines={[
            { name: 'p50', colour: 'deep', values: measured((point) => point.ttft_ms.p50) },
            { name: 'p95', colour: 'buff', values: measured((point) => point.ttft_ms.p95) },
          ]}
        />
      </Panel>
      <Panel>
        <TimeSeries
          {...chart}
          label="Shares"
          format={(share) => percent(share, share < 0.1 ? 1 : 0)}
          lines={[
            { name: 'failed', colour: 'port', values: measured((point) => point.error_rate) },
            { name: 'blocked', colour: 'light', values: measured((point) => point.block_rate) },
          ]}
        />
      </Panel>
      <Panel>
        <TimeSeries
          {...chart}
          label="Tokens"
          format={count}
          lines={[
            { name: 'in', colour: 'deep', values: counted((point) => point.input_tokens) },
            { name: 'out', colour: 'starboard', values: counted((point) => point.output_tokens) },
          ]}
        />
      </Panel>
      <Panel>
        <TimeSeries
          {...chart}
          label="Cost"
          format={costText}
          lines={[{ name: 'a step', colour: 'deep', values: counted((point) => point.cost_micros) }]}
        />
      </Panel>
    </div>
  )
}
