import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connected, lookup, order, startWorld, submit, type World } from './harness.ts'

let world: World
beforeAll(async () => { world = await startWorld(['binance']) })
afterAll(async () => { await world.stop() })

describe('Binance futures through a real executor', () => {
  test('an opening and a reduce-only close in one-way mode, fills by look-up', async () => {
    const { ref } = await connected(world, 'futures')
    const open = order({ quantity: '0.02' })
    expect(await submit(world, ref, open)).toMatchObject({ kind: 'accepted', order: { state: 'filled', filled: '0.02', fills: null } })
    const found = await lookup(world, ref, open)
    expect(found).toMatchObject({ kind: 'found', order: { state: 'filled', filled: '0.02' } })
    if (found.kind === 'found') expect(found.order.fills?.every(({ fee }) => fee !== null)).toBe(true)

    const account = await world.port.call({ verb: 'account', connection: ref, purpose: {} })
    expect(account).toMatchObject({ positionMode: 'one-way', positions: [{ symbol: 'BTCUSDT', side: 'both', quantity: '0.02' }] })

    expect(await submit(world, ref, order({ side: 'sell', quantity: '0.02', reduceOnly: true }))).toMatchObject({ kind: 'accepted', order: { filled: '0.02' } })
    const nothing = await submit(world, ref, order({ side: 'sell', quantity: '0.02', reduceOnly: true }))
    expect(nothing).toMatchObject({ kind: 'rejected', code: 'reduce_only_rejected', stale: 'position' })
  })

  test('hedge mode: the position side goes along, reduce-only does not', async () => {
    const { ref } = await connected(world, 'futures', { positionMode: 'hedge' })
    expect((await world.port.call({ verb: 'checkConnection', connection: ref, consent: false }))).toMatchObject({ ok: true, positionMode: 'hedge', envelope: null })
    expect(await submit(world, ref, order({ quantity: '0.02', positionSide: 'long' }))).toMatchObject({ kind: 'accepted' })
    expect(await submit(world, ref, order({ side: 'sell', quantity: '0.02', positionSide: 'long', reduceOnly: true }))).toMatchObject({ kind: 'accepted' })
    expect(await submit(world, ref, order({ quantity: '0.02' }))).toMatchObject({ kind: 'rejected', code: 'position_mode_differs', stale: 'mode' })
  })

  test('two keys of one account have one account id, on both markets', async () => {
    const one = await connected(world, 'futures', { account: 'ann' })
    const other = await connected(world, 'futures', { account: 'ann' })
    const accounts = await Promise.all([one, other].map(({ ref }) => world.port.call({ verb: 'account', connection: ref, purpose: {} })))
    expect(accounts[0]?.accountId).toMatch(/^\d+$/)
    expect(accounts[1]?.accountId).toBe(accounts[0]?.accountId)
  })

  test('leverage is set, and an impossible one is refused with the words of Binance', async () => {
    const { ref } = await connected(world, 'futures')
    expect(await world.port.call({ verb: 'setLeverage', connection: ref, symbol: 'BTCUSDT', leverage: 7, purpose: {} })).toEqual({ leverage: 7 })
    await expect(world.port.call({ verb: 'setLeverage', connection: ref, symbol: 'BTCUSDT', leverage: 199, purpose: {} })).rejects.toMatchObject({ code: 'rules_violated' })
  })

  test('only perpetuals margined in stablecoins are listed, with their own minimum that closes are free of', async () => {
    const { markets } = await world.port.call({ verb: 'markets', exchange: 'binance', market: 'futures' })
    expect(markets.length).toBeGreaterThan(0)
    expect(markets.every(({ market, minNotionalOnClose, quoteStep }) => market === 'futures' && !minNotionalOnClose && quoteStep === null)).toBe(true)
    expect(markets.some(({ symbol }) => symbol.includes('_'))).toBe(false)
  })

  test('an order that rests is canceled by our id; canceling again finds nothing', async () => {
    const { ref } = await connected(world, 'futures')
    await world.sim('POST', '/fills', { market: 'futures', fraction: '0.5', rest: 'open' })
    const open = order({ quantity: '0.02' })
    expect(await submit(world, ref, open)).toMatchObject({ kind: 'accepted', order: { state: 'open', filled: '0.01' } })
    const cancel = { verb: 'cancelOrder', connection: ref, symbol: 'BTCUSDT', clientOrderId: open.clientOrderId, purpose: {} } as const
    expect(await world.port.call(cancel)).toMatchObject({ kind: 'canceled', order: { state: 'canceled', filled: '0.01' } })
    expect(await world.port.call(cancel)).toEqual({ kind: 'not_open' })
  })
})
