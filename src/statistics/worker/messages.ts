import type { HeavyName } from './heavy.ts'

export type Job = { name: HeavyName; args: unknown[] /** One shared integer: 1 asks the worker to stop. */; stop: Int32Array; wantsProgress: boolean }

export type Reply =
  | { kind: 'progress'; done: number; total: number }
  | { kind: 'result'; result: unknown }
  | { kind: 'refused'; argument: string; message: string }
  | { kind: 'failed'; message: string }
