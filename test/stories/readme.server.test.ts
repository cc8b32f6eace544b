/** What the documents tell a reader to type, typed: each block marked `bash` or `python`, in order, against a server on which the tour has been. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCli, type ServerProcess, startServerProcess } from '../support/process.ts'

const ROOT = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-readme-'))
const data = join(folder, 'data')
let server: ServerProcess
let environment: NodeJS.ProcessEnv

const run = promisify(execFile)
const read = (document: string): string => readFileSync(join(ROOT, document), 'utf8')

const blocksOf = (document: string, language: string): string[] =>
  [...read(document).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text]) =>
    (text ?? '').replaceAll('127.0.0.1:7400', new URL(server.url).host),
  )

const sh = async (script: string, env = environment): Promise<string> =>
  (await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env })).stdout

beforeAll(async () => {
  server = await startServerProcess(['--data', data])
  expect((await runCli(['tour', '--json', '--url', server.url, '--data', data])).code).toBe(0)
  const adminKey = readFileSync(join(data, 'keys', 'admin.key'), 'utf8').trim()
  // A reader stands in the repository, where `npx plimsoll` is ours and `examples/` is at hand; files that are written go to our folder.
  symlinkSync(join(ROOT, 'examples'), join(folder, 'examples'))
  writeFileSync(join(folder, 'npx'), `#!/bin/sh\nshift\nexec ${process.execPath} ${join(ROOT, 'src/cli/main.ts')} "$@"\n`, { mode: 0o755 })
  // Without it curl calls a refusal a success.
  writeFileSync(join(folder, '.curlrc'), 'fail-with-body\nsilent\nshow-error\n')
  environment = {
    ...process.env,
    PATH: `${folder}:${dirname(process.execPath)}:${process.env.PATH}`,
    CURL_HOME: folder,
    XDG_CONFIG_HOME: folder,
    NO_COLOR: '1',
    PLIMSOLL_URL: server.url,
    PLIMSOLL_DATA: data,
    PLIMSOLL_ADMIN_KEY: adminKey,
  }
  const key = await sh('npx plimsoll keys create --name reader --endpoints tour-support --pick credential')
  const asked = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.trim()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'tour-support', messages: [{ role: 'user', content: 'Where is my parcel?' }] }),
  })
  environment = { ...environment, KEY: key.trim(), REQUEST_ID: asked.headers.get('x-request-id') ?? '' }
})

afterAll(async () => {
  await server?.end()
  rmSync(folder, { recursive: true, force: true })
})

// In the order of the voyage: registry.md makes the model that the next ones use.
it.each([
  ['README.md', /data: \[DONE\][\s\S]*verified: \d+ entries/],
  ['docs/registry.md', /candidate[\s\S]*nodes/],
  ['docs/assessment.md', /"status":"completed"[\s\S]*^[0-9a-f]{64} /m],
  ['docs/documentation.md', /card_/],
  ['docs/access.md', /welcome#token=[\s\S]*sk-pl_/],
  ['docs/command-line.md', /^completed$[\s\S]*^\[\]$[\s\S]*^in_review$[\s\S]*^approved$[\s\S]*"simulated"[\s\S]*helpdesk-errors/m],
  ['docs/gateway.md', /"system_fingerprint":"simulated"/],
  ['docs/feedback.md', /"state":"received"/],
  ['docs/monitoring.md', /"series"[\s\S]*tour-support-errors/],
  ['docs/audit.md', /^verified: \d+ entries/m],
])('what %s says to type works', async (document, answer) => {
  const blocks = blocksOf(document, 'bash')
  expect(blocks.length).toBeGreaterThan(0)
  // Whoever names a key on the command line or in the environment is not who signed in: this page signs in.
  const { PLIMSOLL_ADMIN_KEY: _key, ...withoutKey } = environment
  expect(await sh(blocks.join('\n'), document === 'docs/command-line.md' ? withoutKey : environment)).toMatch(answer)
})

it("the README's Python answers", async () => {
  const [script = ''] = blocksOf('README.md', 'python')
  const python = process.env.PLIMSOLL_TEST_PYTHON
  if (python === undefined) throw new Error('run by `npm test`, which brings a Python with the client')
  expect((await run(python, ['-c', script], { env: environment })).stdout.length).toBeGreaterThan(10)
})
