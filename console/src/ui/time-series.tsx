import { useEffect, useRef, useSyncExternalStore } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { ScrollRegion } from './scroll-region.tsx'

export type Line = { name: string; values: (number | null)[]; colour: 'deep' | 'light' | 'starboard' | 'port' | 'buff' }
type TimeSeriesProps = {
  label: string /** Epoch milliseconds, rising. */
  timesMs: number[]
  lines: Line[]
  format: (value: number) => string
  heightPx?: number
}

const themeQuery = matchMedia('(prefers-color-scheme: dark)')
const onThemeChange = (changed: () => void) => {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  themeQuery.addEventListener('change', changed)
  return () => {
    observer.disconnect()
    themeQuery.removeEventListener('change', changed)
  }
}
const themeNow = () => `${document.documentElement.dataset.theme ?? ''}${themeQuery.matches}`

/** A canvas knows no CSS variables, and light-dark() resolves on an element only. */
const colourOf = (name: string) => {
  const probe = document.createElement('i')
  probe.style.color = `var(--${name})`
  document.body.append(probe)
  const colour = getComputedStyle(probe).color
  probe.remove()
  return colour
}

/** A live line chart. The canvas is for the eye; the summary and the table below hold the same figures for everybody else. */
export const TimeSeries = ({ label, timesMs, lines, format, heightPx = 150 }: TimeSeriesProps) => {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const theme = useSyncExternalStore(onThemeChange, themeNow)
  const names = lines.map((line) => line.name).join('|')

  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew for another theme or other lines only; new figures go in below.
  useEffect(() => {
    const element = host.current
    if (!element) return
    const chart = new uPlot(optionsOf(element.clientWidth, heightPx, lines, format), dataOf(timesMs, lines), element)
    plot.current = chart
    // The canvas draws its labels once; a font that arrives later would never be seen. Paths stay: the scales may not be set yet.
    void document.fonts.load('11px Inter').then(() => plot.current?.redraw(false, true))
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: heightPx }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
      plot.current = null
    }
  }, [theme, names, heightPx])

  useEffect(() => {
    plot.current?.setData(dataOf(timesMs, lines))
  }, [timesMs, lines])

  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex flex-wrap items-baseline gap-x-4 text-sm">
        <span className="font-medium">{label}</span>
        {lines.map((line) => (
          <span key={line.name} className="inline-flex items-center gap-1.5 text-xs text-ink-soft tabular-nums">
            <span aria-hidden className="h-0.5 w-3" style={{ background: `var(--${line.colour})` }} />
            {line.name} {latest(line.values, format)}
          </span>
        ))}
      </figcaption>
      <div ref={host} aria-hidden className="w-full" />
      <details className="mt-1 text-xs">
        <summary className="w-fit text-ink-soft hover:text-ink">As a table</summary>
        <ScrollRegion label={`${label}, as a table`} className="mt-1 max-h-52 overflow-y-auto rounded-md border border-rule">
          <table className="w-full text-left">
            <thead>
              <tr className="border-b border-rule text-ink-soft">
                <th scope="col" className="px-2 py-1 font-medium">
                  Minute
                </th>
                {lines.map((line) => (
                  <th key={line.name} scope="col" className="px-2 py-1 text-right font-medium">
                    {line.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {timesMs.map((at, index) => (
                <tr key={at}>
                  <td className="px-2 py-0.5">{clock.format(at)}</td>
                  {lines.map((line) => (
                    <td key={line.name} className="px-2 py-0.5 text-right">
                      {shown(line.values[index], format)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </details>
    </figure>
  )
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const shown = (value: number | null | undefined, format: (value: number) => string) => (value == null ? '–' : format(value))
const latest = (values: (number | null)[], format: (value: number) => string) => shown(values.at(-1), format)

const dataOf = (timesMs: number[], lines: Line[]): uPlot.AlignedData => [timesMs.map((ms) => ms / 1000), ...lines.map((line) => line.values)]

/** A line of one point has no length: such a point is drawn as a dot. */
const lonely = (values: (number | null)[]) =>
  values.flatMap((value, index) => (value !== null && values[index - 1] == null && values[index + 1] == null ? [index] : []))

const optionsOf = (width: number, height: number, lines: Line[], format: (value: number) => string): uPlot.Options => {
  const axis = {
    stroke: colourOf('ink-soft'),
    grid: { stroke: colourOf('rule'), width: 1 },
    ticks: { show: false },
    font: '11px Inter, system-ui, sans-serif',
  }
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    scales: { y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [
      { ...axis, size: 26, values: (_plot, ticks) => ticks.map((seconds) => clock.format(seconds * 1000)) },
      { ...axis, size: 58, values: (_plot, ticks) => ticks.map(format) },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        label: line.name,
        stroke: colourOf(line.colour),
        width: 1.75,
        spanGaps: false,
        points: {
          show: true,
          size: 6,
          fill: colourOf(line.colour),
          filter: (_plot: uPlot, index: number, show: boolean) => (show ? lonely(lines[index - 1]?.values ?? []) : null),
        },
      })),
    ],
  }
}
