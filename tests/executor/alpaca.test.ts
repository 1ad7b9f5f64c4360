import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { check, connected, lookup, newCredentials, order, startWorld, submit, until, type World } from './harness.ts'

let world: World
beforeAll(async () => { world = await startWorld(['alpaca']) })
afterAll(async () => { await world.stop() })

const account = { permissions: ['read', 'spot'], balances: { USD: '100000' } }
const stock = (fields = {}): ReturnType<typeof order> => order({ symbol: 'AAPL', quantity: '1', ...fields })

describe('Alpaca through a real executor', () => {
  test('an account that may not trade is refused with the reason', async () => {
    const credentials = newCredentials()
    await world.sim('POST', '/accounts', { ...credentials, ...account, flags: { trading_blocked: true } }, 'alpaca')
    const answer = await check(world, { ...credentials }, 'spot', { exchange: 'alpaca', consent: true })
    expect(answer).toMatchObject({ ok: false, code: 'account_restricted' })
  })

  test('stocks by quantity and by amount; fills by look-up', async () => {
    const { ref } = await connected(world, 'spot', account, 'alpaca')
    for (const buy of [stock(), stock({ quantity: null, quoteQuantity: '500' })]) {
      const outcome = await submit(world, ref, buy)
      expect(outcome).toMatchObject({ kind: 'accepted', order: { clientOrderId: buy.clientOrderId } })
      const found = await lookup(world, ref, buy)
      expect(found).toMatchObject({ kind: 'found', order: { state: 'filled' } })
      if (found.kind === 'found') expect(found.order.fills).toMatchObject([{ fee: '0', feeAsset: 'USD' }])
    }
    const { balances } = await world.port.call({ verb: 'account', connection: ref, purpose: {} })
    expect(balances['AAPL']?.total).toBe('3')
  })

  test('crypto fees come in what is received', async () => {
    const { ref } = await connected(world, 'spot', account, 'alpaca')
    const buy = order({ symbol: 'BTC/USD', quantity: '0.1' })
    await submit(world, ref, buy)
    const found = await lookup(world, ref, buy)
    expect(found.kind === 'found' && found.order.fills).toMatchObject([{ quantity: '0.1', fee: '0.00025', feeAsset: 'BTC' }])
    const sell = order({ symbol: 'BTC/USD', side: 'sell', quantity: '0.05' })
    await submit(world, ref, sell)
    const sold = await lookup(world, ref, sell)
    expect(sold.kind === 'found' && sold.order.fills).toMatchObject([{ quantity: '0.05', feeAsset: 'USD' }])
  })

  test('refusals say which belief was stale', async () => {
    const { ref } = await connected(world, 'spot', account, 'alpaca')
    expect(await submit(world, ref, stock({ side: 'sell', quantity: '5' }))).toMatchObject({ kind: 'rejected', code: 'insufficient_balance', stale: 'position' })
    expect(await submit(world, ref, stock({ quantity: null, quoteQuantity: '0.5' }))).toMatchObject({ kind: 'rejected', code: 'amount_below_minimum', stale: 'rules' })
    expect(await submit(world, ref, stock({ symbol: 'NOPE' }))).toMatchObject({ kind: 'rejected', code: 'unknown_symbol' })
    expect(await submit(world, ref, stock({ quantity: '10000' }))).toMatchObject({ kind: 'rejected', code: 'insufficient_balance' })
  })

  test('a sale of shares that the account does not hold opens no short position, where it may sell short, and under a freeze of entries', async () => {
    const { ref } = await connected(world, 'spot', { ...account, flags: { shorting_enabled: true } }, 'alpaca')
    await world.port.call({ verb: 'freeze', scope: 'connection', id: ref.connectionId, mode: 'entries', reason: 'no entries', by: 'user-1' })
    const sell = (fields = {}): Promise<unknown> =>
      world.port.call({ verb: 'submitOrder', connection: ref, kind: 'close', order: stock({ side: 'sell', ...fields }), purpose: {} })
    const held = async (): Promise<string> => (await world.port.call({ verb: 'account', connection: ref, purpose: {} })).balances['AAPL']?.total ?? '0'
    for (const quantity of ['1', '0.5', '100']) {
      expect(await sell({ quantity })).toMatchObject({ kind: 'rejected', code: 'insufficient_balance', stale: 'position' })
      expect(await held()).toBe('0')
    }
    await world.port.call({ verb: 'thaw', scope: 'connection', id: ref.connectionId, reason: 'over', by: 'user-1' })
    expect((await submit(world, ref, stock())).kind).toBe('accepted')
    expect(await sell({ quantity: '2' })).toMatchObject({ kind: 'rejected', code: 'insufficient_balance' })
    expect(await held()).toBe('1')
    expect(await sell()).toMatchObject({ kind: 'accepted' })
    expect(await held()).toBe('0')
  })

  test('an order nobody knows is absent by every look-up; a resting one is found and canceled', async () => {
    const { ref } = await connected(world, 'spot', account, 'alpaca')
    expect(await lookup(world, ref, stock())).toMatchObject({ kind: 'absent', withinMemory: true, checked: ['by client order id', 'open orders', 'all orders since it was sent'] })
    await world.sim('PUT', '/market-hours', { open: false }, 'alpaca')
    const resting = stock()
    expect(await submit(world, ref, resting)).toMatchObject({ kind: 'accepted', order: { state: 'open' } })
    const cancel = { verb: 'cancelOrder', connection: ref, symbol: 'AAPL', clientOrderId: resting.clientOrderId, purpose: {} } as const
    expect(await world.port.call(cancel)).toMatchObject({ kind: 'canceled', order: { state: 'canceled' } })
    expect(await world.port.call(cancel)).toEqual({ kind: 'not_open' })
    await world.sim('PUT', '/market-hours', { open: true }, 'alpaca')
  })

  test('assets, prices and hours are read with a borrowed key, each use written down', async () => {
    const { ref } = await connected(world, 'spot', account, 'alpaca')
    const { markets } = await world.port.call({ verb: 'markets', exchange: 'alpaca', market: 'spot', connection: ref })
    expect(markets.find(({ symbol }) => symbol === 'AAPL')).toMatchObject({ base: 'AAPL', quote: 'USD', assetClass: 'stock', quantityStep: '0.000000001', hours: 'calendar', quoteStep: '0.01' })
    expect(markets.find(({ symbol }) => symbol === 'BRK.A')).toMatchObject({ quantityStep: '1', quoteStep: null })
    expect(markets.find(({ symbol }) => symbol === 'BTC/USD')).toMatchObject({ base: 'BTC', assetClass: 'crypto', hours: 'always', minQuantity: '0.0001' })
    expect(await world.port.call({ verb: 'price', exchange: 'alpaca', market: 'spot', symbol: 'AAPL', connection: ref })).toMatchObject({ price: '250' })
    expect(await world.port.call({ verb: 'price', exchange: 'alpaca', market: 'spot', symbol: 'ETH/USD', connection: ref })).toMatchObject({ price: '2500' })
    await expect(world.port.call({ verb: 'price', exchange: 'alpaca', market: 'spot', symbol: 'NOPE', connection: ref })).rejects.toMatchObject({ code: 'unknown_symbol' })

    world.pushes.length = 0
    await world.port.call({ verb: 'watch', items: [{ exchange: 'alpaca', market: 'spot', symbols: ['AAPL', 'BTC/USD'], connection: ref }] })
    await until(() => ['hours', 'prices'].every((kind) => world.pushes.some(({ push }) => push === kind)))
    expect(world.pushes.find(({ push }) => push === 'hours')).toMatchObject({ exchange: 'alpaca', open: true })
    expect(world.pushes.find(({ push }) => push === 'prices')).toMatchObject({ prices: { 'AAPL': '250', 'BTC/USD': '50000' } })
    const watched = (): unknown[] => world.pushes.flatMap((push) => (push.push === 'audit' ? [...push.entries] : [])).filter((entry) => entry['event'] === 'watch')
    await until(() => watched().length > 0)
    expect(watched()).toHaveLength(1)
    await world.port.call({ verb: 'watch', items: [] })
  })
})
