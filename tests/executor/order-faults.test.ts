import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EnvelopeRef } from '#contract'
import { connected, lookup, order, startExecutor, startWorld, submit, type World } from './harness.ts'

let world: World
let spot: EnvelopeRef
let futures: EnvelopeRef
beforeAll(async () => {
  world = await startWorld(['binance'])
  spot = (await connected(world, 'spot')).ref
  futures = (await connected(world, 'futures')).ref
})
afterAll(async () => { await world.stop() })
beforeEach(async () => { await world.sim('DELETE', '/faults') })

const fault = (fields: Record<string, unknown>): Promise<unknown> => world.sim('POST', '/faults', { method: 'POST', path: '/order', ...fields })
const seen = async (clientOrderId: string): Promise<number> => {
  const orders: { clientOrderId: string }[] = await world.sim('GET', '/orders')
  return orders.filter((one) => one.clientOrderId === clientOrderId).length
}

describe('what is not a clear answer is never taken for one', () => {
  for (const market of ['spot', 'futures'] as const) {
    const ref = (): EnvelopeRef => (market === 'spot' ? spot : futures)

    test(`${market}: the answer is lost after the order was taken: unknown, then found`, async () => {
      await fault({ fault: 'drop-response' })
      const sent = order({ quantity: '0.01' })
      expect(await submit(world, ref(), sent)).toMatchObject({ kind: 'unknown' })
      expect(await lookup(world, ref(), sent)).toMatchObject({ kind: 'found', order: { state: 'filled', filled: '0.01', clientOrderId: sent.clientOrderId } })
      expect(await seen(sent.clientOrderId)).toBe(1)
    })

    test(`${market}: the request is lost: unknown, then absent by every look-up, and never sent twice`, async () => {
      await fault({ fault: 'drop-request' })
      const sent = order({ quantity: '0.01' })
      expect(await submit(world, ref(), sent)).toMatchObject({ kind: 'unknown' })
      const looked = await lookup(world, ref(), sent)
      expect(looked).toMatchObject({ kind: 'absent', withinMemory: true, checked: ['by client order id', 'open orders', 'all orders since it was sent'] })
      if (looked.kind === 'absent') expect(Math.abs(looked.exchangeNow - Date.now())).toBeLessThan(3000)
      expect(await seen(sent.clientOrderId)).toBe(0)
    })

    test(`${market}: a server error after acceptance: unknown, then found`, async () => {
      await fault({ fault: 'status', status: 503, body: { code: -1001, msg: 'Internal error; unable to process your request. Please try again.' }, after: true })
      const sent = order({ quantity: '0.01' })
      expect(await submit(world, ref(), sent)).toMatchObject({ kind: 'unknown' })
      expect(await lookup(world, ref(), sent)).toMatchObject({ kind: 'found' })
    })
  }

  test('no answer within the deadline: unknown, shortly after it', async () => {
    await fault({ fault: 'hang' })
    const began = performance.now()
    const sent = order({ notAfter: Date.now() + 800 })
    expect(await submit(world, spot, sent)).toMatchObject({ kind: 'unknown' })
    expect(performance.now() - began).toBeLessThan(5000)
  })

  test.each([
    ['execution unknown, by its code', 400, { code: -1007, msg: 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.' }],
    ['a server error with the code of a refusal', 500, { code: -2010, msg: 'Account has insufficient balance for requested action.' }],
    ['a code that nobody documents', 400, { code: -9999, msg: 'Something.' }],
    ['an error page', 403, '<html>blocked</html>'],
    ['an answer that is not JSON', 200, 'ok'],
    ['an answer about another order', 200, { symbol: 'BTCUSDT', orderId: 1, clientOrderId: 'somebody-elses', status: 'FILLED', executedQty: '1' }],
    ['a state that nobody knows', 200, { symbol: 'BTCUSDT', orderId: 1, clientOrderId: 'SAME', status: 'SLEEPING', executedQty: '1' }],
    ['a redirect', 302, ''],
  ])('%s: unknown', async (_name, status, body) => {
    const sent = order()
    await fault({ fault: 'status', status, body: JSON.parse(JSON.stringify(body).replace('SAME', sent.clientOrderId)) })
    expect(await submit(world, spot, sent)).toMatchObject({ kind: 'unknown' })
    expect(await seen(sent.clientOrderId)).toBe(0)
  })

  test('a look-up that gets another order, no answer or an error is unknown, never absent', async () => {
    const sent = order()
    for (const answer of [
      { fault: 'status', status: 200, body: { orderId: 7, clientOrderId: 'another', status: 'FILLED', executedQty: '1' } },
      { fault: 'status', status: 500, body: '' }, { fault: 'drop-request' }, { fault: 'status', status: 400, body: { code: -1000, msg: 'An unknown error' } },
    ]) {
      await world.sim('POST', '/faults', { method: 'GET', path: '/api/v3/order', ...answer })
      expect(await lookup(world, spot, sent)).toMatchObject({ kind: 'unknown' })
    }
    for (const path of ['/api/v3/openOrders', '/api/v3/allOrders']) {
      await world.sim('POST', '/faults', { method: 'GET', path, fault: 'status', status: 500, body: '' })
      expect(await lookup(world, spot, sent)).toMatchObject({ kind: 'unknown' })
    }
  })

  test('a gateway without the list of all orders: the trades since the send take its place', async () => {
    await world.sim('POST', '/faults', { method: 'GET', path: '/api/v3/allOrders', fault: 'status', status: 404, body: '' })
    const looked = await lookup(world, (await connected(world, 'spot')).ref, order())
    expect(looked).toMatchObject({ kind: 'absent', checked: ['by client order id', 'open orders', 'trades since it was sent'] })
  })
})

describe('what is a clear answer', () => {
  test.each([
    ['insufficient_balance', 'position', { quantity: '5', side: 'sell', symbol: 'ETHUSDT' }],
    ['amount_below_minimum', 'rules', { quantity: '0.00001' }],
    ['rules_violated', 'rules', { quantity: '0.0010000001' }],
    ['unknown_symbol', 'rules', { symbol: 'NOSUCH' }],
  ] as const)('%s is a refusal', async (code, stale, fields) => {
    expect(await submit(world, spot, order(fields))).toMatchObject({ kind: 'rejected', code, stale })
  })

  test('an exchange asks for a pause: not sent, for how long, and nothing goes out meanwhile', async () => {
    const paused = await startWorld(['binance'])
    const { ref } = await connected(paused, 'spot')
    await paused.sim('POST', '/faults', { method: 'POST', path: '/order', fault: 'status', status: 418, body: { code: -1003, msg: 'Way too much request weight used; IP banned until 1.' } })
    expect(await submit(paused, ref, order())).toMatchObject({ kind: 'not_sent', code: 'rate_limited', retryAfterMs: expect.any(Number) })
    const before: Record<string, number> = await paused.sim('GET', '/requests')
    const again = await submit(paused, ref, order())
    expect(again).toMatchObject({ kind: 'not_sent', code: 'rate_limited' })
    if (again.kind === 'not_sent') expect(again.retryAfterMs).toBeGreaterThan(1000)
    expect(await paused.sim('GET', '/requests')).toEqual(before)
    await paused.stop()
  })

  test('clocks that differ: compared, and the same order goes out once', async () => {
    for (const [market, ref] of [['spot', spot], ['futures', futures]] as const) {
      await world.sim('PUT', '/clock', { skewMs: 90_000 })
      const sent = order({ quantity: '0.01' })
      expect(await submit(world, ref, sent), market).toMatchObject({ kind: 'accepted' })
      expect(await seen(sent.clientOrderId)).toBe(1)
      await world.sim('PUT', '/clock', { skewMs: 0 })
      expect(await submit(world, ref, order({ quantity: '0.01' }))).toMatchObject({ kind: 'accepted' })
    }
  })
})

describe('what is never sent', () => {
  test('an order whose deadline has passed, one of nothing, one of two sizes, a strange symbol or id', async () => {
    const before: Record<string, number> = await world.sim('GET', '/requests')
    expect(await submit(world, spot, order({ notAfter: Date.now() - 1 }))).toMatchObject({ kind: 'not_sent', code: 'deadline' })
    expect(await submit(world, spot, order({ quantity: '0' }))).toMatchObject({ kind: 'not_sent', code: 'invalid_order' })
    expect(await submit(world, spot, order({ quoteQuantity: '10' }))).toMatchObject({ kind: 'not_sent', code: 'invalid_order' })
    expect(await submit(world, spot, order({ quantity: null }))).toMatchObject({ kind: 'not_sent', code: 'invalid_order' })
    expect(await submit(world, spot, order({ symbol: 'BTC&side=SELL' }))).toMatchObject({ kind: 'not_sent', code: 'invalid_symbol' })
    expect(await submit(world, spot, order({ clientOrderId: 'a b' }))).toMatchObject({ kind: 'not_sent', code: 'invalid_order' })
    expect(await world.sim('GET', '/requests')).toEqual(before)
  })

  test('an envelope in another place: another connection, user, market, row version', async () => {
    for (const moved of [{ connectionId: 'other' }, { userId: 'other' }, { market: 'futures' }, { rowVersion: 2 }, { envelope: `${spot.envelope.slice(0, -4)}AAAA` }] as const) {
      expect(await submit(world, { ...spot, ...moved }, order())).toMatchObject({ kind: 'not_sent', code: 'envelope_refused' })
      await expect(world.port.call({ verb: 'account', connection: { ...spot, ...moved }, purpose: {} })).rejects.toMatchObject({ code: 'envelope_refused' })
    }
  })

  test('where nobody listens: provably not sent', async () => {
    const nowhere = await startExecutor({ urls: { binance: 'http://127.0.0.1:9' }, masterKeys: world.masterKeys })
    expect(await submit(nowhere, spot, order())).toMatchObject({ kind: 'not_sent', code: 'unreachable' })
    await nowhere.stop()
  })
})
