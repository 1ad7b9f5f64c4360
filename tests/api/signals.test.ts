import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startInstallation, type Answer, type Installation } from '../installation.ts'

let installation: Installation
let other: string
let connectionId: string

beforeAll(async () => {
  installation = await startInstallation()
  await installation.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  other = (await installation.call('POST', '/users', { body: { name: 'other' } })).body.token
  connectionId = (await installation.connect('binance', 'spot', await installation.makeKey('binance'))).body.id
})
afterAll(() => installation.stop())

const get = async (path: string): Promise<Answer['body']> => (await installation.call('GET', path)).body

async function botOnWebhook(): Promise<{ botId: string; webhookId: string; hash: string }> {
  const webhook = (await installation.call('POST', '/webhooks', { body: {} })).body
  const bot = await installation.call(
    'POST', '/bots',
    { body: { webhookId: webhook.id, connectionId, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote' } },
  )
  expect(bot.status, bot.text).toBe(201)
  return { botId: bot.body.id, webhookId: webhook.id, hash: webhook.hash }
}

async function deliver(hash: string, payload: object): Promise<string> {
  const sent = await installation.call('POST', `/hooks/${hash}`, { raw: JSON.stringify(payload), token: null })
  expect(sent.status, sent.text).toBe(202)
  return sent.body.signalId as string
}

const settled = (id: string): Promise<Answer['body']> => eventually(async () => {
  const body = await get(`/signals/${id}`)
  return body.decisions.some((one: {
    orders: { state: string }[],
  }) => one.orders.some(({ state }) => state === 'filled')) && body
}, 'the order is filled')

describe('a signal', () => {
  test('shows its decision, its order with fills, and a timeline in milliseconds', async () => {
    const { botId, hash, webhookId } = await botOnWebhook()
    const id = await deliver(hash, { symbol: 'BTCUSDT', side: 'buy', id: 'my-alert', unknown: 1 })
    const signal = await settled(id)
    expect(signal).toMatchObject({
      id, webhookId, source: 'hook', symbol: 'BTCUSDT', side: 'BUY', label: 'my-alert', duplicates: 0, decisionCount: 1,
    })
    expect(signal.warnings).toHaveLength(1)
    expect(signal.decisions[0]).toMatchObject({ botId, botName: 'BTCUSDT', outcome: 'order' })
    const [order] = signal.decisions[0].orders
    expect(order).toMatchObject({
      botId, signalId: id, state: 'filled', side: 'buy', quantity: null, quoteQuantity: '100', filled: '0.002',
      averagePrice: '50000', reduceOnly: false,
    })
    expect(order.fills[0]).toMatchObject({ price: '50000', quantity: '0.002', feeAsset: 'BTC' })
    expect(order.userId).toBeUndefined()
    const events = signal.timeline.map(({ event }: { event: string }) => event)
    expect(events[0]).toBe('received')
    for (const event of ['decided', 'sent', 'accepted', 'filled']) expect(events).toContain(event)
    const times = signal.timeline.map(({ ms }: { ms: number }) => ms)
    expect(times).toEqual(times.toSorted((a: number, b: number) => a - b))
    expect(signal.timeline[0].ms).toBe(0)
    expect(await get(`/orders/${order.id as string}`)).toEqual(order)
  })

  test('replayed makes no second order, and says what would happen now', async () => {
    const { hash, botId } = await botOnWebhook()
    const id = await deliver(hash, { symbol: 'BTCUSDT', side: 'buy' })
    await settled(id)
    const replay = await installation.call('POST', `/signals/${id}/replay`, { body: {} })
    expect(replay.status, replay.text).toBe(200)
    expect(replay.body).toMatchObject({ source: 'replay', replayOf: id, flags: ['TEST'] })
    expect(replay.body.decisions).toMatchObject([{ botId, outcome: 'skipped', code: 'already_long', orders: [] }])
    const exit = await deliver(hash, { symbol: 'BTCUSDT', side: 'sell', flag: 'TEST' })
    const tested = await eventually(async () => {
      const body = await get(`/signals/${exit}`)
      return body.decisions.length > 0 && body
    }, 'the test is decided')
    expect(tested.decisions[0]).toMatchObject({
      outcome: 'test', orders: [{ side: 'sell', quantity: expect.any(String), quoteQuantity: null }],
    })
    expect((await get(`/orders?botId=${botId}`)).items).toHaveLength(1)
  })

  test('is listed newest first, by filter, page by page; a cursor serves its own filter only', async () => {
    const { hash, webhookId } = await botOnWebhook()
    const ids: string[] = []
    for (let n = 0; n < 5; n += 1) ids.push(
      await deliver(hash, { symbol: 'OTHER', side: 'buy', id: `n${n}`, time: Date.now() + n }),
    )
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await get(`/signals?webhookId=${webhookId}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      seen.push(...page.items.map((one: { id: string }) => one.id))
      cursor = page.next ?? ''
      if (cursor !== '' && seen.length === 2) {
        const misused = await installation.call('GET', `/signals?limit=2&cursor=${cursor}`)
        expect([misused.status, misused.body.errors[0].path]).toEqual([400, 'cursor'])
      }
    } while (cursor !== '')
    expect(seen).toEqual(ids.toReversed())
    expect((await get(`/signals?webhookId=${webhookId}&label=n3`)).items).toHaveLength(1)
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'cursor=%7B', 'from=yesterday']) {
      expect((await installation.call('GET', `/signals?${query}`)).body.code, query).toBe('invalid_input')
    }
  })

  test('and its orders are not there for another user', async () => {
    const { hash } = await botOnWebhook()
    const id = await deliver(hash, { symbol: 'BTCUSDT', side: 'buy' })
    const order = (await settled(id)).decisions[0].orders[0].id as string
    for (const [method, path] of [
      ['GET', `/signals/${id}`], ['POST', `/signals/${id}/replay`], ['GET', `/orders/${order}`],
      ['POST', `/orders/${order}/cancel`],
    ] as const) {
      expect((await installation.call(method, path, { token: other })).status, path).toBe(404)
    }
    for (const list of [
      '/signals', '/orders', '/positions', '/bots', '/webhooks', '/connections', '/findings', '/audit',
    ]) {
      expect((await installation.call('GET', list, { token: other })).body, list).toEqual({ items: [], next: null })
    }
  })
})

interface Event { readonly id: string; readonly event: string; readonly data: Record<string, unknown> }

/** Reads an event stream until `enough`, then cuts it. */
async function events(
  headers: Record<string, string>, enough: (seen: readonly Event[]) => boolean, started?: () => Promise<void>,
): Promise<Event[]> {
  const abort = new AbortController()
  const late = setTimeout(() => { abort.abort(new Error('the events did not come')) }, 60_000)
  const response = await fetch(
    `${installation.url}/api/v1/events`,
    { headers: { authorization: `Bearer ${installation.token}`, ...headers }, signal: abort.signal },
  )
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const seen: Event[] = []
  let text = ''
  const begun = started?.()
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = Object.fromEntries(text.slice(0, end).split('\n').map((line) => [
        line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2),
      ]))
      text = text.slice(end + 2)
      if (fields['event'] !== undefined) seen.push({
        id: fields['id'] ?? '', event: fields['event'],
        data: JSON.parse(fields['data'] ?? '{}') as Record<string, unknown>,
      })
    }
    if (enough(seen)) break
  }
  clearTimeout(late)
  abort.abort()
  await begun
  return seen
}

describe('the event stream', () => {
  test('tells of signal, decision and order as they happen, and resumes after the last one seen', async () => {
    const { hash } = await botOnWebhook()
    let id = ''
    const filled = (seen: readonly Event[]): boolean => seen.some(({ event, data }) => event === 'order' && data['state'] === 'filled')
    const seen = await events({}, filled, async () => { id = await deliver(hash, { symbol: 'BTCUSDT', side: 'buy' }) })
    const own = seen.filter(({ data }) => data['id'] === id || data['signalId'] === id)
    expect(new Set(own.map(({ event }) => event))).toEqual(new Set(['signal', 'decision', 'order']))
    const resumed = await events({ 'last-event-id': own[0]?.id ?? '' }, filled)
    expect(resumed.map((one) => one.id)).toEqual(seen.slice(seen.findIndex((one) => one.id === own[0]?.id) + 1).map((one) => one.id))
  })

  test('says `reset` where the last event is unknown, and goes on from there', async () => {
    const { hash } = await botOnWebhook()
    const seen = await events({
      'last-event-id': 'nonsense',
    }, (all) => all.some(({ event }) => event === 'signal'), async () => {
      await deliver(hash, { symbol: 'BTCUSDT', side: 'buy' })
    })
    expect(seen[0]).toMatchObject({ event: 'reset', data: {} })
    expect(seen[0]?.id).not.toBe('')
  })

  test('tells nobody of another user\'s things', async () => {
    const { hash } = await botOnWebhook()
    const response = await fetch(
      `${installation.url}/api/v1/events`,
      { headers: { authorization: `Bearer ${other}` }, signal: AbortSignal.timeout(60_000) },
    )
    const reader = response.body?.getReader()
    await settled(await deliver(hash, { symbol: 'BTCUSDT', side: 'buy' }))
    // Something of his own comes last: what was before it would have come before it.
    const webhook = (await installation.call('POST', '/webhooks', { body: {}, token: other })).body
    await installation.call(
      'POST', `/hooks/${webhook.hash as string}`, { raw: '{"symbol":"MINE","side":"BUY"}', token: null },
    )
    let text = ''
    while (!text.includes('MINE')) text += Buffer.from((await reader?.read())?.value ?? []).toString()
    await reader?.cancel()
    expect(text).not.toContain('BTCUSDT')
  })

  test('ends at once when its token is revoked', async () => {
    const made = (await installation.call('POST', '/tokens', { body: { name: 'stream' } })).body
    const stream = await fetch(`${installation.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${made.token as string}` }, signal: AbortSignal.timeout(60_000),
    })
    await installation.call('DELETE', `/tokens/${made.id as string}`)
    expect(await stream.text()).toContain(': welcome')
  })
})
