import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AccountAnswer, ReportedOrder } from '#contract'
import { decimal, flatPosition, text, type Bot, type Market, type PositionSide } from '#model'
import { compareBalances } from './compare-balances.ts'
import { comparePositions } from './compare-positions.ts'
import { goneOf, takenBack } from './follow-account.ts'
import type { Held, HoldingsCompared, Strangers } from './holdings.ts'

// An account on which a bot and a person trade, in whole units, and looks at it that may be behind. Whatever
// happens: at rest the bot holds what is left of what it bought, all books agree, and nobody is told of what is none.

type Trade = 'open' | 'exit' | 'late exit' | 'hand buys' | 'hand sells'
type Event =
  | { readonly do: Trade; readonly units: number }
  | { readonly do: 'hand goes on'; readonly order: number; readonly units: number }
  | { readonly do: 'late exit is seen' | 'look' | 'look behind' }

const units = fc.integer({ min: 1, max: 12 })
const event: fc.Arbitrary<Event> = fc.oneof(
  ...(['open', 'exit', 'late exit', 'hand buys', 'hand sells'] satisfies Trade[]).map((what) => units.map((some): Event => ({ do: what, units: some }))),
  fc.tuple(fc.nat(5), units).map(([order, some]): Event => ({ do: 'hand goes on', order, units: some })),
  fc.constantFrom<Event>({ do: 'late exit is seen' }, { do: 'look' }, { do: 'look' }, { do: 'look behind' }),
)

interface Kind { readonly market: Market; readonly mode: 'one-way' | 'hedge' | null; readonly isShort: boolean; readonly strangers: number }
const kind: fc.Arbitrary<Kind> = fc.record({
  where: fc.constantFrom<Pick<Kind, 'market' | 'mode'>>({ market: 'spot', mode: null }, { market: 'futures', mode: 'one-way' }, { market: 'futures', mode: 'hedge' }),
  isShort: fc.boolean(), strangers: fc.nat(8),
}).map(({ where, isShort, strangers }) => ({ ...where, isShort: isShort && where.market === 'futures', strangers }))

/** All in units towards the side on which the bot trades. */
class World {
  readonly kind: Kind
  /** What the account has; what the bot's books say; what is left of what it bought, if a person's own part is always sold first. */
  account: number
  book = 0
  truth = 0
  /** Booked away since the last late exit that is not seen. */
  away = 0
  hidden = 0
  /** An exit of the bot was missing for a while: a difference that is told until it is seen. */
  hasMissed = false
  readonly byHand: { id: string; signed: number }[] = []
  last: HoldingsCompared | undefined
  /** The account and the orders by hand, before the event before. */
  behind: { account: number; byHand: readonly ReportedOrder[] }

  constructor(some: Kind) {
    this.kind = some
    this.account = some.strangers
    this.behind = this.#now()
    this.look()
  }

  happens(what: Event): void {
    if (what.do === 'look') { this.look(); return }
    if (what.do === 'look behind') {
      // What is behind for one look has arrived by the next.
      this.look(this.behind)
      this.behind = this.#now()
      this.look()
      return
    }
    this.behind = this.#now()
    if (what.do === 'late exit is seen') this.#lateExitIsSeen()
    else if (what.do === 'hand goes on') this.#hand(what.units, this.byHand[what.order])
    else if ('units' in what) this.#trade(what.do, what.units)
    this.truth = Math.min(this.truth, Math.max(0, this.account))
    // Nothing is judged while a bot is at work nor shortly after it: a report is behind only on what a person did.
    if (!what.do.startsWith('hand')) this.behind = this.#now()
  }

  #trade(what: Trade, some: number): void {
    // A net position that a person turned around is no room for a bot; nor is one with an exit whose end nobody knows.
    if (what === 'open' && this.account >= this.book && this.hidden === 0) { this.book += some; this.truth += some; this.account += some }
    if (what === 'exit' && this.hidden === 0) {
      const held = Math.max(0, this.account)
      if (some > held) this.#bookAway(Number(goneOf(decimal(String(this.book)), decimal(String(held))))) // the exit itself finds it out
      const sold = Math.min(some, this.book, held)
      this.book -= sold
      this.account -= sold
      this.truth = Math.max(0, this.truth - sold)
    }
    if (what === 'late exit' && this.hidden === 0) {
      this.hidden = Math.min(some, this.truth)
      this.hasMissed ||= this.hidden > 0
      this.away = 0
      this.account -= this.hidden
      this.truth -= this.hidden
    }
    if (what === 'hand buys' || what === 'hand sells') {
      this.byHand.push({ id: `hand ${this.byHand.length}`, signed: 0 })
      this.#hand(some, this.byHand.at(-1), what === 'hand buys' ? 1 : -1)
    }
  }

  #hand(some: number, order?: { signed: number }, towards = Math.sign(order?.signed ?? 0)): void {
    if (order === undefined) return
    const { market, mode } = this.kind
    const most = towards < 0 && (market === 'spot' || mode === 'hedge') ? Math.min(some, this.account) : some
    order.signed += towards * most
    this.account += towards * most
  }

  #bookAway(some: number): void {
    this.book -= some
    this.away += some
  }

  #lateExitIsSeen(): void {
    const [filled, away] = [this.hidden, this.away].map((one) => decimal(String(one)))
    const back = Number(takenBack(away!, filled!, decimal(String(Math.max(0, this.account))), decimal(String(this.book))))
    this.book += back - this.hidden
    this.away = this.hidden = 0
  }

  look(at = this.#now()): HoldingsCompared {
    const { market, mode, isShort } = this.kind
    const signed = (some: number): string => text(decimal(String(isShort ? -some : some)))
    const side: PositionSide = mode === 'hedge' ? (isShort ? 'short' : 'long') : 'both'
    const bot = { id: 'b', name: 'b', symbol: 'BTCUSDT', base: 'BTC', market } as Bot
    const held: Held = { bot, position: { ...flatPosition('b', 'BTCUSDT'), quantity: signed(this.book) }, leastOrder: market === 'spot' ? '1' : null, quiet: true, mine: true, touchedAt: 0 }
    const holdings: Pick<AccountAnswer, 'positionMode' | 'balances' | 'positions'> = {
      positionMode: mode, balances: { BTC: { free: '0', total: String(at.account) } }, positions: at.account === 0 ? [] : [{ symbol: 'BTCUSDT', side, quantity: signed(at.account) }],
    }
    const before: Strangers = this.last?.strangers ?? { explained: {}, byHand: {} }
    const suspects = new Map<string, string>(this.last?.differences.map(({ key }) => [key, '']))
    for (const { key, gone, booked } of this.last?.followed ?? []) if (gone.greaterThan(booked)) suspects.set(key, text(gone.minus(booked)))
    this.last = (market === 'spot' ? compareBalances : comparePositions)({ held: [held], holdings, byHand: at.byHand, traded: new Set() }, before, { accepted: new Set(), suspects })
    // As in the product: what is seen for the first time is no finding.
    this.raised.push(...this.last.differences.filter(({ key }) => suspects.has(key)).map(({ detail }) => detail))
    for (const { booked } of this.last.followed) this.#bookAway(Number(booked))
    return this.last
  }

  readonly raised: string[] = []

  #now(): { account: number; byHand: readonly ReportedOrder[] } {
    const { mode, isShort } = this.kind
    return {
      account: this.account,
      byHand: this.byHand.map(({ id, signed }): ReportedOrder => ({
        exchangeOrderId: id, clientOrderId: id, state: 'open', filled: String(Math.abs(signed)), averagePrice: '1', symbol: 'BTCUSDT', side: signed > 0 === isShort ? 'sell' : 'buy',
        positionSide: mode === 'hedge' ? (isShort ? 'short' : 'long') : 'both', quantity: '99', quoteQuantity: null, createdAt: 1, forced: null,
      })),
    }
  }
}

test('at rest the bot holds what is left of what it bought, nothing is booked twice, and nobody is told of what is none', () => {
  fc.assert(fc.property(kind, fc.array(event, { maxLength: 30 }), (some, events) => {
    const world = new World(some)
    for (const one of events) world.happens(one)
    if (world.hidden > 0) world.happens({ do: 'late exit is seen' })
    for (let look = 0; look < 4; look += 1) world.look()
    expect(world.book <= Math.max(0, world.account), 'never more than the account has').toBe(true)
    expect(world.book >= world.truth, 'never less than is surely its own').toBe(true)
    if (!world.hasMissed) expect(world.raised.join('\n')).toBe('')
    const before = world.book
    const { differences, followed } = world.look()
    // Of the one difference that a missing exit and trades by hand make together nobody can tell the parts.
    const isMixed = world.hasMissed && world.byHand.length > 0
    expect([isMixed ? 0 : differences.length, followed.length].join()).toBe('0,0')
    expect(world.book).toBe(before)
  }), { numRuns: 100000 })
})

test('what moves a futures account without any order that people or bots know of is booked or told, never fine', () => {
  const futures = kind.filter(({ market }) => market === 'futures')
  fc.assert(fc.property(futures, fc.array(event, { maxLength: 20 }), fc.integer({ min: -12, max: 12 }).filter((moved) => moved !== 0), (some, events, moved) => {
    const world = new World(some)
    for (const one of events) world.happens(one)
    if (world.hidden > 0) world.happens({ do: 'late exit is seen' })
    for (let look = 0; look < 4; look += 1) world.look()
    fc.pre(!world.hasMissed || world.byHand.length === 0)
    const before = { book: world.book, told: world.raised.length }
    fc.pre(some.mode === 'one-way' || world.account + moved >= 0)
    world.account += moved
    for (let look = 0; look < 4; look += 1) world.look()
    expect(world.book < before.book || world.raised.length > before.told).toBe(true)
    expect(world.book).toBeLessThanOrEqual(Math.max(0, world.account))
  }), { numRuns: 1000 })
})
