import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { EXCHANGES } from '#exchanges'
import type { Bot, Market, PositionMode } from '#model'
import { until } from '../executor/harness.ts'
import type { Fixture, MarketFixture } from '../exchanges/fixture.ts'
import { alpaca } from '../exchanges/fixtures/alpaca.ts'
import { binance } from '../exchanges/fixtures/binance.ts'
import { bingx } from '../exchanges/fixtures/bingx.ts'
import { bitget } from '../exchanges/fixtures/bitget.ts'
import { bitvavo } from '../exchanges/fixtures/bitvavo.ts'
import { bybit } from '../exchanges/fixtures/bybit.ts'
import { coinbase } from '../exchanges/fixtures/coinbase.ts'
import { gate } from '../exchanges/fixtures/gate.ts'
import { htx } from '../exchanges/fixtures/htx.ts'
import { hyperliquid } from '../exchanges/fixtures/hyperliquid.ts'
import { kraken } from '../exchanges/fixtures/kraken.ts'
import { kucoin } from '../exchanges/fixtures/kucoin.ts'
import { mexc } from '../exchanges/fixtures/mexc.ts'
import { okx } from '../exchanges/fixtures/okx.ts'
import { emptied, startDesk, type Desk } from './world.ts'

const FIXTURES: readonly Fixture[] = [alpaca, binance, bingx, bitget, bitvavo, bybit, coinbase, gate, htx, hyperliquid, kraken, kucoin, mexc, okx]

let desk: Desk
beforeAll(async () => { desk = await startDesk(FIXTURES.map(({ exchange }) => exchange)) })
afterAll(async () => { await desk.stop() })
beforeEach(async () => { await emptied(desk) })

test('every exchange is among them', () => {
  expect(FIXTURES.map(({ exchange }) => exchange).toSorted()).toEqual(EXCHANGES.map(({ description }) => description.id).toSorted())
})

const places = FIXTURES.flatMap((fixture) => (Object.entries(fixture.markets) as [Market, MarketFixture][]).flatMap(([market, names]) => (
  market === 'spot' || fixture.without['TC-34'] !== undefined ? [{ fixture, market, names, mode: null as PositionMode | null }]
    : [{ fixture, market, names, mode: 'one-way' as PositionMode }, { fixture, market, names, mode: 'hedge' as PositionMode }]
)))

async function botAt({ fixture, market, names, mode }: (typeof places)[number], more: Partial<Bot> = {}): Promise<Bot> {
  const credentials = fixture.credentials()
  await desk.world.sim('POST', '/accounts', {
    ...fixture.registered?.(credentials) ?? credentials, permissions: ['read', market], balances: names.balances, ...fixture.account,
    ...mode === null ? {} : { positionMode: mode },
  }, fixture.exchange)
  const connection = await desk.link(fixture.exchange, market, credentials)
  return desk.bot(connection, {
    symbol: names.symbol, base: names.base, quote: names.quote, amount: names.quoteAmount ?? '1000', maxSize: '100000', ...more,
  })
}

const told = async (botId: string) => (await desk.store.findings.list(desk.userId, { botId, closed: false })).items
const flat = (botId: string): boolean => desk.execution.position(botId)?.dust === true || desk.execution.position(botId)?.quantity === '0'

describe.each(places)('$fixture.exchange $market $mode', (place) => {
  const { fixture, names } = place

  test('an exit that ends in part is closed to the end', { timeout: 90_000 }, async () => {
    const bot = await botAt(place)
    const entry = await desk.settled(await desk.signal({ symbol: names.symbol, side: 'BUY' }))
    expect(entry.found.map(({ order }) => [order.state, order.rejectText])).toEqual([['filled', null]])
    await desk.world.sim('POST', '/fills', { side: 'SELL', fraction: '0.5', rest: 'expire' }, fixture.exchange)
    const exit = await desk.settled(await desk.signal({ symbol: names.symbol, side: 'SELL' }))
    expect(exit.found).toHaveLength(2)
    expect([flat(bot.id), await told(bot.id)]).toEqual([true, []])
  })

  test('an exit with a key that was taken back is told within 10 s, with what to do', { timeout: 90_000 }, async () => {
    const bot = await botAt(place)
    await desk.settled(await desk.signal({ symbol: names.symbol, side: 'BUY' }))
    await desk.world.sim('DELETE', `/accounts/${await keyOf(bot)}`, undefined, fixture.exchange)
    const since = performance.now()
    await desk.signal({ symbol: names.symbol, side: 'SELL' })
    await until(async () => (await told(bot.id)).length > 0, () => '', 15_000)
    expect(performance.now() - since).toBeLessThan(10_000)
  })
})

/** The key of the account whose order came last. */
async function keyOf(bot: Bot): Promise<string> {
  const orders = await desk.world.sim('GET', '/orders', undefined, bot.exchange) as readonly { apiKey: string }[]
  return orders.at(-1)?.apiKey ?? ''
}
