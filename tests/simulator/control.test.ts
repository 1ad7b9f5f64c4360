import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { binance, Control, type Json } from './signed-client.ts'

const KEY = { apiKey: 'key', secret: 'secret' }
let simulator: Simulator
let base: string
let control: Control
const order = async (clientOrderId: string, quantity = '0.01') =>
  binance(base, KEY, 'POST', '/api/v3/order', {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'MARKET',
    quantity,
    newClientOrderId: clientOrderId,
  })
const lookUp = async (origClientOrderId: string) =>
  binance(base, KEY, 'GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId })
const within = async (ms: number, request: Promise<unknown>) =>
  Promise.race([request.then(() => 'answered'), new Promise((resolve) => void setTimeout(resolve, ms, 'silent'))])

beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['binance'] })
  base = simulator.urls['binance']!
  control = new Control(base)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { ...KEY, balances: { USDT: '100000' } })
})

describe('faults', () => {
  test('drop-response takes the order, then cuts the connection; it is found by look-up', async () => {
    await control.tell('POST', '/faults', { path: '/api/v3/order', method: 'POST', fault: 'drop-response' })
    await expect(order('lost')).rejects.toThrow()
    expect((await lookUp('lost')).body).toMatchObject({ status: 'FILLED' })
    expect((await order('next')).status).toBe(200)
  })

  test('drop-request cuts the connection before the order is taken', async () => {
    await control.tell('POST', '/faults', { path: '/api/v3/order', method: 'POST', fault: 'drop-request' })
    await expect(order('never')).rejects.toThrow()
    expect((await lookUp('never')).body.code).toBe(-2013)
  })

  test('status answers in place of the exchange, or after it has taken the order', async () => {
    const body = { code: -1003, msg: 'Too many requests queued.' }
    await control.tell('POST', '/faults', { path: '/api/v3/order', method: 'POST', fault: 'status', status: 429, body })
    expect(await order('refused')).toMatchObject({ status: 429, body })
    expect((await lookUp('refused')).body.code).toBe(-2013)
    await control.tell('POST', '/faults', { method: 'POST', fault: 'status', status: 503, body: 'oops', after: true })
    expect(await order('taken')).toMatchObject({ status: 503 })
    expect((await lookUp('taken')).body.status).toBe('FILLED')
  })

  test('a status may carry headers', async () => {
    await control.tell('POST', '/faults', { fault: 'status', status: 429, headers: { 'Retry-After': '2' } })
    const answer = await fetch(`${base}/api/v3/time`)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '2'])
  })

  test('accept-late cuts the connection at once and takes the order later all the same', async () => {
    await control.tell('POST', '/faults', { method: 'POST', fault: 'accept-late', ms: 300 })
    await expect(order('queued')).rejects.toThrow()
    expect((await lookUp('queued')).body.code).toBe(-2013)
    await expect.poll(async () => (await lookUp('queued')).body.status, { timeout: 20_000 }).toBe('FILLED')
    expect(await control.orders()).toHaveLength(1)
  })

  test('what is accepted late is refused when its time window is over by then', async () => {
    await control.tell('POST', '/faults', { method: 'POST', fault: 'accept-late', ms: 400 })
    const sent = binance(base, KEY, 'POST', '/api/v3/order', {
      symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01', newClientOrderId: 'tooLate', recvWindow: '200',
    })
    await expect(sent).rejects.toThrow()
    await control.tell('POST', '/faults', { method: 'POST', fault: 'accept-late', ms: 400 })
    await expect(order('inTime')).rejects.toThrow()
    await expect.poll(async () => (await lookUp('inTime')).body.status, { timeout: 20_000 }).toBe('FILLED')
    expect((await lookUp('tooLate')).body.code).toBe(-2013)
  })

  test('a fault that was not used up is taken back', async () => {
    const { id } = await control.tell('POST', '/faults', { fault: 'status', status: 500, times: 5 })
    expect((await order('refused')).status).toBe(500)
    expect(await control.tell('DELETE', `/faults/${id}`)).toEqual({ removed: true })
    expect((await order('taken')).status).toBe(200)
    expect(await control.tell('DELETE', `/faults/${id}`)).toEqual({ removed: false })
  })

  test('hang never answers, with or without having taken the order', async () => {
    await control.tell('POST', '/faults', { method: 'POST', fault: 'hang', after: true })
    const hanging = order('hung').catch(() => 'cut')
    expect(await within(200, hanging)).toBe('silent')
    expect((await lookUp('hung')).body.status).toBe('FILLED')
  })

  test('delay comes before the order is taken, or after', async () => {
    await control.tell('POST', '/faults', { method: 'POST', fault: 'delay', ms: 300 })
    const late = order('late')
    expect(await within(100, late)).toBe('silent')
    expect((await lookUp('late')).body.code).toBe(-2013)
    expect((await late).status).toBe(200)
    await control.tell('POST', '/faults', { method: 'POST', fault: 'delay', ms: 300, after: true })
    const slow = order('slow')
    expect(await within(100, slow)).toBe('silent')
    expect((await lookUp('slow')).body.status).toBe('FILLED')
    expect((await slow).status).toBe(200)
  })

  test('a fault happens as often as asked, after as many, where the request contains what was asked', async () => {
    await control.tell('POST', '/faults', { fault: 'status', status: 500, contains: 'b-', times: 2, skip: 1 })
    const statuses: number[] = []
    for (const id of ['a-1', 'b-1', 'b-2', 'b-3', 'b-4']) statuses.push((await order(id)).status)
    expect(statuses).toEqual([200, 200, 500, 500, 200])
    expect(await control.tell('GET', '/faults')).toEqual([])
  })
})

describe('fills on request', () => {
  test('a part is filled and the rest expires, as a market order that empties the book', async () => {
    await control.tell('POST', '/fills', { symbol: 'BTCUSDT', fraction: '0.4', rest: 'expire' })
    expect((await order('part')).body).toMatchObject({ status: 'EXPIRED', executedQty: '0.00400000' })
    expect((await order('whole')).body.status).toBe('FILLED')
  })

  test('a held order stays open until it is filled or ended by the test', async () => {
    await control.tell('POST', '/fills', { hold: true, times: 2 })
    expect((await order('held')).body).toMatchObject({ status: 'NEW', fills: [] })
    await control.tell('PUT', '/prices/BTCUSDT', { price: '50100' })
    expect((await lookUp('held')).body.status).toBe('NEW')
    await control.tell('POST', '/orders/held', { do: 'fill', quantity: '0.004' })
    expect((await lookUp('held')).body).toMatchObject({ status: 'PARTIALLY_FILLED', executedQty: '0.00400000' })
    await control.tell('POST', '/orders/held', { do: 'fill' })
    expect((await lookUp('held')).body).toMatchObject({ status: 'FILLED', cummulativeQuoteQty: '501.00000000' })
    await order('ended')
    await control.tell('POST', '/orders/ended', { do: 'expire' })
    expect((await lookUp('ended')).body.status).toBe('EXPIRED')
    expect((await control.ask('POST', '/orders/ended', { do: 'fill' })).status).toBe(409)
  })
})

describe('the record', () => {
  test('orders are listed in order of arrival with what the exchange understood', async () => {
    await order('first')
    await binance(base, KEY, 'POST', '/fapi/v1/order', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.01',
      newClientOrderId: 'second',
    })
    await binance(base, KEY, 'POST', '/api/v3/order', {
      symbol: 'ETHUSDT',
      side: 'BUY',
      type: 'MARKET',
      quoteOrderQty: '100',
      newClientOrderId: 'third',
    })
    const orders = await control.orders()
    expect(orders.map((each) => [each.clientOrderId, each.market, each.quantity, each.quoteQuantity])).toEqual([
      ['first', 'spot', '0.01', null],
      ['second', 'futures', '0.01', null],
      ['third', 'spot', null, '100'],
    ])
    expect(orders[0]).toMatchObject({
      apiKey: 'key',
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      reduceOnly: false,
      state: 'filled',
      filled: '0.01',
    })
    expect(Math.abs(orders[0].receivedAt - Date.now())).toBeLessThan(60_000)
    expect(orders[0].receivedAt).toBeLessThan(orders[1].receivedAt)
    expect(await control.tell('GET', '/orders?clientOrderId=second')).toHaveLength(1)
    const rest: Json[] = await control.tell('GET', '/orders?from=1')
    expect(rest.map((each) => each.clientOrderId)).toEqual(['second', 'third'])
    expect((await control.ask('GET', '/orders?from=x')).status).toBe(400)
  })

  test('requests are counted by method and path; forgetting forgets all', async () => {
    await order('one')
    await lookUp('one')
    await lookUp('one')
    expect(await control.tell('GET', '/requests')).toEqual({ 'POST /api/v3/order': 1, 'GET /api/v3/order': 2 })
    await control.tell('PUT', '/prices/BTCUSDT', { price: '1' })
    await control.tell('DELETE', '')
    expect(await control.orders()).toEqual([])
    expect(await control.tell('GET', '/requests')).toEqual({})
    expect((await order('two')).status).toBe(401)
    expect(await (await fetch(`${base}/api/v3/ticker/price?symbol=BTCUSDT`)).json()).toMatchObject({
      price: '50000.00000000',
    })
  })
})

describe('accounts and markets', () => {
  test('two keys may share one account; a revoked key is unknown', async () => {
    await control.tell('POST', '/accounts', {
      apiKey: 'a',
      secret: 'a',
      account: 'shared',
      uid: '77',
      balances: { USDT: '500' },
    })
    await control.tell('POST', '/accounts', { apiKey: 'b', secret: 'b', account: 'shared' })
    const uid = async (name: string) =>
      (await binance(base, { apiKey: name, secret: name }, 'GET', '/api/v3/account')).body.uid
    expect([await uid('a'), await uid('b')]).toEqual([77, 77])
    await control.tell('DELETE', '/accounts/a')
    expect(await uid('a')).toBeUndefined()
    expect(await uid('b')).toBe(77)
  })

  test('rules change while it runs, and thousands of markets can be made', async () => {
    await control.tell('POST', '/markets', { market: 'spot', symbol: 'BTCUSDT', stepSize: '0.1', minNotional: '100' })
    expect((await order('small', '0.01')).body.msg).toBe('Filter failure: LOT_SIZE')
    await control.tell('POST', '/markets', {
      market: 'futures',
      symbol: 'NEWUSDT',
      base: 'NEW',
      quote: 'USDT',
      price: '3',
      stepSize: '1',
    })
    await control.tell('POST', '/markets', { market: 'futures', generate: 3000 })
    const { symbols } = (await (await fetch(`${base}/fapi/v1/exchangeInfo`)).json()) as { symbols: Json[] }
    expect(symbols.length).toBeGreaterThan(3008)
    expect(symbols.find((s) => s.symbol === 'NEWUSDT')).toMatchObject({
      quantityPrecision: 0,
      contractType: 'PERPETUAL',
    })
  })

  test.each<[string, string, unknown]>([
    ['POST', '/accounts', {}],
    ['POST', '/accounts', { ...KEY, permissions: ['fly'] }],
    ['POST', '/accounts', { ...KEY, balances: { USDT: 'much' } }],
    ['POST', '/accounts', { ...KEY, environment: 'paper' }],
    ['POST', '/accounts', '{'],
    ['PUT', '/prices/NOSUCH', { price: '1' }],
    ['PUT', '/prices/BTCUSDT', { price: '-1' }],
    ['PUT', '/prices/BTCUSDT', { price: '0' }],
    ['POST', '/faults', { fault: 'explode' }],
    ['POST', '/faults', { fault: 'status' }],
    ['POST', '/faults', { fault: 'delay' }],
    ['POST', '/faults', { fault: 'accept-late' }],
    ['POST', '/faults', { fault: 'status', status: 429, headers: { 'Retry-After': 2 } }],
    ['POST', '/fills', { fraction: '2' }],
    ['PUT', '/clock', { skewMs: 'late' }],
    ['PUT', '/market-hours', { open: true }],
    ['POST', '/markets', { market: 'spot', symbol: 'X' }],
  ])('%s %s %j is refused with a sentence', async (method, path, body) => {
    const reply = await control.ask(method, path, body)
    expect(reply.status).toBe(400)
    expect(reply.body.error).toMatch(/\w+ \w+/)
  })

  test('an unknown control route is 404, an unknown exchange an error that names the known ones', async () => {
    expect((await control.ask('GET', '/nothing')).status).toBe(404)
    await expect(startSimulator({ exchanges: ['nowhere'] })).rejects.toThrow(/alpaca, binance/)
  })
})
