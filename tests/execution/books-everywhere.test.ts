import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXCHANGES } from '#exchanges'
import { decimal, text, type Market } from '#model'
import { ourId } from '../exchanges/case.ts'
import type { Fixture, MarketFixture } from '../exchanges/fixture.ts'
import { order, submit, type Credentials } from '../executor/harness.ts'
import { compare, findings } from './accounts.ts'
import { startDesk, type Desk } from './world.ts'

// On every exchange and market: what somebody sells of the one bot's position is booked on it, once.

let desk: Desk
beforeAll(async () => { desk = await startDesk(EXCHANGES.map(({ description }) => description.id)) }, 120_000)
afterAll(async () => { await desk.stop() })

interface Place { readonly name: string; readonly market: Market; readonly names: MarketFixture; readonly connectionId: string; readonly botId: string }

async function place(fixture: Fixture, market: Market, names: MarketFixture): Promise<Place> {
  const key = fixture.credentials() as unknown as Credentials
  const registered = fixture.registered?.(key as unknown as Record<string, string>) ?? {}
  const connectionId = await desk.connect(market, { key, balances: names.balances, ...registered, ...fixture.account }, fixture.exchange)
  const bot = await desk.bot(connectionId, {
    name: `${fixture.exchange} ${market}`, symbol: names.symbol, base: names.base, quote: names.quote, amount: text(decimal(names.quantity).times(5)), amountIn: 'base', maxSize: '50000',
  })
  return { name: `${fixture.exchange} ${market}`, market, names, connectionId, botId: bot.id }
}

const held = ({ botId }: Place): string => desk.execution.position(botId)?.quantity ?? '?'

/** With an id that is none of ours, so that nobody takes it for the bot's. */
async function byHand({ names, market, connectionId }: Place, side: 'buy' | 'sell'): Promise<void> {
  const row = await desk.store.connections.row(connectionId)
  if (row === undefined) throw new Error('no such connection')
  const { userId, exchange, rowVersion } = row.connection
  const length = EXCHANGES.find(({ description }) => description.id === exchange)?.description.facts[market]?.maxLength ?? 18
  const outcome = await submit(desk.world, { connectionId, userId, exchange, market, rowVersion, envelope: row.envelope }, order({
    clientOrderId: ourId(crypto.randomUUID(), Math.min(length, 28)), symbol: names.symbol, side, notAfter: Date.now() + 20_000,
    quantity: names.quantity,
  }))
  if (outcome.kind !== 'accepted') throw new Error(`${names.symbol}: ${JSON.stringify(outcome)}`)
}

test('what is sold by hand is booked on the one bot there, once, and what is bought is not, on every exchange and market', { timeout: 240_000 }, async () => {
  const places: Place[] = []
  for (const { description: { id } } of EXCHANGES) {
    const { [id]: fixture } = await import(`../exchanges/fixtures/${id}.ts`) as Record<string, Fixture>
    if (fixture?.scarce === true) continue // the background's share of such a key is a report in many minutes
    for (const [market, names] of Object.entries(fixture?.markets ?? {}) as [Market, MarketFixture][]) places.push(await place(fixture!, market, names))
  }
  expect(places.length).toBeGreaterThan(18)
  for (const symbol of new Set(places.map(({ names }) => names.symbol))) await desk.settled(await desk.signal({ symbol, side: 'BUY' }))
  const before = new Map(places.map((one) => [one.name, held(one)]))
  expect([...before].filter(([, quantity]) => quantity === '0')).toEqual([])
  await compare(desk, ...places)
  const told = () => Promise.all(places.map(async (one) => [one.name, await findings(desk, one)]))
  expect(await told()).toEqual(places.map(({ name }) => [name, []]))
  const after = (many: number) => places.map(({ name, names }) => [name, text(decimal(before.get(name) ?? '0').minus(decimal(names.quantity).times(many)))])
  const now = () => places.map((one) => [one.name, held(one)])
  // What a person buys is theirs, and goes first when they sell; on spot the fee of it would be the bot's loss.
  for (const side of ['buy', 'sell'] as const) {
    for (const one of places.filter(({ market }) => market === 'futures')) await byHand(one, side)
    await compare(desk, ...places)
    expect(now()).toEqual(after(0))
  }
  expect(await told()).toEqual(places.map(({ name }) => [name, []]))
  for (const one of places) await byHand(one, 'sell')
  await compare(desk, ...places)
  expect(now()).toEqual(after(1))
  await compare(desk, ...places)
  expect(await told()).toEqual(places.map(({ name }) => [name, ['closed_elsewhere']]))
})
