import { spawn } from 'node:child_process'
import { join } from 'node:path'

/**
 * One life of a process of test/chaos that prints a line for each thing it acknowledged, ended by kill -9 at a random moment after the first.
 * Answers the acknowledged lines.
 */
export const oneLife = (script: string, args: readonly string[], withinMs: number): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../chaos', script), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      if (output === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * withinMs)
      output += chunk.toString()
    })
    child.on('error', reject)
    // The last line may be cut by the kill: only whole lines are acknowledgements.
    child.on('close', () =>
      resolve(
        output
          .slice(0, output.lastIndexOf('\n') + 1)
          .split('\n')
          .filter(Boolean),
      ),
    )
  })
