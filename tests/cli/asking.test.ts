import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, startInstallation, type Installation } from '../installation.ts'
import { LAUNCHER, run, until } from './command.ts'

// What cannot be taken back is asked about where somebody sits at a terminal, and nowhere else.

let installation: Installation
let env: Record<string, string>

beforeAll(async () => {
  installation = await startInstallation()
  await installation.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  env = { TOWERFLOW_URL: installation.url, TOWERFLOW_TOKEN: installation.token, NO_COLOR: '1' }
  await installation.connect('binance', 'spot', await installation.makeKey('binance'), { name: 'Trading' })
  await installation.connect('binance', 'futures', await installation.makeKey('binance'), { name: 'Unused' })
  await towerflow('webhooks create --name Alerts --duplicate-window 0')
  await towerflow('webhooks create --name Spare --key')
  await towerflow('webhooks create --name Old')
  for (const name of ['Holder', 'Idle', 'Letting-go']) await towerflow(`bots create --webhook Alerts --connection Trading --symbol BTCUSDT --amount 100 --name ${name}`)
  await installation.call('POST', '/tokens', { body: { name: 'spare' } })
  await towerflow('user create --name follower')
  await towerflow('webhooks share Alerts --with follower')
  await towerflow('signal send --webhook Alerts --symbol BTCUSDT --side BUY')
  await eventually(async () => (await held('Holder')) !== '0' && (await held('Letting-go')) !== '0', 'the bots hold something')
})
afterAll(() => installation.stop())

const towerflow = async (words: string): Promise<string> => {
  const { code, stdout, stderr } = await run(words.split(' '), { env })
  expect([words, code, stderr]).toEqual([words, 0, ''])
  return stdout
}
const held = async (name: string): Promise<string> => (
  (await installation.call('GET', '/bots')).body.items as { name: string; position: string }[]).find((bot) => bot.name === name)?.position ?? '0'
const names = async (path: string): Promise<string[]> => ((await installation.call('GET', path)).body.items as { name?: string; userName?: string }[]).map((one) => one.name ?? one.userName ?? '')

/** Runs it on a terminal, which `script` (bsdutils) lends, and answers its question with these keys. */
async function onTerminal(words: string, keys: string | null): Promise<{ code: number | null; shown: string }> {
  const child = spawn('script', ['-qec', `'${process.execPath}' '${LAUNCHER}' ${words}`, '/dev/null'], { env: { PATH: process.env['PATH'], TERM: 'xterm', ...env } })
  let shown = ''
  child.stdout.on('data', (bytes: Buffer) => { shown += bytes.toString() })
  child.stdin.on('error', () => undefined)
  const ended = new Promise<number | null>((resolve) => { child.once('close', resolve) })
  if (keys !== null) {
    await until(`a question of ${words}`, () => shown.includes('[y/N] '))
    child.stdin.write(keys)
  }
  return { code: await ended, shown }
}

interface Case { readonly words: string; readonly asks: RegExp; readonly left: () => Promise<unknown>; readonly done: unknown }
const CASES: readonly Case[] = [
  { words: 'token revoke spare', asks: /Revoke "spare"\?/, left: async () => (await names('/tokens')).includes('spare'), done: false },
  { words: 'webhooks rotate Spare --key', asks: /Replace the key of "Spare"\?/, left: async () => (await installation.call('GET', '/webhooks')).body.items.length, done: 3 },
  { words: 'webhooks share Alerts --remove follower', asks: /End the share with "follower"\?/, left: async () => names(`/webhooks/${await idOf('/webhooks', 'Alerts')}/shares`), done: [] },
  { words: 'webhooks delete Old', asks: /Delete "Old"\?/, left: async () => (await names('/webhooks')).includes('Old'), done: false },
  { words: 'bots close Holder', asks: /Close "Holder" now\? It holds 0\.00\d+ BTC on binance spot; a market order goes out at once\./, left: async () => Number(await held('Holder')) < 0.0001, done: true },
  { words: 'bots delete Holder', asks: /Delete "Holder"\?/, left: async () => (await names('/bots')).includes('Holder'), done: false },
  { words: 'bots disconnect Letting-go --abandon-position', asks: /Let go of what "Letting-go" holds\?/, left: async () => (await held('Letting-go')) === '0', done: true },
  { words: 'connections delete Unused', asks: /Delete "Unused" and destroy its key\?/, left: async () => (await names('/connections')).includes('Unused'), done: false },
]
const idOf = async (path: string, name: string): Promise<string> => (
  (await installation.call('GET', path)).body.items as { id: string; name: string }[]).find((one) => one.name === name)?.id ?? ''

test.for(CASES)('"$words" asks, takes Enter for a no, and goes ahead after a yes', async ({ words, asks, left, done }) => {
  const before = await left()
  const stopped = await onTerminal(words, '\r')
  expect(stopped.shown).toMatch(asks)
  expect([stopped.code, stopped.shown.includes('Stopped: nothing was done.')]).toEqual([1, true])
  expect(await left()).toEqual(before)
  const went = await onTerminal(words, 'y\r')
  expect([went.code, went.shown]).toEqual([0, expect.stringMatching(asks) as unknown])
  await until('it is done', async () => JSON.stringify(await left()) === JSON.stringify(done))
})

test('--yes, --json, and whoever has no terminal are not asked', async () => {
  for (const [name, words] of [['One', '--yes'], ['Two', '--json']] as const) {
    await towerflow(`webhooks create --name ${name}`)
    const { code, shown } = await onTerminal(`webhooks delete ${name} ${words}`, null)
    expect([name, code, shown.includes('Delete "')]).toEqual([name, 0, false])
  }
  await towerflow('webhooks create --name Three')
  await towerflow('webhooks delete Three')
  expect((await names('/webhooks')).filter((name) => ['One', 'Two', 'Three'].includes(name))).toEqual([])
})

test('what loosens nothing and ends nothing is not asked about: a freeze stops at once', async () => {
  expect((await onTerminal('freeze --all', null)).code).toBe(0)
  expect((await onTerminal('thaw --all', null)).code).toBe(0)
})

test('Ctrl-C is a no', async () => {
  const { code, shown } = await onTerminal('bots delete Idle', '\u0003')
  expect([code, shown.includes('Stopped: nothing was done.')]).toEqual([1, true])
  expect(await names('/bots')).toContain('Idle')
})

test('a command that makes something can be repeated under a key, and makes one', async () => {
  const once = async (words: string): Promise<Record<string, unknown>> => JSON.parse(await towerflow(`${words} --idempotency-key again --json`)) as Record<string, unknown>
  const [first, second] = [await once('webhooks create --name Once --key'), await once('webhooks create --name Once --key')]
  expect([second['id'], second['withheld'], second['key']]).toEqual([first['id'], ['key'], undefined])
  expect((await names('/webhooks')).filter((name) => name === 'Once')).toHaveLength(1)
  const bot = 'bots create --webhook Once --connection Trading --symbol BTCUSDT --amount 100 --name Once'
  expect((await once(bot))['id']).toBe((await once(bot))['id'])
  expect((await once('user create --name once'))['token']).toBeDefined()
  expect(await towerflow('user create --name once --idempotency-key again')).toContain('is not shown again')
})

test('the commands show that each alert would become two orders', async () => {
  const same = '--webhook Once --connection Trading --symbol BTCUSDT --amount 100'
  for (const words of [`bots preview ${same}`, `bots create ${same} --name Twice`]) {
    expect(await towerflow(words)).toContain('warning: "Once" already trades BTCUSDT from this webhook on this account: each alert becomes two orders.')
  }
})
