import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const spawnCli = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { child: ChildProcess; out: { stdout: string; stderr: string }; ended: Promise<Ended> } => {
  const { DATABASE_URL: _a, PLIMSOLL_DATABASE_URL: _b, FORCE_COLOR: _c, ...inherited } = process.env
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, NO_COLOR: '1', ...env },
  })
  const out = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => {
    out.stdout += chunk
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    out.stderr += chunk
  })
  const ended = new Promise<Ended>((resolve) => child.on('close', (code, signal) => resolve({ code, signal, ...out })))
  return { child, out, ended }
}

/** Runs one command of the command line to its end. */
export const runCli = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> => spawnCli(args, env).ended

export interface ServerProcess {
  readonly url: string
  /** What it has printed so far. */
  readonly out: { readonly stdout: string; readonly stderr: string }
  readonly pid: number
  /** The token of the first administrator's link, when it was printed. */
  readonly firstToken: string | undefined
  readonly ended: Promise<Ended>
  end(signal?: NodeJS.Signals): Promise<Ended>
}

/** The real server in a process of its own, on a free port; resolves when it has printed its block. */
export const startServerProcess = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> => {
  const { child, out, ended } = spawnCli(['serve', '--port', '0', ...args], env)
  const url = await new Promise<string>((resolve, reject) => {
    const look = (): void => {
      const [, found] = /console +(https?:\/\/\S+)/.exec(out.stdout) ?? []
      if (found !== undefined && out.stdout.includes('Next:')) resolve(found)
    }
    child.stdout?.on('data', look)
    void ended.then(({ code, stderr, stdout }) => reject(new Error(`the server ended with ${code}: ${stderr || stdout}`)))
  })
  return {
    url,
    out,
    ended,
    pid: child.pid ?? 0,
    firstToken: /#token=(\S+)/.exec(out.stdout)?.[1],
    end: (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
  }
}
