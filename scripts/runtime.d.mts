/** What TypeScript files use of runtime.mjs. */
export const ensureConsole: (say?: (line: string) => void) => number
