import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EnvelopeRef } from '#contract'
import { connected, lookup, order, startExecutor, startWorld, submit, type World } from './harness.ts'

let world: World
let spot: EnvelopeRef
beforeAll(async () => {
  world = await startWorld(['binance'])
  spot = (await connected(world, 'spot')).ref
})
afterAll(async () => { await world.stop() })
beforeEach(async () => { await world.sim('DELETE', '/faults') })

const fault = (fields: Record<string, unknown>): Promise<unknown> => world.sim('POST', '/faults', { method: 'POST', path: '/order', ...fields })
describe('what is not a clear answer is never taken for one', () => {
  test('no answer within the deadline: unknown, shortly after it', async () => {
    await fault({ fault: 'hang' })
    const began = performance.now()
    const sent = order({ notAfter: Date.now() + 800 })
    expect(await submit(world, spot, sent)).toMatchObject({ kind: 'unknown' })
    expect(performance.now() - began).toBeLessThan(5000)
  })

  test('a gateway without the list of all orders: the trades since the send take its place', async () => {
    await world.sim('POST', '/faults', { method: 'GET', path: '/api/v3/allOrders', fault: 'status', status: 404, body: '' })
    const looked = await lookup(world, (await connected(world, 'spot')).ref, order())
    expect(looked).toMatchObject({ kind: 'absent', checked: ['by client order id', 'open orders', 'trades since it was sent'] })
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
