import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { type Connection, exitCodes } from './connection.ts'
import { CliError } from './errors.ts'

/** `audit verify` needs no server: it is the one command that runs the log's own code, on a file. */
export const addAuditCommands = (program: Command): void => {
  const audit = program.command('audit').description('the signed log of every change')
  audit
    .command('verify <export>')
    .description('verify an exported log offline')
    .requiredOption('--public-key <key>', "the log's verifier key (name+hash+base64), or a file that holds it")
    .option('--checkpoint <files...>', 'signed checkpoints kept from earlier: they prove that nothing before them was removed')
    .action(async (file: string, options: { publicKey: string; checkpoint?: string[] }) => {
      const { verifyExport } = await import('#audit')
      if (!existsSync(file)) throw new CliError(`There is no file ${file}.`, exitCodes.usage)
      const key = existsSync(options.publicKey) ? readFileSync(options.publicKey, 'utf8') : options.publicKey
      // A note ends in one newline; copying adds or loses some.
      const kept = (options.checkpoint ?? []).map((path) => `${readFileSync(path, 'utf8').trimEnd()}\n`)
      const verdict = await verifyExport(createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY }), key, kept)
      if (program.opts<Connection>().json === true) console.log(JSON.stringify(verdict, null, 2))
      else if (verdict.ok) console.log(`verified: ${verdict.size} entries of ${verdict.origin}, root ${verdict.root}`)
      else console.log(`NOT VERIFIED: ${verdict.reason}${verdict.firstBadEntry === null ? '' : `\nfirst bad entry: ${verdict.firstBadEntry}`}`)
      process.exitCode = verdict.ok ? exitCodes.done : exitCodes['not verified']
    })
}
