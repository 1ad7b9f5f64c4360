import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { letters, makePlace, newKey, signal, startExchanges, wire, type Exchanges, type Place } from '../acceptance/place.ts'
import { eventually, type Key } from '../installation.ts'
import { Search, type Trace } from './search.ts'

// Every credential that is submitted here is looked for afterwards, in pieces and in every form, wherever the
// installation leaves something: database, log, audit, backup, answers, events, and the memory of its processes.

/** Texts that are no secrets: they are put where secrets could be, to show that the search finds what is there. */
const MARKER = letters(48)
const MARKER_WIDE = letters(48)
const secrets: Record<string, string> = {}
/** Tokens and webhook keys: they pass through the server by their nature, are shown once, and never kept. */
const own: Record<string, string> = {}

let exchanges: Exchanges
let place: Place
let connectionId = ''
let events = ''
const stopEvents = new AbortController()

const remember = (name: string, key: Key): Key => {
  Object.assign(secrets, { [`${name}, key`]: key.apiKey, [`${name}, secret`]: key.secret })
  return key
}
const seen = (traces: readonly Trace[]): string[] => [...new Set(traces.map(({ secret }) => secret))].toSorted()
const fault = (exchange: string, body: object): Promise<unknown> => exchanges.control(exchange, 'POST', '/faults', body)
const account = async (name: string, exchange: string, more: object = {}): Promise<Key> => remember(name, await exchanges.account(exchange, more))
/** Everything in the data folder but the master key itself. */
const stored = (search: Search): ReturnType<Search['inFolder']> => search.inFolder(place.dataDir, (file) => file === 'master.key')

beforeAll(async () => {
  exchanges = await startExchanges(['binance', 'alpaca'])
  place = makePlace(exchanges.simulator.urls)
  await exchanges.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  own['setup token'] = (await place.start()).setupToken ?? ''
  own['first token'] = place.token
  followEvents()
  await trade()
  await fail()
  await ourOwn()
  await place.json(['backup', path.join(place.folder, 'books.backup')])
}, 120_000)
afterAll(async () => {
  stopEvents.abort()
  await place.remove()
  await exchanges.simulator.close()
})

function followEvents(): void {
  const reading = fetch(`${place.url}/api/v1/events`, { headers: { authorization: `Bearer ${place.token}` }, signal: stopEvents.signal })
  void reading.then(async ({ body }) => {
    for await (const chunk of body ?? []) events += Buffer.from(chunk as Uint8Array).toString()
  }).catch((error: unknown) => { if (!stopEvents.signal.aborted) events += `broken: ${String(error)}` })
}

/** Keys that work, and orders on them. */
async function trade(): Promise<void> {
  const alpaca = { apiKey: `AK${letters(18).toUpperCase()}`, secret: `${letters(20)}+/="&\\%${letters(20)}` }
  const bots = [
    ['spot', 'binance', await account('spot', 'binance'), {}], ['futures', 'binance', await account('futures', 'binance'), {}],
    ['spot', 'alpaca', await account('alpaca', 'alpaca', alpaca), { symbol: 'BTC/USD' }],
  ] as const
  for (const [market, exchange, key, bot] of bots) {
    const made = await place.connect(exchange, market, key, { consent: true })
    expect(made.status, made.text).toBe(201)
    connectionId = made.body.id as string
    const { hash } = await wire(place, connectionId, bot, { description: `${MARKER} €${MARKER_WIDE}` })
    const symbol = exchange === 'alpaca' ? 'BTC/USD' : 'BTCUSDT'
    for (const side of ['BUY', 'SELL']) {
      const { decisions } = await signal(place, hash, { symbol, side, id: MARKER, flag: side === 'BUY' ? 'DEBUG' : [] })
      expect(decisions[0].orders[0], JSON.stringify(decisions)).toMatchObject({ state: 'filled' })
    }
    await place.want(200, 'POST', `/connections/${connectionId}/check`)
    await breakOrders(exchange, symbol, hash, key)
  }
}

/** Orders that go wrong, with answers that repeat the key, as error pages of gateways do. */
async function breakOrders(exchange: string, symbol: string, hash: string, { apiKey, secret }: Key): Promise<void> {
  const echo = `key ${apiKey} secret ${secret}`
  const at = { path: 'order', method: 'POST' }
  for (const broken of [
    { ...at, fault: 'drop-response' },
    { ...at, fault: 'status', status: 400, body: exchange === 'alpaca' ? { code: 40_010_001, message: echo } : { code: -1102, msg: echo } },
    { ...at, fault: 'status', status: 403, body: exchange === 'alpaca' ? { code: 40_310_000, message: echo } : { code: -2015, msg: echo } },
    { ...at, fault: 'status', status: 503, after: true, body: { code: -1007, msg: echo, message: echo } },
    { ...at, fault: 'status', status: 500, after: true, body: `<html>${echo}</html>` },
  ]) {
    await fault(exchange, broken)
    await signal(place, hash, { symbol, side: 'BUY', dilution: true })
    await exchanges.control(exchange, 'DELETE', '/faults')
  }
}

/** Keys that are refused. */
async function fail(): Promise<void> {
  const good = await account('for failures', 'binance')
  const wrong = remember('wrong secret', { apiKey: newKey().apiKey, secret: newKey().secret })
  const live = await account('withdrawing', 'binance', { permissions: ['read', 'spot', 'withdraw'] })
  const paper = await account('paper', 'alpaca', { apiKey: `PK${letters(18).toUpperCase()}`, secret: letters(40), environment: 'paper' })
  const statuses = [
    await place.connect('binance', 'spot', { ...good, secret: wrong.secret }), await place.connect('binance', 'spot', wrong),
    await place.connect('binance', 'spot', { apiKey: good.secret, secret: good.apiKey }), await place.connect('binance', 'spot', live),
    await place.connect('alpaca', 'spot', paper, { consent: true }), await place.connect('alpaca', 'spot', { apiKey: paper.secret, secret: paper.apiKey }, { consent: true }),
    await place.connect('binance', 'spot', { ...good, more: wrong.secret }), await place.connect('binance', 'spot', { [good.apiKey]: good.secret }),
    await place.connect('binance', 'spot', { apiKey: good.apiKey, [good.secret]: 'secret' }), await place.connect('binance', 'spot', { ...good, secret: `${good.secret}\u0000` }),
  ]
  const echo = `${good.apiKey} ${good.secret}`
  for (const body of [{ code: -2015, msg: echo }, { code: -9999, msg: echo }, `<html>${echo}</html>`]) {
    await fault('binance', { fault: 'status', status: 401, path: '/sapi/v1/account/apiRestrictions', body })
    statuses.push(await place.connect('binance', 'spot', good))
    await exchanges.control('binance', 'DELETE', '/faults')
  }
  await fault('alpaca', { fault: 'status', status: 403, path: '/v2/account', body: { code: 40_310_000, message: `${paper.apiKey} ${paper.secret}` } })
  statuses.push(await place.connect('alpaca', 'spot', paper, { consent: true }))
  await exchanges.control('alpaca', 'DELETE', '/faults')
  expect(statuses.every(({ status }) => status >= 400), JSON.stringify(statuses.map(({ status }) => status))).toBe(true)
}

/** Tokens and webhook keys, in right and wrong places. */
async function ourOwn(): Promise<void> {
  own['second token'] = (await place.want(201, 'POST', '/tokens', { name: 'reader', scopes: ['read'] })).token as string
  const user = await place.want(201, 'POST', '/users', { name: 'friend' })
  own['user\'s token'] = user.token as string
  own['local token'] = (await place.json(['token', 'create', '--name', 'here'])).token as string
  const hook = await place.want(201, 'POST', '/webhooks', { key: true })
  own['webhook key'] = hook.key as string
  own['chosen key'] = letters(40)
  const chosen = await place.want(201, 'POST', '/webhooks', { key: own['chosen key'] })
  own['rotated key'] = (await place.want(200, 'POST', `/webhooks/${hook.id as string}/rotate`, { key: true })).key as string
  const key = own['rotated key']
  const good = { symbol: 'BTCUSDT', side: 'BUY', key }
  const bodies = [
    JSON.stringify({ ...good, debug: { repeated: `the key is ${key}` }, id: key, unknown: key, [key]: 1 }), JSON.stringify({ ...good, key: own['webhook key'] }),
    JSON.stringify({ ...good, side: key }), JSON.stringify({ symbol: key, side: 'BUY', key }), JSON.stringify(good).slice(0, -1), `symbol=BTCUSDT&side=BUY&key=${key}`,
    `BUY BTCUSDT ${key}`, JSON.stringify({ ...good, key: [key] }), JSON.stringify(good).replace('"key"', '"Key"'), JSON.stringify([good]),
  ]
  for (const body of bodies) await place.deliver(hook.hash as string, body)
  expect((await place.deliver(hook.hash as string, good)).status).toBe(202)
  await place.deliver(chosen.hash as string, { ...good, key: own['chosen key'] })
  for (const token of Object.values(own)) await place.call('GET', `/signals?label=${token}`, { token })
  await place.want(200, 'GET', `/webhooks/${hook.id as string}/rejections`)
  // Read once more, and not in the same place: what is shown once must not be shown again.
  for (const route of ['/webhooks', '/tokens', '/users', '/signals', '/orders', '/connections', '/audit', '/findings', '/stats', '/vault', '/me', '/metrics', '/openapi.json']) {
    await place.call('GET', route)
  }
}

describe('after keys were connected, used, refused and repeated by exchanges', () => {
  test('there were many of them', () => {
    expect(Object.keys(secrets).length).toBeGreaterThanOrEqual(14)
    expect(Object.values(own).filter((value) => value.length >= 32)).toHaveLength(8)
  })

  test('database, log, audit and everything else in the data folder hold none', () => {
    const audit = new Search({ connectionId }).in(readFileSync(path.join(place.dataDir, 'audit.log')), 'audit.log')
    expect(seen(audit)).toEqual(['connectionId'])
    const planted = stored(new Search({ MARKER, MARKER_WIDE }))
    expect(seen(planted.traces.filter(({ place: file }) => file.includes('.db')))).toEqual(['MARKER', 'MARKER_WIDE'])
    expect(planted.files).toContain('audit.log')
    expect(planted.files.some((file) => file.endsWith('-wal'))).toBe(true)
    expect(stored(new Search({ ...secrets, ...own })).traces).toEqual([])
  })

  test('a backup holds none, nor the master key', () => {
    const backup = readFileSync(path.join(place.folder, 'books.backup'))
    expect(seen(new Search({ MARKER }).in(backup, 'backup'))).toEqual(['MARKER'])
    expect(new Search({ ...secrets, ...own, ...masterKey() }).in(backup, 'backup')).toEqual([])
  })

  test('what all processes logged, on their most talkative level but one, holds none', () => {
    const log = place.logged()
    expect(seen(new Search({ url: place.url }).in(log, 'log'))).toEqual(['url'])
    expect(new Search({ ...secrets, ...own, ...masterKey() }).in(log, 'log')).toEqual([])
  })

  test('no answer holds a credential; a token or webhook key stands in the one answer that made it', () => {
    const answers = place.answers.join('\n')
    expect(seen(new Search({ MARKER }).in(answers, 'answers'))).toEqual(['MARKER'])
    expect(new Search(secrets).in(answers, 'answers')).toEqual([])
    // The exchanges' words were shown, the keys that they repeated were not.
    expect(answers.match(/key \[key\] secret \[key\]/g)?.length).toBeGreaterThan(5)
    // The request's own line is no answer.
    const bodies = place.answers.map((answer) => answer.slice(answer.indexOf('\n')))
    for (const [name, value] of Object.entries(own)) {
      const times = bodies.filter((body) => new Search({ value }).in(body, 'answer').length > 0).length
      expect([name, times]).toEqual([name, ['setup token', 'local token', 'chosen key'].includes(name) ? 0 : 1])
    }
  })

  test('no event holds one', async () => {
    await eventually(async () => events.includes('event: signal'), 'events have come')
    expect(events).not.toContain('broken: ')
    expect(seen(new Search({ MARKER }).in(events, 'events'))).toEqual(['MARKER'])
    expect(new Search({ ...secrets, ...own }).in(events, 'events')).toEqual([])
  })
})

/** The secret line of the key file, and the bytes that it stands for. */
function masterKey(): Record<string, string | Uint8Array> {
  const line = readFileSync(path.join(place.dataDir, 'master.key'), 'utf8').split('\n').find((each) => /^[\w-]{80,}$/.test(each)) ?? ''
  const ring = Buffer.from(line, 'base64url')
  // 'TFK', version and count, then the root of the fingerprints, the first version's number, and its secret.
  return { 'master key file': line, 'fingerprint root': ring.subarray(5, 37), 'master key': ring.subarray(41, 73) }
}

describe('processes', () => {
  test('neither server nor supervisor has a sealed credential in its memory, nor the server the master key', () => {
    const server = place.pid('server')
    const planted = new Search({ MARKER, MARKER_WIDE }).inMemory(server)
    expect(seen(planted.traces)).toEqual(['MARKER', 'MARKER_WIDE'])
    expect(planted.bytes).toBeGreaterThan(30_000_000)
    expect(planted.traces.map(({ form }) => form)).toContain('text in UTF-16')
    expect(new Search({ ...secrets, ...masterKey() }).inMemory(server).traces).toEqual([])
    expect(new Search(secrets).inMemory(place.pid('supervisor')).traces).toEqual([])
    // The one process that must have it shows that it would have been found.
    expect(seen(new Search(masterKey()).inMemory(place.pid('executor')).traces)).toContain('master key')
  })

  test('arguments and environment hold no secret, and the server has no way to the master key open', () => {
    const search = new Search({ ...secrets, ...own, ...masterKey() })
    for (const name of ['server', 'executor'] as const) {
      const pid = place.pid(name)
      for (const file of ['cmdline', 'environ']) {
        const bytes = readFileSync(`/proc/${pid}/${file}`)
        expect(search.in(bytes, `${name} ${file}`)).toEqual([])
        expect(bytes.toString()).not.toContain('master.key')
      }
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toContain(place.dataDir) // it would be seen
      const open = readdirSync(`/proc/${pid}/fd`).map((fd) => link(`/proc/${pid}/fd/${fd}`))
      expect(open.some((file) => file.startsWith('socket:'))).toBe(true)
      expect(open.filter((file) => file.includes('master.key'))).toEqual([])
    }
    const files = readdirSync(`/proc/${place.pid('server')}/fd`).map((fd) => link(`/proc/${place.pid('server')}/fd/${fd}`)).filter((file) => file.startsWith(place.dataDir))
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) expect(new Search(masterKey()).in(readFileSync(file.replace(/ \(deleted\)$/, '')), file)).toEqual([])
  })
})

function link(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return '' // closed since the list was read
  }
}

describe('where plaintext submission is switched on', () => {
  test('what is submitted is kept nowhere; the server has it in memory for a while, which is why it is off by default', async () => {
    await place.stop()
    place.env = { ...place.env, TOWERFLOW_ALLOW_PLAINTEXT_CREDENTIALS: 'true' }
    await place.start()
    const plain: Record<string, string> = {}
    const submit = async (name: string, credentials: Key, more: object = {}): Promise<number> => {
      Object.assign(plain, { [`${name}, key`]: credentials.apiKey, [`${name}, secret`]: credentials.secret })
      return (await place.call('POST', '/connections', { body: { exchange: 'binance', market: 'spot', credentials, ...more } })).status
    }
    expect(await submit('good', await exchanges.account('binance'))).toBe(201)
    expect(await submit('wrong', newKey())).toBe(422)
    expect(await submit('unknown field', newKey(), { field: newKey().secret })).toBe(400)
    expect(await submit('no exchange', newKey(), { exchange: 'nowhere' })).toBe(404)
    const swapped = newKey()
    Object.assign(plain, { 'swapped, key': swapped.apiKey, 'swapped, secret': swapped.secret })
    expect((await place.call('POST', '/connections', { body: { exchange: 'binance', market: 'spot', credentials: { [swapped.apiKey]: swapped.secret } } })).status).toBe(400)
    const torn = newKey()
    Object.assign(plain, { 'torn, key': torn.apiKey, 'torn, secret': torn.secret })
    expect((await place.call('POST', '/connections', { raw: JSON.stringify({ credentials: torn }).slice(0, -1), headers: { 'content-type': 'application/json' } })).status).toBe(400)

    // Another way to see that the search works: right after a submission the server's memory has it.
    await eventually(async () => {
      const fresh = newKey()
      await submit('fresh', fresh)
      return new Search({ secret: fresh.secret }).inMemory(place.pid('server')).traces.length > 0
    }, 'what was just submitted is found in memory', 30_000)

    const search = new Search({ ...plain, ...secrets })
    await place.json(['backup', path.join(place.folder, 'later.backup')])
    expect(search.in(place.answers.join('\n'), 'answers')).toEqual([])
    expect(search.in(readFileSync(path.join(place.folder, 'later.backup')), 'backup')).toEqual([])
    expect(stored(search).traces).toEqual([])
    await place.stop()
    expect(search.in(place.logged(), 'log')).toEqual([])
    expect(stored(search).traces).toEqual([])
  })
})
