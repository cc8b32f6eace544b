/** Every installed package's licence against an allow-list; what ships must be free of copyleft beyond MPL's file scope. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './runtime.mjs'

const ALLOWED =
  /^(\(?(MIT|MIT-0|ISC|Apache-2\.0|BSD|BSD-2-Clause|BSD-3-Clause|0BSD|BlueOak-1\.0\.0|CC0-1\.0|Unlicense|MPL-2\.0|Python-2\.0|PSF-2\.0|CC-BY-4\.0|CC-BY-3\.0|OFL-1\.1|Zlib|WTFPL)( (OR|AND) )?)+\)?$/i
/** No licence field, but a licence file that was read. */
const READ = { 'png-js': 'MIT' }

const packagesIn = (folder) =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        if (entry.name.startsWith('.') || !entry.isDirectory()) return []
        const path = join(folder, entry.name)
        if (entry.name.startsWith('@')) return packagesIn(path)
        return [...(existsSync(join(path, 'package.json')) ? [path] : []), ...packagesIn(join(path, 'node_modules'))]
      })

const wrong = []
let count = 0
for (const path of packagesIn(join(ROOT, 'node_modules'))) {
  const { name, version, license, licenses } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  if (name === undefined || version === undefined) continue
  count += 1
  const text = typeof license === 'string' ? license : (license?.type ?? licenses?.map?.((one) => one.type).join(' OR ') ?? READ[name] ?? 'none')
  if (!ALLOWED.test(text)) wrong.push(`${name} ${version}: ${text}`)
}
console.log(wrong.length === 0 ? `${count} packages, all with an allowed licence` : wrong.join('\n'))
process.exit(wrong.length === 0 ? 0 : 1)
