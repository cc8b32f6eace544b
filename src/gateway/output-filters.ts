/** The filters of one answer: the release's output rules, then the tokens of the caller's own values turned back. */
import {
  type CompiledPolicy,
  chained,
  createStreamFilter,
  type Finding,
  followed,
  type Inspected,
  inspectPatiently,
  PASSES,
  type Part,
  type Release,
  restoringFilter,
  type StreamFilter,
  type StreamTools,
  type Vault,
} from '#safeguards/hot'
import { createArgumentsFilter } from './arguments.ts'

type OnBeside = NonNullable<StreamTools['onBeside']>

/** A filter for a text that comes in pieces, and for one that is there as a whole, which costs less. Both let go the same. */
export interface OutputFilters {
  readonly readsMessages: boolean
  readonly readsArguments: boolean
  message(onBeside: OnBeside): StreamFilter
  toolArguments(tool: string, onBeside: OnBeside): StreamFilter
  wholeMessage(text: string, onBeside: OnBeside): Release
  wholeArguments(text: string, tool: string, onBeside: OnBeside): Release
}

export const createOutputFilters = (policy: CompiledPolicy | null, vault: Vault | null, tools: StreamTools): OutputFilters => {
  const restores = vault !== null && !vault.isEmpty
  const restoring = (filter: StreamFilter): StreamFilter => (restores ? chained(filter, restoringFilter(vault.restorer())) : filter)
  const hasCallRules = (policy?.output?.calls.length ?? 0) > 0
  const streamed = (part: Part, onBeside: OnBeside): StreamFilter =>
    policy === null ? PASSES : createStreamFilter(policy, 'output', { ...tools, part, onBeside })
  const whole = (part: Part, onBeside: OnBeside): StreamFilter => (policy === null ? PASSES : wholeFilter(policy, { ...tools, part, onBeside }))

  const argumentsFilter = (make: typeof streamed, tool: string, onBeside: OnBeside): StreamFilter => {
    const values = createArgumentsFilter(() => restoring(make('value', onBeside)))
    return hasCallRules ? chained(make({ tool }, onBeside), values) : values
  }
  const atOnce = (filter: StreamFilter, text: string): Release => followed(filter.push(text), filter.end)
  return {
    readsMessages: (policy?.output?.messages.all.length ?? 0) > 0,
    readsArguments: hasCallRules || (policy?.output?.values.all.length ?? 0) > 0,
    message: (onBeside) => restoring(streamed('message', onBeside)),
    toolArguments: (tool, onBeside) => argumentsFilter(streamed, tool, onBeside),
    wholeMessage: (text, onBeside) => atOnce(restoring(whole('message', onBeside)), text),
    wholeArguments: (text, tool, onBeside) => atOnce(argumentsFilter(whole, tool, onBeside), text),
  }
}

/** Collects, and looks once at all of it. */
const wholeFilter = (policy: CompiledPolicy, tools: StreamTools): StreamFilter => {
  let text = ''
  const release = ({ verdict, text: emit, findings, later }: Inspected): Release => {
    if (later !== null) {
      const work = later.then((found) => tools.onBeside?.({ findings: found, blocked: isBlocking(found) }))
      tools.onWork?.(work)
    }
    return { emit, findings, blocked: verdict === 'block' }
  }
  return {
    push: (piece) => {
      text += piece
      return NOTHING
    },
    end: () => {
      const inspected = inspectPatiently(policy, 'output', text, 'user', tools)
      return inspected instanceof Promise ? { ...NOTHING, rest: inspected.then(release) } : release(inspected)
    },
  }
}

const NOTHING: Release = { emit: '', findings: [], blocked: false }

const isBlocking = (found: readonly Finding[]): boolean => found.some(({ action, enforced }) => enforced && action === 'block')
