import { type Match, NOTHING, type Scan, type Scanner } from './detector.ts'

/** A line is judged by its beginning, within what a detector may see to the left of where a stream goes on. */
const JUDGED = 120

/** How much a line looks like code: 2 could hardly be prose, 1 could, 0 is prose; null goes along with what stands around it. */
type Weight = 0 | 1 | 2 | null

const STRONG: readonly RegExp[] = [
  /^\s*(?:export\s+|default\s+|public\s+|private\s+|protected\s+|static\s+|abstract\s+|async\s+|pub\s+|unsafe\s+|inline\s+|virtual\s+|final\s+)*(?:def|function\*?|fn|func|fun|class|interface|struct|enum|impl|trait|namespace|type|module|package|macro_rules!|sub|proc)\s+[\w<$.:]+\s*(?:[({:<;=]|$|extends\b|implements\b)/,
  /^\s*(?:export\s+)?(?:const|let|var|val|final|static|public|private|protected|int|void|string|bool|boolean|float|double|char|auto|unsigned|signed|long|short|size_t|uint\d+(?:_t)?|int\d+(?:_t)?|extern|typedef|mut|register|volatile)\s+[\w<>[\]*&:,\s]*[\w\]]\s*(?:=|;|\(|\{|:\s*\w)/,
  /^\s*(?:from\s+[\w.]+\s+import\s|import\s+(?:[\w.]+;|[\w.]+\s*$|[\w.]+\s+as\s|[{*"'(]|[\w$]+\s+from\s|\w+,\s*\{)|using\s+[\w.:]+\s*;|#\s*(?:include|define|ifdef|ifndef|endif|pragma|undef|if|elif|else)\b|require\s*\(?\s*['"]|@\w+(?:\(|\s*$)|package\s+[\w.]+;?\s*$|use\s+[\w:\\]+(?:::|;))/,
  /^\s*(?:if|for|while|switch|foreach|catch|until|unless|synchronized)\s*\(.*\)\s*\{?\s*$/,
  /^\s*(?:\}\s*)?(?:else|try|do|finally)\s*\{\s*$|^\s*(?:else|try|finally)\s*:\s*$|^\s*\}\s*(?:else|catch|while|finally)\b/,
  /^\s*(?:if|elif|for|while|with|except|match|case)\b[^.?!]*:\s*(?:#.*)?$(?<=[)\]\w"']:\s*)(?<=[=<>()[\]"'_.].*|\bin\b.*|\bnot\b.*|\bas\b.*|\bis\b.*)/,
  /^\s*(?:if|while|for|until|case)\s.*;\s*(?:then|do)\s*$|^\s*(?:fi|done|esac|then|end)\s*;?\s*$/,
  /^\s*(?:[\w$.[\]'"*&@-]|->|::|\(\*?\w+\))+\s*(?:[+\-*/|&^%.?]{0,2}=|:=|<-|<<=|>>=|\+\+|--|<<|>>|\|>)(?!=\s*\w+\s+\w+\s+\w+\s+\w+[.!?])\s*(?:\S|$)/,
  /^\s*[\w$.:>-]+\([^()]*(?:\([^()]*\)[^()]*)*\)(?:\.\w+\([^()]*\))*\s*[;,]?\s*(?:\{|=>\s*\{?|->.*|:.*)?$/,
  /[;{]\s*(?:\/[/*].*)?$(?<=[=()[\]<>."'_:&|*+-].*)/,
  /^\s*[}\])]+[;,)\]}]*\s*(?:\/[/*].*)?$/,
  /(?:=>|->|&&|\|\||===|!==|==|!=|::|\+=|-=|<\/\w+>|\/>)/,
  /^\s*(?:SELECT\b.*(?:\bFROM\b|,\s*$|\*)|INSERT\s+INTO\b|UPDATE\s+\S+\s+SET\b|CREATE\s+(?:OR\s+REPLACE\s+)?(?:TABLE|INDEX|VIEW|FUNCTION|DATABASE|UNIQUE|TEMP)|DELETE\s+FROM\b|ALTER\s+TABLE\b|DROP\s+(?:TABLE|INDEX|VIEW)|(?:LEFT|RIGHT|INNER|OUTER)\s+JOIN\b|GROUP\s+BY\b|ORDER\s+BY\b)/,
  /^\s*<(?:!DOCTYPE|!--|\?(?:xml|php)|\/?[a-zA-Z][\w:-]*(?:\s+[\w:@.-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|\{[^}]*\}|[\w.-]+))?)*\s*\/?>)/,
  /\{\s*$|^\s*[a-z-]+\s*:\s*[^;.!?]+;\s*$/,
  /^\s*["'][\w$.@/-]+["']\s*:\s*(?:["'{[\d]|true|false|null)/,
  /^\s*(?:\$|>>>|\.\.\.|In \[\d+\]:)\s\S/,
  /^#!\//,
]

const WEAK: readonly RegExp[] = [
  /^\s*(?:return|yield|raise|throw|await|print|echo|break|continue|pass|assert|del|defer|goto|delete|puts|local)\b(?:\s+[^.!?]*)?;?\s*$/,
  /^\s*(?:sudo|apt|apt-get|npm|npx|yarn|pnpm|pip3?|docker|git|cd|curl|wget|mkdir|chmod|export|kubectl|make|cargo|go|node|python3?)\s+[\w./@:=-]+(?:\s+[\w./@:='"-]+){0,8}\s*$/,
  /^\s*[\w$-]+\s*:\s*(?:["'[{\d]|true\b|false\b|null\b|\w+\s*,?\s*$)/,
  /(?<!&#?\w{2,8});\s*$|[{},(\\]\s*$/,
  /^\s*["'\d][^.!?]*,\s*$/,
  /\w\(.*\)|\w\[\w+\]/,
]

const NEUTRAL = /^\s*(?:\/\/|\/\*|\*|#|--|;;|%|<!--|"""|''')|^\s*$/

const PROSE = /(?:[\p{L}’']+[,;:]?\s+){6}[\p{L}’']+/u

const weightOf = (line: string): Weight => {
  if (NEUTRAL.test(line)) return null
  const isProse = PROSE.test(line)
  if (STRONG.some((form) => form.test(line))) return isProse ? 1 : 2
  if (isProse) return 0
  return WEAK.some((form) => form.test(line)) ? 1 : 0
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/

const LEAST_LINES = 3
const LEAST_WEIGHT = 4

/**
 * Source code: fenced blocks, and runs of at least three lines that look like it. Line by line, so that a stream waits for the end of a block
 * and, in prose, for the first 120 characters of a line. A single line of code inside a sentence is none.
 */
export const codeScanner = (): Scanner => {
  const scan = (text: string, from: number, complete: boolean, offset = 0): Scan => {
    const matches: Match[] = []
    const done = (settled: number): Scan => ({ matches: matches.length > 0 ? matches : NOTHING, settled })
    let at = from
    if (isInsideLine(text, from, offset)) {
      const end = text.indexOf('\n', from)
      if (end < 0) return done(text.length)
      at = end + 1
    }
    while (at < text.length) {
      const line = lineAt(text, at)
      const isUnfinished = line.next === null && !complete
      if (isUnfinished && line.text.length < JUDGED) return done(at)
      const fence = FENCE.exec(line.text)?.[1]
      if (fence !== undefined) {
        const end = fenceEnd(text, at, fence, complete)
        if (end === null) return done(at)
        matches.push({ start: at, end, kind: 'code', confidence: 1 })
        at = end
        continue
      }
      if ((weightOf(line.text.slice(0, JUDGED)) ?? 0) === 0) {
        if (line.next === null) return done(text.length)
        at = line.next
        continue
      }
      const run = runAt(text, at, complete)
      if (run === null) return done(at)
      if (run.isCode) matches.push({ start: at, end: run.end, kind: 'code', confidence: run.confidence })
      at = run.end
    }
    return done(text.length)
  }
  return { reads: 'raw', mayMatch: (text) => text.includes('\n') || text.includes('```'), scan }
}

/** A piece goes on inside a line only where that line's beginning was prose. */
const isInsideLine = (text: string, from: number, offset: number): boolean => (from === 0 ? offset > 0 : text[from - 1] !== '\n')

type Line = { readonly text: string; readonly next: number | null }

const lineAt = (text: string, at: number): Line => {
  const end = text.indexOf('\n', at)
  return end < 0 ? { text: text.slice(at), next: null } : { text: text.slice(at, end), next: end + 1 }
}

/** Behind the closing fence; the end of a text that never closes it; null while that is open. */
const fenceEnd = (text: string, open: number, fence: string, complete: boolean): number | null => {
  for (let at = lineAt(text, open).next; at !== null; ) {
    const line = lineAt(text, at)
    if (line.next === null && !complete) return null
    if (line.text.trimStart().startsWith(fence) && line.text.trim().replaceAll(fence[0]!, '') === '') return line.next ?? text.length
    at = line.next
  }
  return complete ? text.length : null
}

type Run = { readonly end: number; readonly isCode: boolean; readonly confidence: number }

/** Lines until one is prose or opens a fence; null while more may follow. */
const runAt = (text: string, start: number, complete: boolean): Run | null => {
  let lines = 0
  let weight = 0
  let end = start
  for (let at: number | null = start; at !== null && at < text.length; ) {
    const line = lineAt(text, at)
    if (line.next === null && !complete && line.text.length < JUDGED) return null
    const judged = weightOf(line.text.slice(0, JUDGED))
    if (judged === 0 || FENCE.test(line.text)) return finished(end, lines, weight)
    if (line.next === null && !complete) return null
    if (judged !== null) {
      lines++
      weight += judged
      end = line.next ?? text.length
    }
    at = line.next
  }
  return complete ? finished(end, lines, weight) : null
}

const finished = (end: number, lines: number, weight: number): Run => ({
  end,
  isCode: lines >= LEAST_LINES && weight >= LEAST_WEIGHT,
  confidence: lines === 0 ? 0 : Math.min(1, weight / (2 * lines)),
})
