import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ended, makePlace, startExchanges, wire, type Exchanges, type Place, type SimOrder, type Wired } from '../acceptance/place.ts'
import { eventually, type Key } from '../installation.ts'

// Somebody can write to the database. Every connection here is changed in another way while the server is stopped;
// then all of them are used at once.

interface Connected extends Wired { readonly id: string; readonly key: Key }

/** What is done to a connection's row or envelope. `of`: another connection, whose envelope it may get. */
type Change = (database: DatabaseSync, mine: Connected, other: Connected) => void

const envelopeOf = (database: DatabaseSync, { id }: Connected): string =>
  (database.prepare('select envelope from envelopes where connection_id = ?').get(id) as { envelope: string }).envelope
const put = (database: DatabaseSync, { id }: Connected, envelope: string): void => {
  expect(database.prepare('update envelopes set envelope = ? where connection_id = ?').run(envelope, id).changes).toBe(1)
}
const column = (name: string, value: string | number): Change => (database, { id }) => {
  expect(database.prepare(`update connections set ${name} = ? where id = ?`).run(value, id).changes).toBe(1)
}
const swap: Change = (database, mine, other) => {
  const [one, two] = [envelopeOf(database, mine), envelopeOf(database, other)]
  put(database, mine, two)
  put(database, other, one)
}
const rewritten = (change: (bytes: Buffer) => Buffer): Change => (database, mine) => {
  put(database, mine, change(Buffer.from(envelopeOf(database, mine), 'base64url')).toString('base64url'))
}
const flipped = (at: number): Change => rewritten((bytes) => {
  const place = at < 0 ? bytes.length + at : at
  bytes[place] = (bytes[place] ?? 0) ^ 1
  return bytes
})
const as = (text: string): Change => (database, mine) => { put(database, mine, text) }

const CHANGES: Readonly<Record<string, Change>> = {
  'a copy of another row\'s envelope': (database, mine, other) => { put(database, mine, envelopeOf(database, other)) },
  'another version of the row': column('row_version', 2), 'a version that no row has': column('row_version', 0),
  'a bit of the magic': flipped(0), 'a bit of the version': flipped(3), 'a bit of the master key\'s id': flipped(6), 'a bit of the length': flipped(13),
  'a bit of the first nonce': flipped(20), 'a bit of the wrapped key': flipped(40), 'a bit of its tag': flipped(60), 'a bit of the commitment': flipped(90),
  'a bit of the second nonce': flipped(110), 'a bit of the second tag': flipped(120), 'the first bit of the ciphertext': flipped(134), 'the last bit': flipped(-1),
  'cut off by a byte': rewritten((bytes) => bytes.subarray(0, -1)), 'cut off after the header': rewritten((bytes) => bytes.subarray(0, 134)), 'longer by a byte': rewritten((bytes) => Buffer.concat([bytes, Buffer.from([0])])),
  nothing: as(''), 'no base64url': as('{"apiKey":"x"} \u0000 €'), 'a megabyte': as('A'.repeat(1_000_000)),
}

let exchanges: Exchanges
let place: Place
let friend = ''
const connections = new Map<string, Connected>()
let victims: string[] = []

async function add(name: string, more: { exchange?: string; token?: string; bot?: object } = {}): Promise<void> {
  const { exchange = 'binance', token = place.token, bot = {} } = more
  const key = await exchanges.account(exchange)
  const made = await place.connect(exchange, 'spot', key, { name, consent: true }, token)
  expect(made.status, made.text).toBe(201)
  const id = made.body.id as string
  connections.set(name, { id, key, ...await wire(place, id, bot, {}, token) })
}
const get = (name: string): Connected => {
  const found = connections.get(name)
  if (found === undefined) throw new Error(`there is no connection ${name}`)
  return found
}

beforeAll(async () => {
  exchanges = await startExchanges(['binance', 'alpaca'])
  place = makePlace(exchanges.simulator.urls)
  await exchanges.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  await place.start()
  friend = (await place.want(201, 'POST', '/users', { name: 'friend' })).token as string
  // The first Alpaca connection is the one whose key prices and opening hours would be asked with.
  await add('alpaca: a bit', { exchange: 'alpaca', bot: { symbol: 'AAPL' } })
  await add('alpaca: untouched', { exchange: 'alpaca', bot: { symbol: 'AAPL' } })
  for (const name of ['untouched', 'swapped here', 'swapped there', 'swapped with the friend', 'given to the friend', 'said to be Alpaca\'s', 'said to be futures']) await add(name)
  for (const name of ['friend: untouched', 'friend: swapped']) await add(name, { token: friend })
  for (const name of Object.keys(CHANGES)) await add(name)
  victims = [...connections.keys()].filter((name) => !name.includes('untouched'))
  await place.stop()
  tamper()
  await place.start()
}, 120_000)
afterAll(async () => {
  await place.remove()
  await exchanges.simulator.close()
})

function tamper(): void {
  const database = new DatabaseSync(path.join(place.dataDir, 'towerflow.db'))
  try {
    const friendId = (database.prepare('select id from users where name = ?').get('friend') as { id: string }).id
    for (const [name, change] of Object.entries(CHANGES)) change(database, get(name), get('untouched'))
    swap(database, get('swapped here'), get('swapped there'))
    swap(database, get('swapped with the friend'), get('friend: swapped'))
    column('user_id', friendId)(database, get('given to the friend'), get('untouched'))
    column('exchange', 'alpaca')(database, get('said to be Alpaca\'s'), get('untouched'))
    column('market', 'futures')(database, get('said to be futures'), get('untouched'))
    flipped(140)(database, get('alpaca: a bit'), get('untouched'))
  } finally {
    database.close()
  }
}

const ownerOf = (name: string): string => (name.startsWith('friend') ? friend : place.token)
const all = async (): Promise<SimOrder[]> => [...await exchanges.orders('binance'), ...await exchanges.orders('alpaca')]

describe('with rows of the database changed behind its back', () => {
  test('no signal becomes an order of a changed connection, at once and with a reason; the others trade', async () => {
    const outcomes = await Promise.all([...connections].map(async ([name, { hash }]) => {
      const sent = await place.deliver(hash, { symbol: name.startsWith('alpaca') ? 'AAPL' : 'BTCUSDT', side: 'BUY' })
      expect(sent.status, sent.text).toBe(202)
      const signal = await ended(place, sent.body.signalId as string, 1, ownerOf(name))
      const [{ outcome, code, orders }] = signal.decisions as [{ outcome: string; code: string; orders: { state: string; rejectCode: string | null; rejectText: string | null }[] }]
      return { name, outcome, code, orders: orders.map(({ state, rejectCode, rejectText }) => ({ state, rejectCode, rejectText })) }
    }))
    const untouched = outcomes.filter(({ name }) => name.includes('untouched'))
    expect(untouched).toHaveLength(3)
    for (const { name, orders } of untouched) expect([name, orders]).toMatchObject([name, [{ state: 'filled' }]])
    for (const { name, outcome, code, orders } of outcomes.filter((one) => !untouched.includes(one))) {
      if (outcome === 'order') expect([name, orders]).toMatchObject([name, [{ state: 'failed', rejectCode: 'envelope_refused', rejectText: expect.stringMatching(/cannot be opened/) as unknown }]])
      else expect([name, outcome, code]).toEqual([name, 'refused', expect.stringMatching(/^(?:connection_unhealthy|envelope_refused|rules_unavailable|no_connection|connection_changed)$/)])
    }
  }, 60_000)

  test('the exchanges saw the orders of the untouched connections, and nothing with any other key', async () => {
    const keys = (await all()).map(({ apiKey }) => apiKey)
    expect(keys.toSorted()).toEqual([...connections].filter(([name]) => name.includes('untouched')).map(([, { key }]) => key.apiKey).toSorted())
  })

  test('no other use is possible either: each is refused with what it is, and the row is not taken for a bad key', async () => {
    for (const name of victims) {
      const { id } = get(name)
      const checked = await place.call('POST', `/connections/${id}/check`, { token: name === 'given to the friend' ? friend : ownerOf(name) })
      expect([name, checked.status, checked.body.code, checked.body.detail]).toEqual([name, 500, 'envelope_refused', expect.stringMatching(/cannot be opened/)])
    }
    // Whoever was given a row by such a change can use it no more than anybody else.
    const [{ id }, webhook] = [get('given to the friend'), await place.want(201, 'POST', '/webhooks', {}, friend)]
    const bot = await place.call('POST', '/bots', { token: friend, body: { webhookId: webhook.id, connectionId: id, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote' } })
    if (bot.status === 201) {
      const sent = await place.deliver(webhook.hash as string, { symbol: 'BTCUSDT', side: 'BUY' })
      expect((await ended(place, sent.body.signalId as string, 1, friend)).decisions[0].orders).toMatchObject([{ state: 'failed' }])
    }
    expect(await all()).toHaveLength(3)
  })

  test('every attempt is in the audit and in the log, by connection', async () => {
    const log = place.logged()
    for (const name of victims.filter((one) => one !== 'given to the friend')) {
      const { id } = get(name)
      expect(log, `${name} in the log`).toContain(id)
      await eventually(async () => (await place.want(200, 'GET', `/connections/${id}/audit`, undefined, ownerOf(name))).items.length >= 1, `the audit of ${name}`)
    }
    expect(await place.want(200, 'POST', '/audit/verify')).toMatchObject({ ok: true, problems: [] })
  })

  test('neither process was shaken, and the untouched connections go on', async () => {
    expect(place.logged()).not.toMatch(/"level":"fatal"|starting it again|Unhandled/)
    for (const name of ['untouched', 'friend: untouched', 'alpaca: untouched']) {
      const sent = await place.deliver(get(name).hash, { symbol: name.startsWith('alpaca') ? 'AAPL' : 'BTCUSDT', side: 'SELL' })
      const { decisions } = await ended(place, sent.body.signalId as string, 1, ownerOf(name))
      expect([name, decisions[0].orders]).toMatchObject([name, [{ state: 'filled', side: 'sell' }]])
    }
  })
})
