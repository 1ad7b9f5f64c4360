import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bot, PositionMode } from '#model'
import { bingx } from '../exchanges/fixtures/bingx.ts'
import { binance } from '../exchanges/fixtures/binance.ts'
import { bitget, bitgetUnified } from '../exchanges/fixtures/bitget.ts'
import { bybit } from '../exchanges/fixtures/bybit.ts'
import { gate } from '../exchanges/fixtures/gate.ts'
import { htx } from '../exchanges/fixtures/htx.ts'
import { kucoin } from '../exchanges/fixtures/kucoin.ts'
import { mexc } from '../exchanges/fixtures/mexc.ts'
import { okx } from '../exchanges/fixtures/okx.ts'
import type { Fixture } from '../exchanges/fixture.ts'
import { startDesk, type Desk } from './world.ts'

/** Every exchange that has both position modes, each kind of account of its own. */
const BOTH_MODES: readonly Fixture[] = [binance, bingx, bitget, bitgetUnified, bybit, gate, htx, kucoin, mexc, okx]
const PATIENCE = { timeout: 240_000 }
const nameOf = ({ exchange, kind }: Fixture): string => `${exchange}${kind === undefined ? '' : ` (${kind})`}`

let desk: Desk
beforeAll(async () => {
  desk = await startDesk([...new Set(BOTH_MODES.map(({ exchange }) => exchange))])
})
afterAll(async () => { await desk.stop() })

interface Trader {
  readonly fixture: Fixture
  readonly bot: Bot
  readonly credentials: Readonly<Record<string, string>>
}

/** A bot on every exchange whose account has changed its mode since it was connected, while it was flat. */
async function traders(connectedIn: PositionMode, now: PositionMode): Promise<readonly Trader[]> {
  return Promise.all(BOTH_MODES.map(async (fixture) => {
    const credentials = fixture.credentials()
    const names = fixture.markets.futures
    if (names === undefined) throw new Error(`${nameOf(fixture)} has no futures`)
    const key = credentials as { apiKey: string; secret: string }
    const { account, exchange } = fixture
    const connection = await desk.connect(
      'futures', { key, balances: names.balances, ...account, positionMode: connectedIn }, exchange,
    )
    const changed = { ...credentials, permissions: ['read', 'futures'], ...account, positionMode: now }
    await desk.world.sim('POST', '/accounts', changed, exchange)
    const bot = await desk.bot(connection, {
      name: nameOf(fixture), symbol: names.symbol, base: names.base, quote: names.quote, amount: names.quantity,
      amountIn: 'base', maxSize: '50000',
    })
    return { fixture, bot, credentials }
  }))
}

/** What the bots hold by their books, and what their accounts hold, signed. */
async function held(all: readonly Trader[]): Promise<Record<string, readonly [books: string, account: string]>> {
  return Object.fromEntries(await Promise.all(all.map(async ({ fixture, bot }) => {
    const row = await desk.store.connections.row(bot.connectionId ?? '')
    if (row === undefined) throw new Error('no such connection')
    const { connection: { id: connectionId, userId, exchange, market, rowVersion }, envelope } = row
    const { positions } = await desk.world.port.call({
      verb: 'account', connection: { connectionId, userId, exchange, market, rowVersion, envelope }, symbol: bot.symbol,
      purpose: {},
    })
    const books = desk.execution.position(bot.id)?.quantity ?? '0'
    return [nameOf(fixture), [books, positions.map(({ quantity }) => quantity).join(', ') || '0']] as const
  })))
}

const everywhere = (quantity: (fixture: Fixture) => string): Record<string, readonly [string, string]> =>
  Object.fromEntries(BOTH_MODES.map((fixture) => [nameOf(fixture), [quantity(fixture), quantity(fixture)]]))

const signal = async (side: 'BUY' | 'SELL'): Promise<void> => { await desk.settled(await desk.signal({ side })) }

/** What arrived at each account's exchange. */
async function expectOrders(all: readonly Trader[], count: number): Promise<void> {
  for (const { fixture, credentials } of all) {
    const seen = await desk.world.sim('GET', `/orders?apiKey=${credentials['apiKey']}`, undefined, fixture.exchange)
    expect(seen, nameOf(fixture)).toHaveLength(count)
  }
}

async function away(all: readonly Trader[]): Promise<void> {
  for (const { bot } of all) {
    await desk.store.bots.remove(desk.userId, bot.id, Date.now())
    await desk.execution.botChanged(bot.id)
  }
}

for (const [connectedIn, now] of [['hedge', 'one-way'], ['one-way', 'hedge']] as const) {
  const changed = `an account that went from ${connectedIn} to ${now} mode while flat`
  test(`${changed}: what opens opens, what closes closes, and books and account agree`, PATIENCE, async () => {
    const all = await traders(connectedIn, now)
    expect(all.length).toBeGreaterThan(9)
    for (const [opening, closing, sign] of [['BUY', 'SELL', ''], ['SELL', 'BUY', '-']] as const) {
      await signal(opening)
      expect(await held(all)).toEqual(everywhere((fixture) => `${sign}${fixture.markets.futures?.quantity}`))
      await signal(closing)
      expect(await held(all)).toEqual(everywhere(() => '0'))
    }
    await expectOrders(all, 4)
    await away(all)
  })

  test(`${changed}: an exit of what it does not hold opens nothing, and the books follow`, PATIENCE, async () => {
    const all = await traders(connectedIn, now)
    for (const { bot, fixture: { markets } } of all) {
      await desk.execution.adjust(bot.id, markets.futures?.quantity ?? '', 'as a mistake would leave it')
    }
    await signal('SELL')
    expect(await held(all)).toEqual(everywhere(() => '0'))
    await expectOrders(all, 0)
    await away(all)
  })
}
