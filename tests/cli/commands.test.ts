import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { startInstallation, type Installation } from '../supervisor/installation.ts'
import { ended, firstLine, LAUNCHER, run, start, temporaryFolder, until, type Result } from './command.ts'
import { Browser } from '../browser.ts'

// One person's way through every command, on a running installation with a simulated exchange.

const KEY = 'k'.repeat(20) + 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefgh'
const SECRET = 's'.repeat(20) + 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefgh'

const folder = temporaryFolder()
const dataDir = path.join(folder.path, 'data')
let simulator: Simulator
let installation: Installation
let env: Record<string, string>
let exchange = ''

const towerflow = (line: string, input?: string): Promise<Result> =>
  run(line.match(/"[^"]*"|\S+/g)?.map((part) => part.replaceAll('"', '')) ?? [],
    { env, ...(input === undefined ? {} : { input }) })

/** Runs with --json, expects success, and reads the answer. */
async function json<T = Record<string, unknown>>(line: string, input?: string): Promise<T> {
  const result = await towerflow(`${line} --json`, input)
  expect({ line, code: result.code, stderr: result.stderr }).toEqual({ line, code: 0, stderr: '' })
  expect(result.stdout.trim().split('\n')).toHaveLength(1)
  return JSON.parse(result.stdout) as T
}

async function control(method: string, route: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${exchange}/__sim${route}`,
    { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  expect(response.ok).toBe(true)
  return response.json()
}

beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['binance'] })
  exchange = simulator.urls['binance'] ?? ''
  env = { TOWERFLOW_DATA_DIR: dataDir, TOWERFLOW_EXCHANGE_URLS: JSON.stringify(simulator.urls) }
  await control('POST', '/accounts', { apiKey: KEY, secret: SECRET, permissions: ['read', 'spot'],
    balances: { USDT: '10000' } })
  await control('PUT', '/prices/BTCUSDT', { price: '50000' })
})

afterAll(async () => {
  await installation?.stop()
  await simulator?.close()
  folder.remove()
})

describe('from nothing to an order, by command', () => {
  it('a first token needs no server and starts none; it makes the first administrator', async () => {
    const made = await json<{ token: string; createdUser: boolean }>('token create')
    expect(made).toMatchObject({ createdUser: true, user: 'admin', scopes: ['admin'],
      token: expect.stringMatching(/^tf_/) as unknown })
    installation = await startInstallation(dataDir, env)
    expect(installation.setupToken).toBeUndefined()
    env = { ...env, TOWERFLOW_URL: installation.url, TOWERFLOW_TOKEN: made.token }
  })

  it('a further token is made while the server runs, and can be ended by name', async () => {
    const second = await json<{ token: string; createdUser: boolean }>('token create --name reader --scopes read')
    expect(second.createdUser).toBe(false)
    const reading = { env: { ...env, TOWERFLOW_TOKEN: second.token } }
    expect((await run(['webhooks', 'list'], reading)).code).toBe(0)
    const refused = await run(['webhooks', 'create', '--name', 'x'], reading)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('forbidden')
    const listed = await json<{ items: { name: string }[] }>('token list')
    expect(listed.items.map((one) => one.name)).toEqual(['reader', 'cli'])
    await json('token revoke reader')
    await until('it no longer counts', async () => (await run(['webhooks', 'list'], reading)).code === 1)
  })

  it('a stranger is told how to get a token', async () => {
    const { code, stderr } = await run(['webhooks', 'list'], { env: { TOWERFLOW_URL: installation.url } })
    expect(code).toBe(1)
    expect(stderr).toContain('unauthenticated')
    expect(stderr).toContain('node bin/towerflow.mjs token create')
  })

  it.each([
    ['connections list', 'node bin/towerflow.mjs connect'], ['webhooks list', 'node bin/towerflow.mjs webhooks create'],
      ['bots list', 'node bin/towerflow.mjs bots create'],
    ['signals list', 'node bin/towerflow.mjs signal send'], ['orders list', 'node bin/towerflow.mjs signal send'],
      ['positions list', 'first fill'],
  ])('an empty list says how to fill it: %s', async (line, hint) => {
    const { code, stdout } = await towerflow(line)
    expect(code).toBe(0)
    expect(stdout).toContain(hint)
    expect(await json(line)).toEqual({ items: [], next: null })
  })

  it('credentials come over standard input, one field a line; nothing of them is shown', async () => {
    const { code, stdout, stderr } = await towerflow('connect --exchange binance --market spot', `${KEY}\n${SECRET}\n`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Binance spot')
    expect(stdout).toContain('cannot withdraw')
    expect(stdout).not.toContain(KEY)
    expect(stdout).not.toContain(SECRET)
    const [entry] = (await json<{ items: Record<string, unknown>[] }>('connections list')).items
    expect(entry).toMatchObject({ name: 'Binance spot', status: 'active', market: 'spot' })
  })

  it('on a terminal each check is printed as soon as it is known, and only once', async () => {
    const other = { apiKey: `other${KEY.slice(5)}`, secret: `other${SECRET.slice(5)}` }
    await control('POST', '/accounts', { ...other, permissions: ['read', 'futures'], balances: {} })
    await control('POST', '/faults', { path: '/fapi/v1/positionSide/dual', fault: 'delay', ms: 6000 })
    const input = path.join(folder.path, 'fields')
    writeFileSync(input, `${other.apiKey}\n${other.secret}\n`, { mode: 0o600 })
    // `script` (bsdutils) lends a terminal to what it runs.
    const child = spawn('script', ['-qec', `'${process.execPath}' '${LAUNCHER}' connect --exchange binance --market futures --name Terminal < '${input}'`, '/dev/null'],
      { env: { PATH: process.env['PATH'], ...env, NO_COLOR: '1' } })
    let shown = ''
    child.stdout.on('data', (bytes: Buffer) => { shown += bytes.toString() })
    child.stdin.on('error', () => undefined)
    const code = new Promise<number | null>((resolve) => { child.once('close', resolve) })
    await until('the checks of the first answer', () => shown.includes('expiry:'))
    expect(shown).toMatch(/^ok reached: Binance answered\r?$/m)
    expect(shown).not.toContain('fingerprint')
    expect(await code).toBe(0)
    expect(shown).toContain('fingerprint')
    expect(shown.match(/reached/g)).toHaveLength(1)
    expect(shown.match(/^ok +market /m)).not.toBeNull()
    expect(shown).not.toContain(other.apiKey)
    await json('connections delete Terminal')
  })

  it.each([
    ['one line too few', `${KEY}\n`, 2, 'API Key, then Secret Key. It held 1'],
    ['nothing', '', 2, 'It held 0'],
    ['a wrong secret', `${KEY}\nwrong${SECRET.slice(5)}\n`, 1, 'signature_rejected'],
    ['the same key again', `${KEY}\n${SECRET}\n`, 1, 'duplicate_connection'],
  ])('%s is said so', async (_, input, code, text) => {
    const result = await towerflow('connect --exchange binance --market spot', input)
    expect(result.code).toBe(code)
    expect(result.stderr).toContain(text)
    expect(result.stdout + result.stderr).not.toContain(SECRET.slice(5))
    expect(result.stderr).not.toMatch(/\n\s+at /)
  })

  it('webhook and bot are made and found by name, in any case', async () => {
    const hook = await json<{ id: string; key?: string }>('webhooks create --name Alerts --duplicate-window 0')
    const preview = await json<{ orders: { quoteQuantity: string }[]; rules: unknown[] }>(
      'bots preview --webhook alerts --connection "binance spot" --symbol BTC/USDT --amount 25')
    expect(preview.orders[0]?.quoteQuantity).toBe('25')
    expect(preview.rules.length).toBeGreaterThan(3)
    const bot = await json<{ id: string; webhookId: string }>(
      'bots create --webhook alerts --connection "binance spot" --symbol BTC/USDT --amount 25')
    expect(bot).toMatchObject({ name: 'BTCUSDT', base: 'BTC', quote: 'USDT', webhookId: hook.id })
    expect(await json(`bots show ${bot.id}`)).toEqual(await json('bots show btcusdt'))
    const unknown = await towerflow('bots show nobody')
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain('There is "BTCUSDT"')
  })

  it('field errors are listed one by one', async () => {
    const { code, stderr } = await towerflow('webhooks update Alerts --senders "300.1.1.1"')
    expect(code).toBe(1)
    expect(stderr).toMatch(/allowedSenders/)
  })

  it('a test sends nothing; a signal becomes one order, with a timeline', async () => {
    const tested = await json<{ signalId: string }>(
      'signal send --webhook Alerts --symbol BTCUSDT --side BUY --flag TEST')
    expect((await towerflow(`signals show ${tested.signalId}`)).stdout).toContain('would send buy')
    expect(await control('GET', '/orders')).toEqual([])
    await json('signal send --webhook Alerts --symbol BINANCE:BTCUSDT --side buy --label mine')
    await until('it is filled', async () => (await json<{ items: { state: string }[] }>('orders list'))
      .items[0]?.state === 'filled')
    expect(await control('GET', '/orders')).toHaveLength(1)
    const { stdout } = await towerflow('signals show latest')
    for (const text of ['BUY BINANCE:BTCUSDT', 'label', 'mine', 'order', 'filled at 50000', 'received', 'accepted',
      ' ms']) expect(stdout).toContain(text)
    expect((await towerflow('orders show latest')).stdout).toContain('client order id')
    expect((await towerflow('signals replay latest')).stdout).toContain('already_long')
    expect((await towerflow('positions list')).stdout).toMatch(/BTCUSDT .*long/)
    expect((await towerflow('bots list')).stdout).toMatch(/BTCUSDT .*Binance spot .*Alerts/)
    expect((await towerflow('connections audit "Binance spot"')).stdout).toMatch(/submit/)
  })

  it('a hook\'s address can be sent to without a token, as an alert does', async () => {
    const hook = await json<{ url: string }>('webhooks show Alerts')
    const sent = await run(['signal', 'send', '--url', hook.url, '--body', '-', '--json'],
      { env: {}, input: '{"symbol":"ETHUSDT","side":"buy"}' })
    expect(JSON.parse(sent.stdout)).toMatchObject({ duplicate: false })
    const refused = await run(['signal', 'send', '--url', hook.url, '--body', '{"symbol":"BTCUSDT"}'], { env: {} })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('invalid_payload')
    await until('it is written down', async () => (await towerflow('webhooks rejections Alerts'))
      .stdout.includes('invalid_payload'))
  })

  it('events are followed as they happen, one JSON line each', async () => {
    const child = start(['events', '--json', '--type', 'signal', '--limit', '1'], { env })
    const line = firstLine(child)
    const again = setInterval(() => { void towerflow(
      'signal send --webhook Alerts --symbol BTCUSDT --side BUY --flag TEST') }, 1500)
    try {
      expect(JSON.parse(await line)).toMatchObject({ type: 'signal', id: expect.any(String) as unknown })
    } finally {
      clearInterval(again)
    }
    expect(await ended(child)).toEqual({ code: 0, signal: null })
  })

  it('freezes a connection by its name, shows it, and thaws it', async () => {
    const [connection] = (await json<{ items: { id: string; name: string }[] }>('connections list')).items
    const frozen = await towerflow(`freeze --connection "${connection?.name}" --reason "by test"`)
    expect([frozen.code, frozen.stdout]).toEqual([0, expect.stringContaining(`connection ${connection?.name}: nothing is opened any more`)])
    expect((await json<{ items: unknown[] }>('freezes list')).items)
      .toMatchObject([{ scope: 'connection', id: connection?.id, mode: 'entries', reason: 'by test' }])
    expect((await towerflow('connections list')).stdout).toContain('frozen')
    expect(await json(`thaw --connection "${connection?.name}"`)).toMatchObject({ id: connection?.id })
    expect(await json('freeze --user admin --mode all')).toMatchObject({ scope: 'user', name: 'admin', mode: 'all' })
    expect(await json('thaw --user')).toMatchObject({ scope: 'user' })
    expect((await towerflow('freezes list')).stdout).toContain('Nothing is frozen.')
    expect((await towerflow('thaw --all')).code).toBe(1)
    expect(await json(`connections cap "${connection?.name}" --per-minute 5 --per-day 1000`)).toMatchObject({ ordersPerMinute: 5, notionalPerDay: '1000' })
    expect(await json(`connections cap "${connection?.name}" --per-order 50`)).toMatchObject({ ordersPerMinute: 5, notionalPerOrder: '50' })
    expect((await towerflow(`connections cap "${connection?.name}" --none`)).stdout).toMatch(/entries a minute +- +-/)
    expect((await towerflow('freeze')).code).toBe(2)
    expect((await towerflow('freeze --all --user')).code).toBe(2)
  })

  it('what stands in the way of a deletion is listed, with what to do', async () => {
    const refused = await towerflow('connections delete "Binance spot"')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/connection_in_use[\s\S]*bot BTCUSDT[\s\S]*relink/)
    expect(JSON.parse((await towerflow('connections delete "Binance spot" --json')).stderr))
      .toMatchObject({ code: 'connection_in_use', bots: [{ name: 'BTCUSDT' }] })
    expect((await towerflow('webhooks delete Alerts')).stderr).toContain('webhook_in_use')
    expect((await towerflow('bots disconnect BTCUSDT')).stderr).toContain('--abandon-position')
  })

  it('a position is closed, adjusted, and let go of; then everything can be deleted', async () => {
    await json('bots close BTCUSDT')
    await until('it is closed', async () => (await control('GET', '/orders') as unknown[]).length === 2)
    await until('it is booked', async () => (await json<{ items: { state: string }[] }>('orders list'))
      .items.every((one) => one.state === 'filled'))
    await json('bots position BTCUSDT --quantity 0.5 --reason "moved here"')
    expect(await json<{ side: string }>('bots position BTCUSDT')).toMatchObject({ side: 'long' })
    await json('bots pause BTCUSDT')
    expect((await towerflow('bots show BTCUSDT')).stdout).toContain('paused')
    await json('bots delete BTCUSDT --abandon-position')
    await json('webhooks delete Alerts')
    await json('connections delete "Binance spot"')
    expect((await json<{ items: unknown[] }>('connections list')).items).toEqual([])
  })

  it('a further user has a token of his own, and sees nothing of mine', async () => {
    await json('webhooks create --name Mine')
    const bob = await json<{ token: string }>('user create --name bob')
    const his = { env: { ...env, TOWERFLOW_TOKEN: bob.token } }
    expect((await run(['webhooks', 'show', 'Mine'], his)).code).toBe(1)
    await json('webhooks share Mine --with bob')
    expect((await run(['webhooks', 'list'], his)).stdout).toMatch(/Mine .*shared with you/)
    await json('webhooks share Mine --remove bob')
    expect((await run(['webhooks', 'show', 'Mine'], his)).code).toBe(1)
  })

  it('who lost his password, or is new, gets a link that opens a browser session once', async () => {
    const made = await json<{ token?: string; invitation: { token: string } }>('user create --name carla --invite')
    expect(made.token).toBeUndefined()
    const accept = async (token: string) => (await new Browser(installation?.url ?? '')
      .call('POST', '/invitation/accept', { token, password: 'crimson otter balcony 41' })).body
    expect(await accept(made.invitation.token)).toMatchObject({ state: 'signed_in', user: { name: 'carla' } })
    const reset = await json<{ token: string; url: string; forgetsFactors: boolean }>('user reset carla --second-factor')
    expect(reset).toMatchObject({ user: 'carla', forgetsFactors: true })
    expect(reset.url).toMatch(/^http:\/\/.*\/invitation#tf_/)
    expect(await accept(reset.token)).toMatchObject({ state: 'signed_in' })
    expect((await accept(reset.token)).code).toBe('not_found')
    expect((await run(['user', 'list'], { env })).stdout).toMatch(/carla +user +password/)
    expect((await run(['user', 'reset', 'nobody'], { env })).code).toBe(1)
  })

  it('a backup is made while it runs, holds no master key, and fills an empty installation', async () => {
    const file = path.join(folder.path, 'books.backup')
    const report = await json<{ file: string; masterKeyIncluded: boolean }>(`backup ${file}`)
    expect(report.masterKeyIncluded).toBe(false)
    const masterKey = readFileSync(path.join(dataDir, 'master.key'))
    expect(readFileSync(file).includes(masterKey)).toBe(false)
    const busy = await towerflow(`restore ${file}`)
    expect(busy.code).toBe(1)
    expect(busy.stderr).toContain('is running on')
    const other = { TOWERFLOW_DATA_DIR: path.join(folder.path, 'other') }
    expect((await run(['restore', file], { env: other })).code).toBe(0)
    const again = await run(['restore', file], { env: other })
    expect(again.code).toBe(1)
    const restored = await startInstallation(other.TOWERFLOW_DATA_DIR)
    const mine = await run(['webhooks', 'list'],
      { env: { TOWERFLOW_URL: restored.url, TOWERFLOW_TOKEN: env['TOWERFLOW_TOKEN'] ?? '' } })
    expect(mine.stdout).toContain('Mine')
    await restored.stop()
  })

  it('vault, doctor and openapi answer', async () => {
    expect(await json('vault status')).toMatchObject({ masterKeyVersion: 1 })
    expect((await towerflow('vault rotate')).stderr).toContain('Nothing was changed')
    expect(await json<{ checks: { name: string; result: string }[] }>('doctor'))
      .toMatchObject({ checks: expect.arrayContaining([expect.objectContaining({ name: 'ready',
      result: 'ok' })]) as unknown })
    expect(await json<{ openapi: string }>('openapi')).toMatchObject({ openapi: '3.1.0' })
  })
})
