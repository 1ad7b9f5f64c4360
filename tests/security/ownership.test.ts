import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePlace, startExchanges, wire, type Exchanges, type Place } from '../acceptance/place.ts'
import { Authenticator } from '../authenticator.ts'
import { Browser } from '../browser.ts'
import { eventually } from '../installation.ts'

// Two users of one installation, one of them its administrator. Every route that takes an id is tried by each of them
// with the other one's ids. The routes come from the description that the server serves, so that none is forgotten.

interface Owner { readonly token: string; readonly userId: string; readonly ids: Readonly<Record<string, string>> }

let exchanges: Exchanges
let place: Place
let admin: Owner
let friend: Owner

beforeAll(async () => {
  exchanges = await startExchanges(['binance'])
  place = makePlace(exchanges.simulator.urls)
  await exchanges.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  await place.start()
  const other = await place.want(201, 'POST', '/users', { name: 'friend' })
  const third = await place.want(201, 'POST', '/users', { name: 'third' })
  admin = await furnish(place.token, third.id as string)
  friend = await furnish(other.token as string, third.id as string)
}, 60_000)
afterAll(async () => {
  await place.remove()
  await exchanges.simulator.close()
})

/** One of everything: with a position, so that there is something to lose. */
async function furnish(token: string, thirdId: string): Promise<Owner> {
  const made = await place.connect('binance', 'spot', await exchanges.account('binance'), {}, token)
  const spare = await place.connect('binance', 'spot', await exchanges.account('binance'), {}, token)
  expect([made.status, spare.status]).toEqual([201, 201])
  const { webhookId, hash, botId } = await wire(place, made.body.id as string, {}, { key: false }, token)
  const sent = await place.deliver(hash, { symbol: 'BTCUSDT', side: 'BUY', id: 'private label' })
  const order = await eventually(async () => (
    (await place.want(200, 'GET', '/orders?state=filled', undefined, token)).items as { id: string; signalId: string }[]
  ).find((one) => one.signalId === sent.body.signalId), 'the order is filled')
  await place.deliver(hash, 'not a signal')
  await eventually(async () => (await place.want(200, 'GET', `/webhooks/${webhookId}/rejections`, undefined, token)).items.length === 1, 'the rejection is noted')
  const share = await place.want(201, 'POST', `/webhooks/${webhookId}/shares`, { userId: thirdId }, token)
  const made2 = await place.want(201, 'POST', '/tokens', { name: 'more', scopes: ['read'] }, token)
  const userId = (await place.want(200, 'GET', '/me', undefined, token)).id as string
  const { session, passkey } = await browserOf(userId)
  return {
    token, userId,
    ids: {
      connections: made.body.id as string, spare: spare.body.id as string, webhooks: webhookId, bots: botId, signals: sent.body.signalId as string,
      orders: order.id, tokens: made2.id as string, shares: share.id as string, sessions: session, me: passkey,
      findings: plantFinding(userId),
    },
  }
}

/** A finding of his, as a comparison with the exchange would have made it. */
function plantFinding(userId: string): string {
  const database = new DatabaseSync(path.join(place.dataDir, 'towerflow.db'), { timeout: 10_000 })
  try {
    const id = `finding-of-${userId}`
    database.prepare("insert into findings (id, user_id, code, detail, at) values (?, ?, 'planted', 'a difference', 1)").run(id, userId)
    return id
  } finally {
    database.close()
  }
}

/** A browser in which that user is signed in, with a passkey. */
async function browserOf(userId: string): Promise<{ session: string; passkey: string }> {
  const { token } = await place.want(201, 'POST', `/users/${userId}/invitation`, {}) as { token: string }
  const address = place.url.replace('127.0.0.1', 'localhost')
  const browser = new Browser(address)
  expect((await browser.call('POST', '/invitation/accept', { token, password: 'crimson otter balcony 41' })).body.state).toBe('signed_in')
  const { challengeId, options } = (await browser.call('POST', '/me/passkeys/options')).body
  const passkey = await browser.call('POST', '/me/passkeys', { challengeId, response: new Authenticator(new URL(address).origin).create(options) })
  expect(passkey.status, passkey.text).toBe(201)
  return { session: (await browser.call('GET', '/session')).body.sessionId as string, passkey: passkey.body.id as string }
}

/** Routes without anybody's id in them, each with why that is so. Everything else is tried. */
const WITHOUT_OWNER = new Map([
  ['POST /exchanges/{exchange}/practice-key', 'a new account of a simulator, which nobody has yet'],
  ['POST /hooks/{hash}', 'the address is the secret: whoever has it may send'],
  ...['PATCH /users/{id}', 'DELETE /users/{id}', 'POST /users/{id}/invitation'].map((route) => [route, 'of administrators, for all users'] as const),
  ['DELETE /me/passkeys/{id}', 'from a browser alone, where it is tried (second-factor.test.ts)'],
  ['PUT /connections/{id}', 'never, for nobody, whatever the id'], ['PATCH /connections/{id}', 'never, for nobody, whatever the id'],
])
/** A body with which the owner would succeed. */
const BODIES: Readonly<Record<string, (victim: Owner, intruder: Owner) => object>> = {
  'POST /connections/{id}/relink': (victim) => ({ to: victim.ids['spare'] }),
  'PATCH /webhooks/{id}': () => ({ name: 'taken', paused: true }), 'POST /webhooks/{id}/rotate': () => ({ hash: true }),
  'POST /webhooks/{id}/shares': (_, intruder) => ({ userId: intruder.userId }), 'POST /webhooks/{id}/signals': () => ({ symbol: 'BTCUSDT', side: 'SELL' }),
  'PATCH /bots/{id}': () => ({ connectionId: null, abandonPosition: true }), 'POST /bots/{id}/position': () => ({ quantity: '1', reason: 'x' }),
  'PATCH /me/passkeys/{id}': () => ({ name: 'taken' }), 'POST /orders/{id}/resolve': () => ({ answer: 'check' }),
  'PUT /connections/{id}/caps': () => ({ ordersPerMinute: 1, notionalPerOrder: null, notionalPerDay: null }),
}

const routes = async (): Promise<{ method: string; route: string }[]> => {
  const { paths } = await place.want(200, 'GET', '/openapi.json') as { paths: Record<string, Record<string, unknown>> }
  return Object.entries(paths).flatMap(([route, methods]) => Object.keys(methods).map((method) => ({ method: method.toUpperCase(), route: route.replace('/api/v1', '') })))
}

/** The books once nothing moves in them any more: what was set up may still be settling. */
async function quietBooks(): Promise<string> {
  const end = Date.now() + 60_000
  for (let before = books(); Date.now() < end;) {
    await new Promise((resolve) => { setTimeout(resolve, 400) })
    const after = books()
    if (after === before) return after
    before = after
  }
  throw new Error('the books do not come to rest')
}

/** Every row of the books, except when keys and tokens were last used. */
function books(): string {
  const database = new DatabaseSync(path.join(place.dataDir, 'towerflow.db'), { readOnly: true })
  try {
    const tables = ['users', 'connections', 'envelopes', 'webhooks', 'shares', 'bots', 'listenings', 'positions', 'signals', 'decisions', 'orders', 'fills', 'adjustments', 'findings', 'rejections']
    const rows = tables.map((table) => [table, database.prepare(`select * from ${table} order by 1, 2`).all().map((row) => ({ ...row, last_used_at: null }))])
    for (const table of ['sessions', 'passkeys', 'passwords']) rows.push([table, database.prepare(`select * from ${table} order by 1`).all().map((row) => ({ ...row, last_used_at: null }))])
    const tokens = database.prepare('select id, user_id, scopes, hash, revoked_at from tokens order by id').all()
    return JSON.stringify([...rows, ['tokens', tokens]])
  } finally {
    database.close()
  }
}

const sides = [['the administrator', (): [Owner, Owner] => [friend, admin]], ['another user', (): [Owner, Owner] => [admin, friend]]] as const

describe.each(sides)('to %s', (_, who) => {
  test('every route answers 404 for somebody else\'s ids, and changes nothing', async () => {
    const [victim, intruder] = who()
    const before = await quietBooks()
    const orders = (await exchanges.orders('binance')).length
    const tried: string[] = []
    for (const { method, route } of await routes()) {
      const name = `${method} ${route}`
      if (!route.includes('{') || WITHOUT_OWNER.has(name)) continue
      const kind = route.split('/')[1] ?? ''
      const filled = route.replace('{id}', victim.ids[kind] ?? 'no id of this kind').replace('{shareId}', victim.ids['shares'] ?? '')
      expect(filled, name).not.toMatch(/[{}]|no id/)
      const body = method === 'GET' ? undefined : BODIES[name]?.(victim, intruder)
      const answer = await place.call(method, filled, { token: intruder.token, headers: { 'idempotency-key': 'mine' }, ...(body === undefined ? {} : { body }) })
      expect([name, answer.status, answer.body?.code, answer.text.includes('private label')]).toEqual([name, 404, 'not_found', false])
      tried.push(name)
    }
    expect(tried.length).toBeGreaterThanOrEqual(24)
    for (const name of Object.keys(BODIES)) expect(tried).toContain(name)
    expect(books()).toBe(before)
    expect(await exchanges.orders('binance')).toHaveLength(orders)
  })

  test('somebody else\'s ids inside a body are not found either, and change nothing', async () => {
    const [victim, intruder] = who()
    const before = await quietBooks()
    const [his, mine] = [victim.ids, intruder.ids]
    const bot = { symbol: 'BTCUSDT', amount: '100', amountIn: 'quote' }
    for (const [method, route, body] of [
      ['POST', '/bots', { ...bot, webhookId: mine['webhooks'], connectionId: his['connections'] }], ['POST', '/bots', { ...bot, webhookId: his['webhooks'], connectionId: mine['connections'] }],
      ['POST', '/bots/preview', { ...bot, webhookId: mine['webhooks'], connectionId: his['connections'] }], ['POST', '/bots/preview', { ...bot, webhookId: his['webhooks'], connectionId: mine['connections'] }],
      ['PATCH', `/bots/${mine['bots']}`, { webhookId: his['webhooks'] }], ['PATCH', `/bots/${mine['bots']}`, { connectionId: his['connections'], abandonPosition: true }],
      ['POST', `/connections/${mine['connections']}/relink`, { to: his['spare'], abandonPosition: true }], ['DELETE', `/webhooks/${mine['webhooks']}/shares/${his['shares']}`, undefined],
    ] as const) {
      const answer = await place.call(method, route, { token: intruder.token, ...(body === undefined ? {} : { body }) })
      expect([method, route, answer.status, answer.body.code]).toEqual([method, route, 404, 'not_found'])
    }
    expect(books()).toBe(before)
  })

  test('lists, filters and cursors show nothing of somebody else', async () => {
    const [victim, intruder] = who()
    const lists = (await routes()).filter(({ method, route }) => method === 'GET' && !route.includes('{') && !['/events', '/metrics', '/users'].includes(route))
    expect(lists.length).toBeGreaterThan(12)
    const filters = ['', ...['botId=bots', 'connectionId=connections', 'webhookId=webhooks'].map((one) => { const [name, kind = ''] = one.split('='); return `?${name}=${victim.ids[kind]}` })]
    for (const { route } of lists) {
      for (const filter of filters) {
        const { text, status } = await place.call('GET', `${route}${filter}`, { token: intruder.token })
        for (const id of Object.values(victim.ids)) expect([route, filter, status, text.replaceAll(filter, '').includes(id)]).toEqual([route, filter, status, false])
      }
    }
    const { next } = await place.want(200, 'GET', '/connections?limit=1', undefined, victim.token)
    const borrowed = await place.call('GET', `/connections?limit=1&cursor=${next as string}`, { token: intruder.token })
    for (const id of Object.values(victim.ids)) expect(borrowed.text).not.toContain(id)
  })

  test('no event of somebody else is told, nor told later', async () => {
    const [victim, intruder] = who()
    const stop = new AbortController()
    const response = await fetch(`${place.url}/api/v1/events`, { headers: { authorization: `Bearer ${intruder.token}`, 'last-event-id': '0.0' }, signal: stop.signal })
    let text = ''
    const reading = (async () => { for await (const chunk of response.body ?? []) text += Buffer.from(chunk as Uint8Array).toString() })()
    reading.catch(() => undefined) // ended by us, below
    await eventually(async () => text.includes('welcome'), 'the stream has begun')
    // His own event comes after hers: once it is there, hers would be.
    for (const owner of [victim, intruder]) await place.want(202, 'POST', `/webhooks/${owner.ids['webhooks']}/signals`, { symbol: 'BTCUSDT', side: 'BUY', flag: 'TEST', id: owner.userId }, owner.token)
    await eventually(async () => text.includes(intruder.userId), 'his own event has come')
    stop.abort()
    for (const id of [...Object.values(victim.ids), victim.userId]) expect(text).not.toContain(id)
  })
})

test('the owner succeeds where others were refused: the requests were right', async () => {
  const { token, ids } = friend
  for (const [name, body] of Object.entries(BODIES)) {
    const [method = '', route = ''] = name.split(' ')
    if (name.includes('/relink') || name.includes('PATCH /bots')) continue // done last, below
    if (name.includes('/resolve')) continue // his order is filled: nothing is to be resolved
    const answer = await place.call(method, route.replace('{id}', ids[route.split('/')[1] ?? ''] ?? ''), { token, body: body(friend, admin) })
    expect([name, Math.floor(answer.status / 100)], answer.text).toEqual([name, 2])
  }
  await eventually(async () => (await place.call('POST', `/connections/${ids['connections']}/relink`, { token, body: { to: ids['spare'], abandonPosition: true } })).status === 200, 'the bot is moved')
  await eventually(async () => (await place.call('PATCH', `/bots/${ids['bots']}`, { token, body: { connectionId: null, abandonPosition: true } })).status === 200, 'the bot is disconnected')
})
