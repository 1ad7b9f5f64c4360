// Builds the web page into web/dist, where the server reads it, unless what is there is of these very sources. Runs at
// `npm ci` (prepare) and before `npm start` and `npm run demo`; the command line starts without it. Plain JavaScript,
// like everything that may run before it is known which Node there is.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const web = path.join(root, 'web')
const dist = path.join(web, 'dist')
/** What the page is made of, besides packages: those are named by the lock file. */
const SOURCES = ['web/src', 'web/public', 'web/index.html', 'web/vite.config.ts', 'src/vault/seal', 'src/signals', 'src/model/signal.ts', 'package-lock.json']
const STAMP = '.built-from'
const COMPRESSED = new Set(['.js', '.css', '.svg', '.webmanifest'])

const say = (text) => process.stdout.write(`${text}\n`)
const begun = process.hrtime.bigint()
const stamp = stampOfSources()
const current = existsSync(path.join(dist, STAMP)) && readFileSync(path.join(dist, STAMP), 'utf8') === stamp
if (!current) await build()

async function build() {
  let vite
  try {
    vite = await import('vite')
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    say('The web page was not built: the packages for that are not installed (npm ci --omit=dev). Everything else works.')
    return
  }
  // Beside the old one, and then in its place: a server that runs never reads half a page.
  const fresh = path.join(web, `.dist-${process.pid}`)
  process.env.NODE_ENV = 'production'
  process.env.TOWERFLOW_WEB_OUT = fresh
  try {
    await vite.build({ configFile: path.join(web, 'vite.config.ts'), logLevel: 'warn' })
    const sizes = await compress(fresh)
    writeFileSync(path.join(fresh, STAMP), stamp)
    rmSync(dist, { recursive: true, force: true })
    renameSync(fresh, dist)
    report(sizes)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

async function compress(folder) {
  const files = filesOf(folder).filter((file) => COMPRESSED.has(path.extname(file)))
  return Promise.all(files.map(async (file) => {
    const body = readFileSync(file)
    const [br, gz] = await Promise.all([
      promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }), promisify(gzip)(body, { level: 9 }),
    ])
    await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)])
    return { name: path.relative(folder, file), gzip: gz.length }
  }))
}

function report(sizes) {
  const page = readFileSync(path.join(dist, 'index.html'), 'utf8')
  const kb = (bytes) => `${(bytes / 1024).toFixed(0)} KB`
  const sum = (list) => list.reduce((total, { gzip: bytes }) => total + bytes, 0)
  const scripts = sizes.filter(({ name }) => name.endsWith('.js'))
  const first = scripts.filter(({ name }) => page.includes(name))
  const took = Number(process.hrtime.bigint() - begun) / 1e9
  say(`web page built in ${took.toFixed(1)} s: first script ${kb(sum(first))}, all ${scripts.length} scripts ${kb(sum(scripts))}, styles ${kb(sum(sizes.filter(({ name }) => name.endsWith('.css'))))} (gzip)`)
}

function stampOfSources() {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((name) => filesOf(path.join(root, name))).sort((a, b) => (a < b ? -1 : 1))) {
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function filesOf(place) {
  const entries = readdirSync(path.dirname(place), { withFileTypes: true }).filter(({ name }) => name === path.basename(place))
  if (entries.some((entry) => entry.isFile())) return [place]
  return readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
}
