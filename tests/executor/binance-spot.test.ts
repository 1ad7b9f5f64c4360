import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { check, connected, lookup, order, startWorld, submit, type World } from './harness.ts'

let world: World
beforeAll(async () => { world = await startWorld(['binance']) })
afterAll(async () => { await world.stop() })

describe('Binance spot through a real executor', () => {
  test('a good key connects: what it may do is listed, its envelope opens for orders', async () => {
    const { ref, credentials } = await connected(world, 'spot')
    const answer = await check(world, { ...credentials }, 'spot')
    expect(answer).toMatchObject({ ok: true, positionMode: null, expiresAt: null })
    if (!answer.ok) return
    expect(answer.checks.map(({ name, result }) => `${name} ${result}`)).toEqual([
      'reached pass', 'signature pass', 'live_account pass', 'market pass', 'rights pass', 'withdrawal_off pass', 'ip_binding unverifiable', 'expiry pass',
    ])
    const outcome = await submit(world, ref, order())
    expect(outcome).toMatchObject({ kind: 'accepted', order: { state: 'filled', filled: '0.001' } })
  })

  test('an order carries our id, its size, and comes back with fills and fees', async () => {
    const { ref, credentials } = await connected(world, 'spot')
    const buy = order({ quantity: null, quoteQuantity: '500' })
    const outcome = await submit(world, ref, buy)
    expect(outcome.kind).toBe('accepted')
    if (outcome.kind !== 'accepted') return
    expect(outcome.order.clientOrderId).toBe(buy.clientOrderId)
    expect(outcome.order.fills?.length).toBeGreaterThan(0)
    expect(outcome.order.fills?.every(({ fee, feeAsset }) => fee !== null && feeAsset !== null)).toBe(true)
    expect(outcome.sentAt).toBeLessThanOrEqual(outcome.answeredAt)
    const seen: { apiKey: string; clientOrderId: string; quoteQuantity: string; type: string }[] = await world.sim('GET', '/orders')
    expect(seen.find(({ clientOrderId }) => clientOrderId === buy.clientOrderId)).toMatchObject({ apiKey: credentials.apiKey, side: 'BUY', quoteQuantity: '500' })
    const found = await lookup(world, ref, buy)
    expect(found).toMatchObject({ kind: 'found', order: outcome.order })
  })

  test('markets and prices are read without a key', async () => {
    const { markets } = await world.port.call({ verb: 'markets', exchange: 'binance', market: 'spot' })
    expect(markets.find(({ symbol }) => symbol === 'BTCUSDT')).toMatchObject({ base: 'BTC', quote: 'USDT', trading: true, contractSize: '1', hours: 'always' })
    await world.sim('PUT', '/prices/BTCUSDT', { price: '60000.5' })
    expect(await world.port.call({ verb: 'price', exchange: 'binance', market: 'spot', symbol: 'BTCUSDT' })).toMatchObject({ price: '60000.5' })
  })
})
