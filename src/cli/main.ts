/** The command line: `serve` starts the server in this process, every other command is a client of the HTTP API. */
import { Command, CommanderError, Help, Option } from 'commander'
import { type Setting, settings } from '#platform/config'
import { addApiCommands } from './api-commands.ts'
import { addAuditCommands } from './audit.ts'
import { type Connection, connectionOptions, exitCodes } from './connection.ts'
import { CliError } from './errors.ts'
import { addLoginCommands } from './login.ts'
import { addSafeguardCommands } from './safeguards.ts'
import { GROUPS } from './words.ts'

/** Groups come in the voyage's order, and so do the nouns in them. */
const order = Object.values(GROUPS).flatMap((nouns) => Object.keys(nouns))
const inOrder = (command: Command): Command[] =>
  new Help().visibleCommands(command).toSorted((a, b) => (command.parent === null ? order.indexOf(a.name()) - order.indexOf(b.name()) : 0))

const program: Command = new Command('plimsoll')
  .description('Nothing answers a prompt until it has been assessed, documented and signed off.')
  // Not --version, which is a field of many commands: `runs create --version 3`.
  .version('0.1.0', '-V', 'print the version')
  .showHelpAfterError('(add --help for the options)')
  .helpCommand(false)
  .configureHelp({
    helpWidth: Math.min(process.stdout.columns ?? 120, 140),
    visibleCommands: inOrder,
    groupItems: (_asAdded, visible, groupOf) => new Help().groupItems(visible, visible, groupOf),
  })
  .exitOverride()
  .addHelpText('after', ({ command }) =>
    command === program
      ? `\nA field takes text, item,item, key=value,key=value, name@version, JSON, or @file.\nExit codes: ${Object.entries(exitCodes)
          .map(([meaning, code]) => `${code} ${meaning}`)
          .join(', ')}.`
      : '',
  )
  .addHelpText('afterAll', ({ command }) => (command === program ? '' : '\nEverywhere: --url, --key, --data, --json, --pick (see plimsoll --help).'))

for (const option of connectionOptions()) program.addOption(option)

const serve = program.command('serve').description('start the server (what `npm start` runs)')
for (const [name, setting] of Object.entries(settings) as [string, Setting][]) {
  if (name === 'data') continue
  const option = new Option(
    `--${setting.flag}${setting.value === null ? '' : ` <${setting.value}>`}`,
    `${setting.help} [${setting.env}]${setting.default === undefined ? '' : ` (default ${setting.default})`}`,
  )
  option.attributeName = () => name
  serve.addOption(option)
}
serve.action(async (flags: Record<string, string | boolean>) => {
  const { serve: run } = await import('./serve.ts')
  // `--data` is an option of every command, so the program has taken it.
  await run({ ...flags, data: program.opts<Connection>().data })
})

program
  .command('tour')
  .description('walk one model through the whole product against a running server')
  .option('--pause <ms>', 'wait between steps', '0')
  .action(async (flags: { pause: string }) => {
    const { tour } = await import('./tour.ts')
    await tour(program.opts<Connection>(), Number(flags.pause))
  })

program
  .command('selftest')
  .description('recompute published statistics on this machine and compare')
  .action(async () => {
    const { selftest } = await import('./selftest.ts')
    process.exitCode = selftest({ json: program.opts<Connection>().json === true })
  })

addLoginCommands(program)
addAuditCommands(program)
addSafeguardCommands(program)
addApiCommands(program)

// `plimsoll audit export | head`: who reads may stop.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed))

try {
  const args = process.argv.slice(2)
  await program.parseAsync(args[0] === '--version' ? ['-V'] : args, { from: 'user' })
} catch (error) {
  // Commander has printed its own; what it calls an error is a usage one.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  else if (error instanceof CliError) {
    console.error(error.message)
    process.exitCode = error.exitCode
  } else {
    console.error(error instanceof Error ? (process.env.PLIMSOLL_DEBUG === '1' ? error.stack : error.message) : String(error))
    process.exitCode = exitCodes.failed
  }
}
