import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually, startInstallation, type Answer, type Installation } from '../installation.ts'

let installation: Installation
let other: string
const spot = { id: '' }
const futures = { id: '' }

beforeAll(async () => {
  installation = await startInstallation()
  for (const market of ['spot', 'futures']) await installation.control(
    'binance', 'PUT', '/prices/BTCUSDT', { price: '50000', market },
  )
  other = (await installation.call('POST', '/users', { body: { name: 'other' } })).body.token
  spot.id = (await installation.connect('binance', 'spot', await installation.makeKey('binance'))).body.id
  futures.id = (await installation.connect('binance', 'futures', await installation.makeKey('binance'))).body.id
})
afterAll(() => installation.stop())
beforeEach(async () => {
  await installation.control('binance', 'DELETE', '/faults')
  await installation.control('binance', 'DELETE', '/fills')
})

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => installation.call(method, path, { body, headers })

async function newWebhook(): Promise<{ id: string; hash: string }> {
  return (await call('POST', '/webhooks', {})).body
}

async function newBot(more: object = {}): Promise<{ id: string; hash: string; webhookId: string }> {
  const webhook = await newWebhook()
  const made = await call(
    'POST', '/bots',
    { webhookId: webhook.id, connectionId: spot.id, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote', ...more },
  )
  expect(made.status, made.text).toBe(201)
  return { id: made.body.id, hash: webhook.hash, webhookId: webhook.id }
}

/** Sends a signal and waits until the bot's orders have ended. */
async function signal(bot: { hash: string }, side: string, more: object = {}): Promise<Answer['body']> {
  const sent = await installation.call(
    'POST', `/hooks/${bot.hash}`, { raw: JSON.stringify({ symbol: 'BTCUSDT', side, ...more }), token: null },
  )
  expect(sent.status, sent.text).toBe(202)
  return eventually(async () => {
    const { body } = await call('GET', `/signals/${sent.body.signalId as string}`)
    const settled = body.decisions.length > 0 && body.decisions.every((one: {
      outcome: string
      orders: { state: string }[]
    }) =>
      one.outcome !== 'order' || (one.orders.length > 0 && one.orders.every(({ state }) => ![
        'pending', 'submitting', 'open', 'uncertain',
      ].includes(state))))
    return settled && body
  }, 'the signal is worked off')
}

async function holding(more: object = {}): Promise<{ id: string; hash: string; webhookId: string }> {
  const bot = await newBot(more)
  const { decisions } = await signal(bot, 'BUY')
  expect(decisions[0].orders[0].state).toBe('filled')
  return bot
}

describe('making a bot', () => {
  test('fills in name, base, quote and defaults from the symbol, in any spelling', async () => {
    const webhook = await newWebhook()
    for (const symbol of ['BTC/USDT', 'binance:btcusdt', 'BTC-USDT']) {
      const { body } = await call(
        'POST', '/bots', { webhookId: webhook.id, connectionId: spot.id, symbol, amount: '100', amountIn: 'quote' },
      )
      expect(body).toMatchObject({
        name: 'BTCUSDT', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', direction: 'long', maxSize: '1000',
        onOpposite: 'close', leverage: null,
        maxSignalAgeSeconds: 60, maxExitAgeSeconds: 900, exitAtOpen: false, acceptSize: false, acceptDilution: false, paused: false,
        position: '0',
      })
    }
  })

  test('for a symbol that is not there names those that come near', async () => {
    const webhook = await newWebhook()
    const answer = await call(
      'POST', '/bots',
      { webhookId: webhook.id, connectionId: spot.id, symbol: 'BTC', amount: '100', amountIn: 'quote' },
    )
    expect([answer.status, answer.body.code]).toEqual([422, 'unknown_symbol'])
    expect(answer.body.candidates).toContain('BTCUSDT')
  })

  test('that breaks a market rule or contradicts itself is refused by field', async () => {
    const webhook = await newWebhook()
    const base = { webhookId: webhook.id, connectionId: spot.id, symbol: 'BTCUSDT', amountIn: 'quote' }
    const small = await call('POST', '/bots', { ...base, amount: '1' })
    expect([small.status, small.body.code, small.body.errors[0].path]).toEqual([422, 'rules_violated', 'amount'])
    const flip = await call('POST', '/bots', { ...base, amount: '100', onOpposite: 'flip' })
    expect([flip.status, flip.body.code, flip.body.errors[0].path]).toEqual([400, 'invalid_input', 'onOpposite'])
    for (const wrong of [
      { amount: 100 }, { amount: '-1' }, { amount: '1e3' }, { amount: '0.0' }, { amount: '100', unknownField: 1 },
      { amount: '100', leverage: 1.5 },
    ]) {
      expect(
        (await call('POST', '/bots', { ...base, ...wrong })).body.code, JSON.stringify(wrong),
      ).toBe('invalid_input')
    }
  })

  test('with a webhook or connection of somebody else is refused as if there were none', async () => {
    const foreign = (await installation.call('POST', '/webhooks', { body: {}, token: other })).body.id
    const mine = await newWebhook()
    const settings = { symbol: 'BTCUSDT', amount: '100', amountIn: 'quote' }
    expect((await call('POST', '/bots', { ...settings, webhookId: foreign, connectionId: spot.id })).status).toBe(404)
    const theirs = await installation.call(
      'POST', '/bots', { token: other, body: { ...settings, webhookId: foreign, connectionId: spot.id } },
    )
    expect([theirs.status, theirs.body.errors[0].path]).toEqual([404, 'connectionId'])
    expect((await call('POST', '/bots', { ...settings, webhookId: mine.id, connectionId: 'no-such' })).status).toBe(404)
  })

  test('is previewed with every rule and the exact next order, without any effect', async () => {
    const webhook = await newWebhook()
    const body = { webhookId: webhook.id, connectionId: spot.id, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote' }
    const bots = (await call('GET', '/bots?limit=200')).body.items.length
    const preview = await call('POST', '/bots/preview', body)
    expect(preview.status, preview.text).toBe(200)
    expect(preview.body).toMatchObject({
      symbol: 'BTCUSDT', outcome: 'test', orders: [{ side: 'buy', quoteQuantity: '100', quantity: null }],
    })
    expect(preview.body.rules.map(({ rule }: { rule: string }) => rule)).toContain('minNotional')
    const refused = await call('POST', '/bots/preview', { ...body, amount: '1' })
    expect(refused.body).toMatchObject({ outcome: 'refused', code: 'rules_violated' })
    expect((await call('GET', '/bots?limit=200')).body.items).toHaveLength(bots)
  })

  test('with another leverage than the account\'s other bot on that symbol is a conflict', async () => {
    const bot = await newBot({ connectionId: futures.id, leverage: 5 })
    const webhook = await newWebhook()
    const second = {
      webhookId: webhook.id, connectionId: futures.id, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote', leverage: 7,
    }
    for (const path of ['/bots', '/bots/preview']) {
      const answer = await call('POST', path, second)
      expect([answer.status, answer.body.code, answer.body.bots]).toEqual([
        409, 'leverage_conflict', [{ id: bot.id, name: 'BTCUSDT' }],
      ])
    }
    expect((await call('POST', '/bots', { ...second, leverage: 5 })).status).toBe(201)
  })
})

describe('changing what stands under a position', () => {
  test('disconnect, another symbol and deletion are refused while the bot holds something, unless it lets go of it', async () => {
    const bot = await holding()
    for (const body of [{ connectionId: null }, { symbol: 'ETHUSDT' }]) {
      const answer = await call('PATCH', `/bots/${bot.id}`, body)
      expect([answer.status, answer.body.code, answer.body.bots]).toEqual([
        409, 'position_open', [{ id: bot.id, name: 'BTCUSDT' }],
      ])
    }
    expect((await call('DELETE', `/bots/${bot.id}`)).body.code).toBe('position_open')
    const disconnected = await call('PATCH', `/bots/${bot.id}`, { connectionId: null, abandonPosition: true })
    expect(disconnected.body).toMatchObject({ connectionId: null, position: '0' })
    expect((await call('DELETE', `/bots/${bot.id}`)).status).toBe(204)
    expect((await call('GET', `/bots/${bot.id}`)).status).toBe(404)
  })

  test('is refused while an order is not final, naming the order', async () => {
    const bot = await newBot()
    await installation.control('binance', 'POST', '/fills', { hold: true, times: 1 })
    await installation.call('POST', `/hooks/${bot.hash}`, { raw: '{"symbol":"BTCUSDT","side":"BUY"}', token: null })
    const order = await eventually(
      async () => (await call('GET', `/orders?botId=${bot.id}&state=open`)).body.items[0], 'the order is open',
    )
    for (const answer of [
      await call('PATCH', `/bots/${bot.id}`, { connectionId: null }),
      await call('DELETE', `/bots/${bot.id}?abandonPosition=true`),
    ]) {
      expect([answer.status, answer.body.code, answer.body.orders]).toEqual([409, 'orders_unresolved', [order.id]])
    }
    const canceled = await call('POST', `/orders/${order.id as string}/cancel`, {})
    expect(canceled.status).toBe(202)
    await eventually(
      async () => (await call('GET', `/orders/${order.id as string}`)).body.state === 'canceled',
      'the order is canceled',
    )
    expect((await call('POST', `/orders/${order.id as string}/cancel`)).body.code).toBe('order_final')
    await eventually(async () => (await call('DELETE', `/bots/${bot.id}`)).status === 204, 'the bot can be deleted')
  })

  test('relink to a key of the same account takes positions along, to another account only flat or let go', async () => {
    const account = `shared-${performance.now()}`
    const [first, second] = [
      await installation.makeKey('binance', { account, balances: { USDT: '100000' } }),
      await installation.makeKey('binance', { account }),
    ]
    const from = (await installation.connect('binance', 'spot', first)).body.id as string
    const same = (await installation.connect('binance', 'spot', second)).body.id as string
    const bot = await holding({ connectionId: from })
    const moved = await call('POST', `/connections/${from}/relink`, { to: same })
    expect([moved.status, moved.body]).toEqual([200, { moved: 1, bots: [{ id: bot.id, name: 'BTCUSDT' }] }])
    expect((await call('GET', `/bots/${bot.id}`)).body).toMatchObject({ connectionId: same })
    const refused = await call('POST', `/connections/${same}/relink`, { to: spot.id })
    expect([refused.status, refused.body.code]).toEqual([409, 'position_open'])
    expect((await call('POST', `/connections/${same}/relink`, { to: futures.id })).body.errors[0].path).toBe('to')
    expect((await call('POST', `/connections/${same}/relink`, { to: same })).body.code).toBe('invalid_input')
    expect(
      (await call('POST', `/connections/${same}/relink`, { to: spot.id, abandonPosition: true })).body.moved,
    ).toBe(1)
    expect((await call('GET', `/bots/${bot.id}`)).body).toMatchObject({ connectionId: spot.id, position: '0' })
    expect((await call('DELETE', `/connections/${same}`)).status).toBe(204)
  })

  test('a webhook is not deleted while bots listen', async () => {
    const bot = await newBot()
    const answer = await call('DELETE', `/webhooks/${bot.webhookId}`)
    expect([answer.status, answer.body.code, answer.body.bots]).toEqual([
      409, 'webhook_in_use', [{ id: bot.id, name: 'BTCUSDT' }],
    ])
  })
})

describe('a bot on a webhook of somebody else', () => {
  test('trades on it while it is shared, seen by its owner alone; then it only closes, and cannot be resumed', async () => {
    const webhook = await newWebhook()
    const share = (await call('POST', `/webhooks/${webhook.id}/shares`, { userName: 'other' })).body.id as string
    const as = (method: string, path: string, body?: unknown): Promise<Answer> => installation.call(
      method, path, { body, token: other },
    )
    const connectionId = (await installation.connect(
      'binance', 'spot', await installation.makeKey('binance'), {}, other,
    )).body.id as string
    const bot = await as('POST', '/bots', {
      webhookId: webhook.id, connectionId, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote',
    })
    expect(bot.status, bot.text).toBe(201)
    const sent = await installation.call(
      'POST', `/hooks/${webhook.hash}`, { raw: '{"symbol":"BTCUSDT","side":"BUY","size":"999"}', token: null },
    )
    const path = `/signals/${sent.body.signalId as string}`
    const theirs = await eventually(async () => {
      const { body } = await as('GET', path)
      return body.decisions[0]?.orders[0]?.state === 'filled' && body
    }, 'the follower has his order')
    expect(theirs.decisions[0].orders[0].quoteQuantity).toBe('100')
    expect((await call('GET', path)).body).toMatchObject({ decisions: [], decisionCount: 0 })
    const inUse = await call('DELETE', `/webhooks/${webhook.id}`)
    expect([inUse.body.code, inUse.body.bots]).toEqual(['webhook_in_use', []])

    expect((await call('DELETE', `/webhooks/${webhook.id}/shares/${share}`)).status).toBe(204)
    expect((await as('GET', `/bots/${bot.body.id as string}`)).body.paused).toBe(true)
    expect((await as('PATCH', `/bots/${bot.body.id as string}`, { paused: false })).status).toBe(404)
    await installation.call(
      'POST', `/hooks/${webhook.hash}`, { raw: '{"symbol":"BTCUSDT","side":"SELL"}', token: null },
    )
    await eventually(
      async () => (await as('GET', `/positions?botId=${bot.body.id as string}`)).body.items[0].side === 'flat',
      'the exit was followed',
    )
  })
})

describe('a bot in use', () => {
  test('closes its position once per Idempotency-Key', async () => {
    const bot = await holding()
    expect((await call('POST', `/bots/${bot.id}/close`)).body.errors[0].path).toBe('Idempotency-Key')
    const [one, two] = await Promise.all([
      call(
        'POST', `/bots/${bot.id}/close`, {}, { 'idempotency-key': 'k1' },
      ), call('POST', `/bots/${bot.id}/close`, {}, { 'idempotency-key': 'k1' }),
    ])
    expect([one.status, two.status]).toEqual([202, 202])
    expect(one.body.orderIds).toHaveLength(1)
    expect(two.body).toEqual(one.body)
    await eventually(
      async () => (await call('GET', `/positions?botId=${bot.id}`)).body.items[0].side === 'flat',
      'the position is closed, but for dust',
    )
    expect((await call('POST', `/bots/${bot.id}/close`, {}, { 'idempotency-key': 'k1' })).body).toEqual(one.body)
    const nothing = await call('POST', `/bots/${bot.id}/close`, {}, { 'idempotency-key': 'k2' })
    expect([nothing.status, nothing.body.code]).toEqual([409, 'nothing_to_close'])
    expect((await call('GET', `/orders?botId=${bot.id}`)).body.items).toHaveLength(2)
  })

  test('answers two closes under one Idempotency-Key alike, also while an order before them is still open', async () => {
    const bot = await holding()
    await installation.control('binance', 'POST', '/fills', { hold: true, times: 1 })
    await installation.call(
      'POST', `/hooks/${bot.hash}`, { raw: '{"symbol":"BTCUSDT","side":"BUY","dilution":true}', token: null },
    )
    const held = await eventually(
      async () => (await call('GET', `/orders?botId=${bot.id}&state=open`)).body.items[0], 'the order is open',
    )
    const closes = Promise.all([1, 2].map(() => call(
      'POST', `/bots/${bot.id}/close`, {}, { 'idempotency-key': 'both' },
    )))
    await installation.control('binance', 'POST', `/orders/${held.exchangeOrderId as string}`, { do: 'fill' })
    const [one, two] = await closes
    expect([one?.status, two?.status]).toEqual([202, 202])
    expect(two?.body).toEqual(one?.body)
    await eventually(
      async () => (await call('GET', `/positions?botId=${bot.id}`)).body.items[0].side === 'flat',
      'the position is closed',
    )
    expect((await call('GET', `/orders?botId=${bot.id}`)).body.items).toHaveLength(3)
  })

  test('books an adjustment without an order', async () => {
    const bot = await newBot()
    const booked = await call('POST', `/bots/${bot.id}/position`, { quantity: '0.5', reason: 'bought by hand' })
    expect(booked.body).toMatchObject({ botId: bot.id, quantity: '0.5', side: 'long', averagePrice: null })
    expect((await call('GET', `/positions?botId=${bot.id}`)).body.items[0]).toMatchObject({ quantity: '0.5' })
    expect(
      (await call('POST', `/bots/${bot.id}/position`, { quantity: '0', reason: 'x' })).body.code,
    ).toBe('invalid_input')
  })

  test('is changed field by field, held against the market where that matters', async () => {
    const bot = await newBot()
    expect(
      (await call('PATCH', `/bots/${bot.id}`, { name: 'Mine', paused: true })).body,
    ).toMatchObject({ name: 'Mine', paused: true, amount: '100' })
    expect(
      (await call('PATCH', `/bots/${bot.id}`, { amount: '200' })).body,
    ).toMatchObject({ name: 'Mine', amount: '200', maxSize: '1000' })
    expect((await call('PATCH', `/bots/${bot.id}`, { amount: '1' })).body.code).toBe('rules_violated')
    expect(
      (await call('PATCH', `/bots/${bot.id}`, { symbol: 'eth/usdt' })).body,
    ).toMatchObject({ symbol: 'ETHUSDT', base: 'ETH', name: 'Mine' })
    expect((await call('PATCH', `/bots/${bot.id}`, { direction: 'short' })).body.errors[0].path).toBe('direction')
  })

  test('of another user is not there', async () => {
    const bot = await newBot()
    for (const [method, path, body] of [
      ['GET', '', undefined], ['PATCH', '', {}], ['DELETE', '', undefined], [
        'POST', '/position', { quantity: '1', reason: 'x' },
      ],
    ] as const) {
      expect(
        (await installation.call(method, `/bots/${bot.id}${path}`, { body, token: other })).status, `${method} ${path}`,
      ).toBe(404)
    }
    expect(
      (await installation.call(
        'POST', `/bots/${bot.id}/close`, { token: other, headers: { 'idempotency-key': 'x' } },
      )).status,
    ).toBe(404)
  })
})
