import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../executor/harness.ts'
import { startPostgres, type TestPostgres } from '../postgres.ts'
import { compare, findings, place, sellByHand, type Place } from './accounts.ts'
import { startDesk, type Desk } from './world.ts'

// The books follow what happened to the account: what is gone of the one bot there is booked once, and told once.

describe.each(['SQLite', 'PostgreSQL'] as const)('%s', (database) => {
  let postgres: TestPostgres | undefined
  let desk: Desk
  beforeAll(async () => {
    postgres = database === 'PostgreSQL' ? await startPostgres() : undefined
    desk = await startDesk(['binance', 'bybit'], await postgres?.createDatabase())
  }, 120_000)
  afterAll(async () => {
    await desk.stop()
    await postgres?.stop()
  })
  afterEach(async () => {
    await desk.world.sim('DELETE', '/faults')
    await desk.quiet()
    for (const { bot } of (await desk.store.bots.list(desk.userId)).items) {
      await desk.store.bots.remove(desk.userId, bot.id, Date.now())
      await desk.execution.botChanged(bot.id)
    }
  })
  const held = ({ botId }: Pick<Place, 'botId'>): string | undefined => desk.execution.position(botId)?.quantity
  const of = (places: readonly Place[], what: (place: Place) => unknown): Record<string, unknown> => Object.fromEntries(places.map((one) => [`${one.exchange} ${one.market} ${one.mode ?? ''}`, what(one)]))

  test('parts and then all sold by hand are booked on the one bot there, each once; the next signal trades', async () => {
    const places = [
      await place(desk, 'binance', 'spot'), await place(desk, 'binance', 'futures', 'one-way'), await place(desk, 'binance', 'futures', 'hedge'),
      await place(desk, 'bybit', 'spot'), await place(desk, 'bybit', 'futures', 'one-way'), await place(desk, 'bybit', 'futures', 'hedge'),
    ]
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await compare(desk, ...places)
    const before = of(places, held)
    for (const one of places) await sellByHand(desk, one, '0.004')
    await compare(desk, ...places)
    expect(of(places, (one) => Number((Number(held(one)) - Number(before[`${one.exchange} ${one.market} ${one.mode ?? ''}`])).toFixed(8)))).toEqual(of(places, () => -0.004))
    for (const one of places) expect(await findings(desk, one)).toEqual(['closed_elsewhere'])
    for (const one of places) await sellByHand(desk, one, one.market === 'spot' ? held(one) ?? '' : '0.006')
    await compare(desk, ...places)
    expect(of(places, held)).toEqual(of(places, () => '0'))
    await compare(desk, ...places)
    for (const one of places) expect(await findings(desk, one)).toEqual(['closed_elsewhere', 'closed_elsewhere'])
    const { decisions } = await desk.settled(await desk.signal({ side: 'BUY' }))
    expect(decisions.map(({ code }) => code)).toEqual(places.map(() => 'open'))
    await compare(desk, ...places)
    expect(of(places, held), 'what was bought is kept').toEqual(before)
  }, 300_000)

  test('an exit that found the position closed has booked it: the next comparison finds nothing', async () => {
    const places = [await place(desk, 'binance', 'futures', 'one-way'), await place(desk, 'bybit', 'futures', 'one-way')]
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await compare(desk, ...places)
    for (const one of places) await sellByHand(desk, one, '0.01')
    await desk.settled(await desk.signal({ side: 'SELL' }))
    for (let look = 0; look < 2; look += 1) await compare(desk, ...places)
    for (const one of places) expect(await findings(desk, one)).toEqual(['closed_elsewhere'])
    expect(of(places, held)).toEqual(of(places, () => '0'))
  }, 300_000)

  test('a close of our own that filled after it was booked as closed elsewhere is counted once, and what was told is taken back', async () => {
    const places = [await place(desk, 'binance', 'spot'), await place(desk, 'binance', 'futures', 'one-way')]
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await compare(desk, ...places)
    const before = of(places, held)
    await desk.world.sim('POST', '/fills', { side: 'SELL', hold: true, times: 2 })
    const signalId = await desk.signal({ side: 'SELL', size: '0.004' })
    const exits = async () => (await desk.store.orders.list(desk.userId, { signalId })).items.map(({ order }) => order)
    await until(async () => (await exits()).filter(({ state }) => state === 'open').length === 2)
    // Their cancels are answered as if they had worked, no list shows what became of them, and they fill.
    for (const { market, clientOrderId, exchangeOrderId } of await exits()) {
      const path = market === 'spot' ? '/api/v3/order' : '/fapi/v1/order'
      const canceled = {
        symbol: 'BTCUSDT', orderId: Number(exchangeOrderId), clientOrderId, origClientOrderId: clientOrderId, status: 'CANCELED', executedQty: '0', cummulativeQuoteQty: '0', cumQuote: '0', avgPrice: '0',
      }
      await desk.fault({ method: 'DELETE', path, fault: 'status', status: 200, body: canceled })
      await desk.fault({ method: 'GET', path, contains: clientOrderId, fault: 'status', status: 500, times: 1000 })
    }
    await desk.fault({ method: 'GET', path: '/allOrders', fault: 'status', status: 200, body: [], times: 1000 })
    await desk.fault({ method: 'GET', path: '/openOrders', fault: 'status', status: 200, body: [], times: 1000 })
    for (const { id, botId } of await exits()) await desk.execution.cancel(id, botId)
    await desk.settled(signalId)
    for (const { clientOrderId } of await exits()) await desk.world.sim('POST', `/orders/${clientOrderId}`, { do: 'fill' })
    await compare(desk, ...places)
    const left = of(places, (one) => (Number(before[`${one.exchange} ${one.market} ${one.mode ?? ''}`]) - 0.004).toFixed(8))
    expect(of(places, (one) => Number(held(one)).toFixed(8))).toEqual(left)
    for (const one of places) expect(await findings(desk, one)).toContain('closed_elsewhere')
    await desk.world.sim('DELETE', '/faults')
    await compare(desk, ...places)
    expect(of(places, (one) => Number(held(one)).toFixed(8))).toEqual(left)
    for (const one of places) {
      const told = await findings(desk, one)
      expect(told).toContain('order_lived_on')
      expect(told).toContain('closed_elsewhere closed')
      expect(told).not.toContain('closed_elsewhere')
    }
    await compare(desk, ...places)
    expect(of(places, (one) => Number(held(one)).toFixed(8))).toEqual(left)
  }, 300_000)
})

describe('what differs', () => {
  let desk: Desk
  beforeAll(async () => { desk = await startDesk(['binance']) })
  afterAll(async () => { await desk.stop() })
  afterEach(async () => {
    await desk.world.sim('DELETE', '')
    await desk.quiet()
    for (const { bot } of (await desk.store.bots.list(desk.userId)).items) {
      await desk.store.bots.remove(desk.userId, bot.id, Date.now())
      await desk.execution.botChanged(bot.id)
    }
  })
  const held = (botId: string): string | undefined => desk.execution.position(botId)?.quantity

  test('several bots on that side: a finding, and no bot\'s book moves, until a person says whose it was', async () => {
    const places = [await place(desk, 'binance', 'spot'), await place(desk, 'binance', 'futures', 'one-way')]
    const seconds = await Promise.all(places.map(({ connectionId }) => desk.bot(connectionId, { name: 'second', amount: '0.01', amountIn: 'base' })))
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await compare(desk, ...places)
    const before = places.map(({ botId }) => held(botId))
    for (const one of places) await sellByHand(desk, one, '0.004')
    await compare(desk, ...places)
    expect(places.map(({ botId }) => held(botId))).toEqual(before)
    expect(await Promise.all(places.map((one) => findings(desk, one)))).toEqual([['balance_short'], ['position_differs']])
    for (const { id } of seconds) await desk.execution.adjust(id, '-0.004', 'sold by hand')
    await compare(desk, ...places)
    expect(await Promise.all(places.map((one) => findings(desk, one)))).toEqual([['balance_short closed'], ['position_differs closed']])
  }, 120_000)

  test('an entry that a position kept from opening has the account looked at within a minute: the next one opens', async () => {
    const here = await place(desk, 'binance', 'futures', 'one-way')
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await compare(desk, here)
    await sellByHand(desk, here, '0.01')
    expect((await desk.settled(await desk.signal({ side: 'BUY' }))).decisions).toMatchObject([{ code: 'already_long' }])
    await until(async () => held(here.botId) === '0', () => held(here.botId) ?? '', 60_000)
    expect((await desk.settled(await desk.signal({ side: 'BUY' }))).decisions).toMatchObject([{ code: 'open' }])
  }, 120_000)

  test('coins locked in an order by hand are held all the same', async () => {
    const here = await place(desk, 'binance', 'spot')
    await desk.settled(await desk.signal({ side: 'BUY' }))
    const before = held(here.botId)
    await desk.byHand('spot', here.key, { side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', price: '200000', quantity: '0.009' })
    await compare(desk, here)
    expect([held(here.botId), await findings(desk, here)]).toEqual([before, []])
    await desk.world.sim('PUT', '/prices/BTCUSDT', { price: '200000', market: 'spot' })
    await compare(desk, here)
    expect(Number(held(here.botId))).toBeCloseTo(Number(before) - 0.009, 8)
    expect(await findings(desk, here)).toEqual(['closed_elsewhere'])
  }, 120_000)

  test('long by the books and short at the exchange is never fine', async () => {
    const here = await place(desk, 'binance', 'futures', 'one-way')
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await compare(desk, here)
    await desk.execution.adjust(here.botId, '-0.02', 'as if a close had been booked twice')
    await compare(desk, here)
    await compare(desk, here)
    expect(held(here.botId)).toBe('0')
    expect((await findings(desk, here)).toSorted()).toEqual(['closed_elsewhere', 'stray_position'])
    const [stray] = (await desk.store.findings.list(desk.userId, { connectionId: here.connectionId })).items.filter(({ code }) => code === 'stray_position')
    expect(stray?.detail).toContain('is 0.01 BTC; its bots ("binance futures one-way") hold 0')
  }, 120_000)

  test('a mode that changed while nothing was held is taken over, without a finding', async () => {
    const here = await place(desk, 'binance', 'futures', 'hedge')
    await compare(desk, here)
    const { apiKey, secret } = here.key
    await desk.world.sim('POST', '/accounts', { apiKey, secret, positionMode: 'one-way' })
    await compare(desk, here)
    expect((await desk.store.connections.row(here.connectionId))?.connection.positionMode).toBe('one-way')
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await desk.settled(await desk.signal({ side: 'SELL' }))
    await compare(desk, here)
    expect([held(here.botId), await findings(desk, here)]).toEqual(['0', []])
  }, 120_000)

  test('below the exchange\'s minimum it is named with its ways out, blocks no entry, and is sold with the next position', async () => {
    const here = await place(desk, 'binance', 'spot', null, { amount: '0.001' })
    await desk.settled(await desk.signal({ side: 'BUY' }))
    const rest = held(here.botId) ?? ''
    await desk.world.sim('PUT', '/prices/BTCUSDT', { price: '1000', market: 'spot' })
    await until(async () => Number(await desk.execution.price({ exchange: 'binance', market: 'spot', symbol: 'BTCUSDT', connectionId: here.connectionId })) < 2000)
    await compare(desk, here)
    const [found] = (await desk.store.findings.list(desk.userId, { connectionId: here.connectionId })).items
    expect(found).toMatchObject({ code: 'below_minimum', botId: here.botId, detail: expect.stringContaining(`towerflow bots position ${here.botId} --quantity=-${rest}`) })
    const exit = await desk.settled(await desk.signal({ side: 'SELL' }))
    expect(exit.decisions).toMatchObject([{ code: 'amount_below_minimum', reason: expect.stringContaining('write it off') }])
    await desk.execution.botChanged(here.botId)
    const entry = await desk.settled(await desk.signal({ side: 'BUY', size: '100' }))
    expect(entry.decisions).toMatchObject([{ outcome: 'order', code: 'open' }])
    const both = held(here.botId) ?? ''
    expect(Number(both)).toBeGreaterThan(0.09)
    const sold = await desk.settled(await desk.signal({ side: 'SELL' }))
    expect(Number(sold.found.at(-1)?.order.filled)).toBeCloseTo(Number(both), 4)
    await compare(desk, here)
    // The exit that could not be carried out was told too, and is over with the position.
    expect((await findings(desk, here)).toSorted()).toEqual(['below_minimum closed', 'exit_refused closed'])
  }, 120_000)
})
