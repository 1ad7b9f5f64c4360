import { readFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Search } from '../security/search.ts'
import { eventually, type Answer, type Key } from '../installation.ts'
import { letters, makePlace, newKey, signal, startExchanges, wire, type Exchanges, type Place } from './place.ts'

// The mission, line by line: each line has its test, over HTTP, and by command where there is one.

let exchanges: Exchanges
let place: Place
const names: Record<string, string> = {}

beforeAll(async () => {
  exchanges = await startExchanges(['binance', 'alpaca'])
  place = makePlace(exchanges.simulator.urls)
  await exchanges.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  await place.start()
})
afterAll(async () => {
  await place.remove()
  await exchanges.simulator.close()
})

const list = async (): Promise<{ id: string; name: string; exchange: string; market: string; bots: unknown[] }[]> => (await place.want(200, 'GET', '/connections?limit=200')).items
const connected = async (market = 'spot', more: object = {}, key?: Key): Promise<Answer['body']> => {
  const answer = await place.connect('binance', market, key ?? await exchanges.account('binance'), more)
  expect(answer.status, answer.text).toBe(201)
  return answer.body
}
const lines = ({ apiKey, secret }: Key): string => `${apiKey}\n${secret}\n`

/** Connects by command. */
const connect = (exchange: string, market: string, key: Key, ...more: string[]): Promise<Answer['body']> =>
  place.json(['connect', '--exchange', exchange, '--market', market, ...more], lines(key))

/** What a command that fails says to programs. */
async function refusal(words: string[], input?: string): Promise<Answer['body']> {
  const { code, stdout, stderr } = await place.cli([...words, '--json'], input)
  expect([code, stdout]).toEqual([1, ''])
  return JSON.parse(stderr)
}

test('M1 a key is connected under a name of choice, or a readable one that is made', async () => {
  expect((await connected('spot', { name: 'My main account' })).name).toBe('My main account')
  expect((await connected()).name).toBe('Binance spot')
  expect((await connected('spot', { name: '   ' })).name).toBe('Binance spot 2')
  expect((await connect('binance', 'spot', await exchanges.account('binance'))).name).toBe('Binance spot 3')
  expect((await connect('binance', 'futures', await exchanges.account('binance'), '--name', 'By command')).name).toBe('By command')
  const all = (await place.json(['connections', 'list'])).items as { name: string }[]
  expect(all.map(({ name }) => name)).toEqual(['By command', 'Binance spot 3', 'Binance spot 2', 'Binance spot', 'My main account'])
})

test('M2 the exchange is chosen from the supported ones, spot and futures where it has both', async () => {
  const both = ['binance', 'bingx', 'bitget', 'bybit', 'gate', 'htx', 'hyperliquid', 'kraken', 'kucoin', 'mexc', 'okx']
  const offered = Object.fromEntries([...both.map((id) => [id, ['spot', 'futures']]), ['alpaca', ['spot']], ['bitvavo', ['spot']], ['coinbase', ['spot']]])
  for (const { items } of [await place.want(200, 'GET', '/exchanges'), await place.json(['exchanges', 'list'])]) {
    const seen = items as { id: string; name: string; markets: string[]; guide: string }[]
    expect(Object.fromEntries(seen.map(({ id, markets }) => [id, markets]))).toEqual(offered)
    for (const { name, guide } of seen) expect([name.length > 2, guide.length > 50]).toEqual([true, true])
  }
  expect((await place.connect('bitfinex', 'spot', newKey())).body).toMatchObject({ status: 404, code: 'unknown_exchange' })
  expect((await place.connect('alpaca', 'futures', newKey())).body).toMatchObject({ status: 400, code: 'invalid_input' })
})

test('M3 the fields are those of the exchange: API key and secret, a passphrase only where there is one', async () => {
  const { items } = await place.want(200, 'GET', '/exchanges')
  for (const { id, credentials } of items as { id: string; credentials: { name: string; label: string }[] }[]) {
    expect(credentials.map(({ name }) => name), id).toEqual(['apiKey', 'secret', ...['bitget', 'kucoin', 'okx'].includes(id) ? ['passphrase'] : []])
    for (const { label } of credentials) expect(label).not.toBe('')
  }
  const key = await exchanges.account('binance')
  for (const wrong of [{ apiKey: key.apiKey }, { secret: key.secret }, { apiKey: key.apiKey, secret: '' }, { ...key, passphrase: 'none here' }]) {
    expect((await place.connect('binance', 'spot', wrong as Key)).body).toMatchObject({ status: 400, code: 'invalid_input' })
  }
  const { code, stderr } = await place.cli(['connect', '--exchange', 'binance', '--market', 'spot', '--json'], `${key.apiKey}\n`)
  expect([code, stderr]).toEqual([2, expect.stringContaining('2 lines')])
  await connected('spot', {}, key)
})

/** What is connected, but for when it was last used: that is noted in the background. */
const kept = async (): Promise<unknown[]> => (await list()).map((one) => ({ ...one, lastUsedAt: null }))

describe('M4 a test request decides whether the connection is kept, and says precisely what is wrong', () => {
  const wrongSecret = async (): Promise<Key> => ({ ...await exchanges.account('binance'), secret: letters(64) })
  const swapped = async (): Promise<Key> => { const { apiKey, secret } = await exchanges.account('binance'); return { apiKey: secret, secret: apiKey } }
  test.each([
    ['a key that does not exist', 'spot', async () => newKey(), 422, 'credentials_rejected', /does not know this API Key/],
    ['a wrong secret', 'spot', wrongSecret, 422, 'signature_rejected', /copy the Secret Key again/],
    ['key and secret swapped', 'spot', swapped, 422, 'credentials_rejected', /swapped/],
    ['an address that is not allowed', 'spot', () => exchanges.account('binance', { ipAllowlist: ['203.0.113.1'] }), 422, /^(?:ip_not_allowed|credentials_rejected)$/, /address of this machine/],
    ['a right that is missing', 'spot', () => exchanges.account('binance', { permissions: ['read'] }), 422, 'permission_missing', /Enable Spot & Margin Trading/],
    ['a key of the other market', 'futures', () => exchanges.account('binance', { permissions: ['read', 'spot'] }), 422, 'wrong_market', /may trade spot, not futures/],
    ['a key that can withdraw', 'spot', () => exchanges.account('binance', { permissions: ['read', 'spot', 'withdraw'] }), 422, 'withdraw_permission', /Enable Withdrawals/],
  ] as const)('%s', async (_, market, key, status, code, advice) => {
    const before = await kept()
    const { body } = await place.connect('binance', market, await key())
    expect(body).toMatchObject({ status, code: typeof code === 'string' ? code : expect.stringMatching(code) as unknown, detail: expect.stringMatching(advice) as unknown })
    expect((body.checks as { result: string }[]).some(({ result }) => result === 'fail')).toBe(true)
    expect(await kept()).toEqual(before)
  })

  test('an exchange that is down or silent, and by command', async () => {
    const key = await exchanges.account('binance')
    await exchanges.control('binance', 'POST', '/faults', { fault: 'status', status: 503, times: 50, path: '/sapi' })
    expect((await place.connect('binance', 'spot', key)).body).toMatchObject({ status: 502, code: 'exchange_unreachable' })
    expect(await refusal(['connect', '--exchange', 'binance', '--market', 'spot'], lines(key))).toMatchObject({ status: 502, code: 'exchange_unreachable' })
    await exchanges.control('binance', 'DELETE', '/faults')
    await exchanges.control('binance', 'POST', '/faults', { fault: 'hang', path: '/sapi' })
    expect((await place.connect('binance', 'spot', key)).body).toMatchObject({ status: 504, code: 'exchange_timeout' })
    await exchanges.control('binance', 'DELETE', '/faults')
    expect((await connected('spot', {}, key)).checks).toContainEqual(expect.objectContaining({ name: 'signature', result: 'pass' }))
  }, 40_000)

  test('clocks that differ are compared once, and then it works', async () => {
    const key = await exchanges.account('binance')
    await exchanges.control('binance', 'PUT', '/clock', { skewMs: 120_000 })
    try {
      await connected('spot', {}, key)
    } finally {
      await exchanges.control('binance', 'PUT', '/clock', { skewMs: 0 })
    }
    await connected()
  })
})

test('M5 spot and futures of one exchange are two connections, of one key too', async () => {
  const key = await exchanges.account('binance')
  const [spot, futures] = [await connected('spot', {}, key), await connected('futures', {}, key)]
  expect([spot.market, futures.market, spot.id === futures.id]).toEqual(['spot', 'futures', false])
  await place.want(204, 'DELETE', `/connections/${spot.id}`)
  expect((await place.want(200, 'GET', `/connections/${futures.id}`)).status).toBe('active')
  expect((await place.connect('binance', 'futures', key)).body).toMatchObject({ status: 409, code: 'duplicate_connection' })
})

test('M6 Alpaca: a live account is connected, a paper one refused by name', async () => {
  const paper = await exchanges.account('alpaca', { environment: 'paper' })
  expect((await place.connect('alpaca', 'spot', paper, { consent: true })).body).toMatchObject({ status: 422, code: 'paper_account', detail: expect.stringMatching(/live account.*Generate New Keys/) as unknown })
  expect(await refusal(['connect', '--exchange', 'alpaca', '--consent', '--market', 'spot'], lines(paper))).toMatchObject({ code: 'paper_account' })
  const live = await exchanges.account('alpaca')
  expect((await place.connect('alpaca', 'spot', live)).body).toMatchObject({ code: 'consent_required' })
  expect(await connect('alpaca', 'spot', live, '--consent')).toMatchObject({ exchange: 'alpaca', status: 'active', name: 'Alpaca spot' })
})

test('M7 a connection is never edited, by no route and no command', async () => {
  const made = await connected()
  for (const method of ['PUT', 'PATCH', 'POST']) {
    for (const body of [{ name: 'other' }, { market: 'futures' }, { credentials: newKey() }, {}]) {
      const answer = await place.call(method, `/connections/${made.id}`, { body })
      expect(answer.body).toMatchObject({ status: 405, code: method === 'POST' ? 'method_not_allowed' : 'connection_immutable' })
    }
  }
  const { paths } = await place.want(200, 'GET', '/openapi.json') as { paths: Record<string, object> }
  const writing = Object.entries(paths).filter(([route]) => route.startsWith('/api/v1/connections/')).flatMap(([route, methods]) => Object.keys(methods).filter((method) => method !== 'get').map((method) => `${method} ${route.replace('/api/v1', '')}`))
  expect(writing.toSorted()).toEqual([
    'delete /connections/{id}', 'patch /connections/{id}', 'post /connections/{id}/check', 'post /connections/{id}/reconcile', 'post /connections/{id}/relink',
    'put /connections/{id}', 'put /connections/{id}/caps', // caps are limits beside the connection, not part of it
  ])
  const help = (await place.cli(['connections', '--help'])).stdout
  expect(help).toContain('relink')
  expect(help).not.toMatch(/^ +(?:edit|update|set|rename)\b/m)
  expect({ ...await place.want(200, 'GET', `/connections/${made.id}`), lastUsedAt: null }).toEqual({ ...made, lastUsedAt: null })
})

test('M8 keys are changed by disconnecting or relinking every bot, deleting, and connecting anew', async () => {
  const [old, replacement] = [await connected('spot', { name: 'old' }), await connected('spot', { name: 'replacement' })]
  const bots = [await wire(place, old.id, { name: 'one' }), await wire(place, old.id, { name: 'two' })]
  const linked = expect.arrayContaining(bots.map(({ botId }, at) => ({ id: botId, name: ['one', 'two'][at] }))) as unknown
  expect((await place.call('DELETE', `/connections/${old.id}`)).body).toMatchObject({ status: 409, code: 'connection_in_use', bots: linked })
  expect(await refusal(['connections', 'delete', 'old'])).toMatchObject({ code: 'connection_in_use', bots: linked })
  // By hand, one bot after the other …
  expect((await place.want(200, 'PATCH', `/bots/${bots[0]?.botId}`, { connectionId: null })).connectionId).toBeNull()
  expect((await place.call('DELETE', `/connections/${old.id}`)).body).toMatchObject({ code: 'connection_in_use', bots: [{ name: 'two' }] })
  // … or in one step.
  expect(await place.json(['connections', 'relink', 'old', '--to', 'replacement'])).toMatchObject({ moved: 1, bots: [{ name: 'two' }] })
  expect((await place.want(200, 'POST', `/connections/${replacement.id}/relink`, { to: old.id })).moved).toBe(1)
  expect((await place.want(200, 'POST', `/connections/${old.id}/relink`, { to: replacement.id })).moved).toBe(1)
  const deleted = await place.json(['connections', 'delete', 'old'])
  expect(deleted).toEqual({ deleted: old.id })
  expect((await list()).map(({ id }) => id)).not.toContain(old.id)
  expect((await place.call('GET', `/connections/${old.id}`)).status).toBe(404)
  expect(await signal(place, bots[1]?.hash ?? '', { symbol: 'BTCUSDT', side: 'BUY' })).toMatchObject({ decisions: [{ orders: [{ connectionId: replacement.id, state: 'filled' }] }] })
})

test('M9 keys are encrypted, never stored in plaintext, never shown again, never logged', async () => {
  const key = await exchanges.account('binance')
  const made = await connected('spot', { name: 'sealed' }, key)
  for (const route of [`/connections/${made.id}`, '/connections', `/connections/${made.id}/audit`]) await place.want(200, 'GET', route)
  const shown = JSON.stringify([await place.json(['connections', 'show', 'sealed']), await place.json(['connections', 'list'])])
  const search = new Search({ ...key })
  expect(search.in(place.answers.join('\n'), 'answers')).toEqual([])
  expect(search.in(shown, 'commands')).toEqual([])
  expect(search.in(place.logged(), 'log')).toEqual([])
  expect(search.inFolder(place.dataDir).traces).toEqual([])
  const database = new DatabaseSync(path.join(place.dataDir, 'towerflow.db'), { readOnly: true })
  const { envelope } = database.prepare('select envelope from envelopes where connection_id = ?').get(made.id as string) as { envelope: string }
  database.close()
  const bytes = Buffer.from(envelope, 'base64url')
  expect([bytes.subarray(0, 3).toString(), bytes[3]]).toEqual(['TFE', 1])
  // What is encrypted looks like chance: about as many bits set as not.
  const ones = [...bytes.subarray(134)].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
  expect(Math.abs(ones / ((bytes.length - 134) * 8) - 0.5)).toBeLessThan(0.1)
  names['sealed'] = made.id as string
})

test('M10 a key is opened only for test requests and trades, and each time is written down first', async () => {
  const id = names['sealed'] ?? ''
  const audit = (): { event: string; connectionId?: string; orderId?: string; at?: string }[] => readFileSync(path.join(place.dataDir, 'audit.log'), 'utf8').trim().split('\n')
    .map((line) => JSON.parse(line) as { event: string; connectionId?: string }).filter((entry) => entry.connectionId === id && entry.event !== 'outcome' && entry.event !== 'report') // a comparison of the background may come in between
  await eventually(async () => audit().length > 0, 'the test request is written down')
  expect(audit().map(({ event }) => event)).toEqual(['check'])
  // Looking at it opens nothing, nor does a bot, a rehearsal or a signal that is no order.
  const { hash, botId } = await wire(place, id)
  for (const route of [`/connections/${id}`, '/connections', '/bots', '/positions', '/orders']) await place.want(200, 'GET', route)
  await signal(place, hash, { symbol: 'BTCUSDT', side: 'BUY', flag: 'TEST' })
  await signal(place, hash, { symbol: 'ETHUSDT', side: 'BUY' })
  expect(audit().map(({ event }) => event)).toEqual(['check'])
  const { decisions } = await signal(place, hash, { symbol: 'BTCUSDT', side: 'BUY' })
  const used = await eventually(async () => audit().length > 1 && audit(), 'the order is written down')
  expect(used.slice(1)).toMatchObject([{ event: 'submit', orderId: decisions[0].orders[0].id, botId }])
  const order = (await exchanges.orders('binance')).find(({ clientOrderId }) => clientOrderId === decisions[0].orders[0].clientOrderId)
  expect(Date.parse(used[1]?.at ?? '')).toBeLessThanOrEqual(order?.receivedAt ?? 0)
  await eventually(async () => {
    const shown = (await place.want(200, 'GET', `/connections/${id}/audit`)).items as { action: string; orderId: string | null }[]
    return shown.some(({ orderId }) => orderId === decisions[0].orders[0].id)
  }, 'the use is shown to its owner')
})

test('M11 a signal from a payload becomes one order on the connection, on its owner\'s behalf', async () => {
  const key = await exchanges.account('binance')
  await connect('binance', 'spot', key, '--name', 'trading')
  const hook = await place.json(['webhooks', 'create', '--name', 'alerts'])
  await place.json(['bots', 'create', '--webhook', 'alerts', '--connection', 'trading', '--symbol', 'BTCUSDT', '--amount', '75'])
  const { decisions, id } = await signal(place, hook.hash as string, { symbol: 'BINANCE:BTCUSDT', side: 'BUY', time: new Date().toISOString() })
  const mine = (await exchanges.orders('binance')).filter(({ apiKey }) => apiKey === key.apiKey)
  expect(mine).toMatchObject([{ symbol: 'BTCUSDT', side: 'BUY', quoteQuantity: '75', clientOrderId: decisions[0].orders[0].clientOrderId, state: 'filled' }])
  const shown = await place.json(['signals', 'show', id as string])
  expect((shown.timeline as { event: string }[]).map(({ event }) => event)).toEqual(expect.arrayContaining(['received', 'decided', 'submitting', 'sent', 'accepted', 'filled']))
})
