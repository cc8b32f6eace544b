import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Command } from 'commander'
import { afterEach, expect, it, vi } from 'vitest'
import { addApiCommands } from './api-commands.ts'
import { connectionOptions } from './connection.ts'
import { openApi } from './openapi.ts'
import { aboutNoun, wordsOf } from './words.ts'

const document = openApi()
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, words: wordsOf(document, path, method, operation).join(' ') })),
)
const wordsFor = (method: string, path: string): string | undefined =>
  operations.find((one) => one.method === method && one.path === `/api/v1${path}`)?.words

const build = (): Command => {
  const program = new Command('plimsoll').exitOverride()
  for (const option of connectionOptions()) program.addOption(option)
  addApiCommands(program)
  return program
}

const leavesOf = (command: Command): Command[] => [command, ...command.commands.flatMap(leavesOf)]

it.each([
  ['post', '/models', 'models create'],
  ['get', '/models/{name}/versions/{version}', 'models versions get'],
  ['post', '/runs/{id}/cancel', 'runs cancel'],
  ['get', '/runs/{id}/items', 'runs items'],
  ['get', '/audit/export', 'audit export'],
  ['get', '/audit/checkpoint', 'audit checkpoint'],
  ['get', '/limits', 'limits get'],
  ['put', '/endpoints/{name}/targets', 'endpoints targets set'],
  ['post', '/approvals/{id}/sign-offs', 'approvals sign-off'],
  ['get', '/incidents/{id}/timeline', 'incidents timeline'],
])('%s %s is `plimsoll %s`', (method, path, words) => {
  expect(wordsFor(method, path)).toBe(words)
})

it('gives each operation a command of its own, in a group of the help', () => {
  const names = operations.map(({ words }) => words)
  expect(names.length).toBeGreaterThan(100)
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  expect([...new Set(names.map((name) => name.split(' ')[0] ?? ''))].filter((noun) => aboutNoun(noun) === undefined)).toEqual([])
})

it('has no command that a noun hides, and no field that an option of every command hides', () => {
  const program = build()
  const general = new Set(program.options.map(({ long }) => long))
  for (const command of leavesOf(program).filter((one) => one !== program)) {
    const flags = command.options.map(({ long }) => long)
    expect(
      flags.filter((flag, at) => general.has(flag) || flags.indexOf(flag) !== at),
      command.name(),
    ).toEqual([])
    if (command.commands.length > 0) expect(command.registeredArguments, command.name()).toEqual([])
  }
})

let stop = (): void => {}
afterEach(() => {
  stop()
  vi.restoreAllMocks()
})

const serverThatNotes = async (): Promise<{ url: string; seen: { line: string; headers: IncomingMessage['headers']; body: string }[] }> => {
  const seen: { line: string; headers: IncomingMessage['headers']; body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body })
    response.setHeader('content-type', 'application/json').end('{"id":"run_1"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stop = () => server.close()
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

it('sends path, query, body and version as the API wants them', async () => {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {})
  const { url, seen } = await serverThatNotes()
  const run = (line: string): Promise<Command> => build().parseAsync([...line.split(' '), '--url', url, '--key', 'k'], { from: 'user' })
  await run('runs create --model m --version 1 --suite basics --concurrency 8 --pick id')
  expect(seen.at(-1)).toMatchObject({ line: 'POST /api/v1/runs', headers: { authorization: 'Bearer k' } })
  expect(JSON.parse(seen.at(-1)?.body ?? '')).toEqual({ model: 'm', version: 1, suite: { name: 'basics' }, concurrency: 8 })
  expect(printed).toHaveBeenLastCalledWith('run_1')
  await run('endpoints targets set a/b --targets release=sha256:1,weight=1 --targets release=sha256:2,weight=3 --if-match 4')
  expect(seen.at(-1)).toMatchObject({ line: 'PUT /api/v1/endpoints/a%2Fb/targets', headers: { 'if-match': '"4"' } })
  expect(JSON.parse(seen.at(-1)?.body ?? '')).toEqual({
    targets: [
      { release: 'sha256:1', weight: 1 },
      { release: 'sha256:2', weight: 3 },
    ],
  })
  await run('models list --tag a:b --tag c:d --limit 5')
  expect(new URL(url + seen.at(-1)?.line.slice(4)).searchParams.getAll('tag')).toEqual(['a:b', 'c:d'])
})
