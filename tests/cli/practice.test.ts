import { spawn } from 'node:child_process'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser } from '../browser.ts'
import { ended, LAUNCHER, run, start, temporaryFolder, until, type Result } from './command.ts'

// `start --practice`, followed as it is printed.

let child: ReturnType<typeof start>
let shown = ''
const elsewhere = temporaryFolder()
const clone = path.dirname(path.dirname(LAUNCHER))

beforeAll(async () => {
  child = start(['start', '--practice'], { env: { TOWERFLOW_PORT: '0', TOWERFLOW_LOG_LEVEL: 'silent', NO_COLOR: '1' }, cwd: clone })
  child.stdout.on('data', (bytes: Buffer) => { shown += bytes.toString() })
  await until('it says what to type', () => shown.includes('--market spot\n'), 60_000)
})
afterAll(async () => {
  child.kill('SIGTERM')
  await ended(child)
  elsewhere.remove()
})

/** What a person types into a shell that knows nothing of it, line by line. */
function typed(lines: readonly string[]): Promise<Result> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TOWERFLOW_|VITEST|NODE_OPTIONS|FORCE_COLOR)/.test(name)))
  const shell = spawn('sh', ['-e'], { cwd: clone, env: { ...env, NO_COLOR: '1' } })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) shell[stream].on('data', (bytes: Buffer) => { said[stream] += bytes.toString() })
  shell.stdin.end(lines.join('\n'))
  return new Promise((resolve) => { shell.once('close', (code, signal) => { resolve({ code, signal, ...said }) }) })
}
const printed = (): string[] => shown.split('\n').filter((line) => line.startsWith('  ') && !line.includes('/invitation#')).map((line) => line.trim())

test('what it prints can be typed as it stands in a second terminal, and leads to an order', async () => {
  expect(printed()).toHaveLength(3)
  const node = 'node bin/towerflow.mjs'
  const { code, stdout, stderr } = await typed([
    ...printed(), `${node} webhooks create --name Alerts`,
    `${node} bots create --webhook Alerts --connection "Binance spot" --symbol BTCUSDT --amount 25`,
    `${node} signal send --webhook Alerts --symbol BTCUSDT --side BUY`, `${node} orders list`,
  ])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain('simulated: nothing real moves')
  expect(stdout).toMatch(/BTCUSDT +buy \(open\)/)
}, 60_000)

test('its link lets a browser in, once', async () => {
  const link = /http\S+\/invitation#(\S+)/.exec(shown)
  const url = /listens on (http:\S+)/.exec(shown)?.[1] ?? ''
  expect(link?.[0].startsWith(`${url}/invitation#`)).toBe(true)
  const accept = async () => (await new Browser(url).call('POST', '/invitation/accept', { token: link?.[1], password: 'crimson otter balcony 41' })).body
  expect(await accept()).toMatchObject({ state: 'signed_in', user: { name: 'admin', role: 'admin' } })
  expect((await accept()).code).toBe('not_found')
})

test('with --json it is one line with address and token; the link that makes a first user is not offered, for there is one', async () => {
  expect(shown).not.toContain('/setup#')
  const other = start(['start', '--practice', '--json'], { env: { TOWERFLOW_PORT: '0', TOWERFLOW_LOG_LEVEL: 'silent' } })
  let line = ''
  other.stdout.on('data', (bytes: Buffer) => { line += bytes.toString() })
  await until('its line', () => line.includes('\n'), 60_000)
  const { url, token, setupToken } = JSON.parse(line) as { url: string; token: string; setupToken?: string }
  const me = await fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })
  expect([me.status, setupToken]).toEqual([200, undefined])
  other.kill('SIGTERM')
  expect((await ended(other)).code).toBe(0)
})

test('a key is made up only for an exchange that is simulated', async () => {
  const url = /TOWERFLOW_URL=(\S+)/.exec(shown)?.[1] ?? ''
  const token = /TOWERFLOW_TOKEN=(\S+)/.exec(shown)?.[1] ?? ''
  const { code, stderr } = await run(['connect', '--practice', '--exchange', 'coinbase'], { env: { TOWERFLOW_URL: url, TOWERFLOW_TOKEN: token } })
  expect([code, stderr.includes('No key can be made up for Coinbase')]).toEqual([1, true])
})
