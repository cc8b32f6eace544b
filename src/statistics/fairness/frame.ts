import { encode, type Labels, sameLength } from '../columns.ts'
import { estimate, InvalidArgument, isDefined, notDefined, type Result } from '../result.ts'
import { wilsonInterval } from '../uncertainty/proportion.ts'
import { countByGroup, type GroupCell, type GroupInput, type RateName, rates } from './group-counts.ts'
import { type ParityOptions, rateDifference, rateRatio } from './parity.ts'

/** Several named columns: their combinations become the groups. */
export type NamedColumns = Record<string, Labels>

export type FrameInput = Omit<GroupInput, 'groups'> & {
  sensitive: NamedColumns
  /** Compared within, never across: seniority when pay is compared. */
  control?: NamedColumns
  rates: readonly RateName[]
}

export type FrameOptions = ParityOptions & {
  /** Rates of groups with fewer rows are not shown. */
  suppressBelow?: number
}

export type FrameGroup = { key: Record<string, string>; n: number; rates: Partial<Record<RateName, Result>> }

export type FrameSlice = {
  control: Record<string, string>
  groups: FrameGroup[]
  overall: Partial<Record<RateName, Result>>
  difference: Partial<Record<RateName, Result>>
  ratio: Partial<Record<RateName, Result>>
}

/**
 * Every rate by group and by intersection of groups, the overall rate, the largest gap and the smallest ratio; once for each combination of the
 * control columns. One pass over the rows, whatever the number of rates.
 * @formula see the rates; difference and ratio as rateDifference and rateRatio
 * @range rates 0..1
 * @source Fairlearn user guide, MetricFrame
 * @equals fairlearn.metrics.MetricFrame
 */
export const fairnessFrame = (input: FrameInput, options: FrameOptions = {}): FrameSlice[] => {
  const { sensitive, control = {} } = input
  if (Object.keys(sensitive).length === 0) throw new InvalidArgument('sensitive', 'names no column')
  const groups = combine(sensitive, input.labels.length)
  const strata = combine(control, input.labels.length)
  const codes = new Int32Array(input.labels.length)
  for (let i = 0; i < codes.length; i += 1) codes[i] = strata.codes[i]! * groups.keys.length + groups.codes[i]!
  const cells = countByGroup({ ...input, groups: codes })
  return strata.keys.map((key, s) => {
    const own = cells.filter(({ group }) => Math.floor(Number(group) / groups.keys.length) === s)
    return sliceOf(key, own, (code) => groups.keys[Number(code) % groups.keys.length]!, input.rates, options)
  })
}

const sliceOf = (
  control: Record<string, string>,
  cells: readonly GroupCell[],
  keyOf: (group: GroupCell['group']) => Record<string, string>,
  names: readonly RateName[],
  options: FrameOptions,
): FrameSlice => {
  const { suppressBelow = 0, level = 0.95 } = options
  const shown = cells.filter((cell) => sizeOf(cell) >= suppressBelow)
  const each = <T>(of: (name: RateName) => T): Partial<Record<RateName, T>> =>
    Object.fromEntries(names.map((name) => [name, of(name)])) as Partial<Record<RateName, T>>
  return {
    control,
    groups: cells.map((cell) => ({
      key: keyOf(cell.group),
      n: sizeOf(cell),
      rates: each((name) => (shown.includes(cell) ? rateOf(cell, name, level) : notDefined(`suppressed: fewer than ${suppressBelow} rows`))),
    })),
    overall: each((name) => rateOf(totalOf(cells), name, level)),
    difference: each((name) => rateDifference(shown, name, options)),
    ratio: each((name) => rateRatio(shown, name, options)),
  }
}

/** One rate of one group, with Wilson's interval. */
export const rateOf = (cell: GroupCell, name: RateName, level = 0.95): Result => {
  const { successes, n } = rates[name](cell)
  return n === 0 ? notDefined(`no rows count for ${name}`) : estimate(successes / n, n, wilsonInterval(successes, n, level))
}

export const totalOf = (cells: readonly GroupCell[]): GroupCell =>
  cells.reduce<GroupCell>((a, b) => ({ group: 'all', tp: a.tp + b.tp, fp: a.fp + b.fp, fn: a.fn + b.fn, tn: a.tn + b.tn }), {
    group: 'all',
    tp: 0,
    fp: 0,
    fn: 0,
    tn: 0,
  })

const sizeOf = ({ tp, fp, fn, tn }: GroupCell): number => tp + fp + fn + tn

/** One code per combination that occurs. */
const combine = (columns: NamedColumns, rows: number): { codes: Int32Array; keys: Record<string, string>[] } => {
  const names = Object.keys(columns)
  const encoded = names.map((name) => {
    sameLength(name, columns[name]!, rows)
    return encode(name, columns[name]!)
  })
  const mixed = new Float64Array(rows)
  for (const { codes, names: values } of encoded) for (let i = 0; i < rows; i += 1) mixed[i] = mixed[i]! * values.length + codes[i]!
  const present = encode('groups', mixed)
  const keys = present.names.map((code) => {
    let left = Number(code)
    const parts = [...encoded].reverse().map(({ names: values }) => {
      const value = String(values[left % values.length])
      left = Math.floor(left / values.length)
      return value
    })
    return Object.fromEntries(names.map((name, i) => [name, parts[names.length - 1 - i]!]))
  })
  return { codes: present.codes, keys }
}

/**
 * Fairness of any metric by group: its value in each group, the largest gap and the smallest ratio, without intervals (bootstrap the difference for one).
 * @formula metric on the rows of each group
 * @range that of the metric
 * @source Fairlearn user guide, MetricFrame
 * @equals fairlearn.metrics.MetricFrame with a custom metric
 */
export const metricByGroup = (
  groups: Labels,
  metric: (rows: Uint32Array) => Result,
): { groups: { group: string | number | boolean; n: number; result: Result }[]; difference: Result; ratio: Result } => {
  const { codes, names } = encode('groups', groups)
  const members = names.map((): number[] => [])
  codes.forEach((code, i) => {
    members[code]!.push(i)
  })
  const byGroup = names.map((group, g) => ({ group, n: members[g]!.length, result: metric(Uint32Array.from(members[g]!)) }))
  const values = byGroup.flatMap(({ result }) => (isDefined(result) ? [result.value] : []))
  if (values.length < 2) {
    const reason = notDefined('the metric is defined in fewer than two groups')
    return { groups: byGroup, difference: reason, ratio: reason }
  }
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return {
    groups: byGroup,
    difference: estimate(high - low, codes.length),
    ratio: high > 0 ? estimate(low / high, codes.length) : notDefined('the metric is not above 0 in any group'),
  }
}
