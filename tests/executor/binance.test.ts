import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connected, order, startWorld, submit, type World } from './harness.ts'

// What Binance has beside the numbered cases.

let world: World
beforeAll(async () => { world = await startWorld(['binance']) })
afterAll(async () => { await world.stop() })

describe('Binance through a real executor', () => {
  test('spot answers an order with its fills and fees; futures with its end, fills by look-up', async () => {
    const spot = await submit(world, (await connected(world, 'spot')).ref, order({ quantity: null, quoteQuantity: '500' }))
    expect(spot.kind === 'accepted' && spot.order.fills?.map(({ fee, feeAsset }) => [fee, feeAsset])).toEqual([['0.00001', 'BTC']])
    const futures = await submit(world, (await connected(world, 'futures')).ref, order({ quantity: '0.02' }))
    expect(futures).toMatchObject({ kind: 'accepted', order: { state: 'filled', filled: '0.02', fills: null } })
  })

  test('only perpetuals margined in stablecoins are listed, with their own minimum that closes are free of', async () => {
    const { markets } = await world.port.call({ verb: 'markets', exchange: 'binance', market: 'futures' })
    expect(markets.length).toBeGreaterThan(0)
    expect(markets.every(({ market, minNotionalOnClose, quoteStep }) => market === 'futures' && !minNotionalOnClose && quoteStep === null)).toBe(true)
    expect(markets.some(({ symbol }) => symbol.includes('_'))).toBe(false)
  })
})
