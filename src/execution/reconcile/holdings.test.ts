import { describe, expect, test } from 'vitest'
import type { AccountAnswer, ReportedOrder } from '#contract'
import { flatPosition, text, type Bot, type PositionMode, type PositionSide } from '#model'
import { compareBalances } from './compare-balances.ts'
import { comparePositions } from './compare-positions.ts'
import type { Held, HoldingsCompared, Seen, Strangers } from './holdings.ts'

const NONE: Strangers = { explained: {}, byHand: {} }
const held = (quantity: string, more: Partial<Held> & { id?: string; dust?: boolean } = {}, market: 'spot' | 'futures' = 'futures'): Held => ({
  bot: { id: more.id ?? 'b', name: more.id ?? 'b', symbol: 'BTCUSDT', base: 'BTC', market } as Bot, leastOrder: '0.001', quiet: true, mine: true, touchedAt: 0, ...more,
  position: { ...flatPosition(more.id ?? 'b', 'BTCUSDT'), quantity, dust: more.dust ?? false },
})
const hand = (side: 'buy' | 'sell', filled: string, more: Partial<ReportedOrder> = {}): ReportedOrder => ({
  exchangeOrderId: '77', clientOrderId: 'web_1', state: 'filled', filled, averagePrice: '1', symbol: 'BTCUSDT', side, positionSide: 'both', quantity: filled,
  quoteQuantity: null, createdAt: 1, forced: null, ...more,
})
const seenBefore = (compared?: HoldingsCompared): Map<string, string> => new Map(compared === undefined ? [] : [
  ...compared.differences.map(({ key }) => [key, ''] as const),
  ...compared.followed.filter(({ gone, booked }) => gone.greaterThan(booked)).map(({ key, gone, booked }) => [key, text(gone.minus(booked))] as const),
])
const codes = ({ differences }: HoldingsCompared): string[] => differences.map(({ code }) => code)
const booked = ({ followed }: HoldingsCompared): string[] => followed.map((one) => `${one.held.bot.id} ${text(one.booked)}`)

/** Looks at an account again and again, each time with what the look before concluded. */
class Looks {
  last: HoldingsCompared | undefined
  readonly #mode: PositionMode
  readonly #traded: ReadonlySet<string>
  constructor(mode: PositionMode = 'one-way', traded = false) {
    this.#mode = mode
    this.#traded = new Set(traded ? ['BTCUSDT'] : [])
  }

  at(bots: readonly Held[], theirs: string | AccountAnswer['positions'], byHand: ReportedOrder[] = [], accepted: string[] = []): HoldingsCompared {
    const positions = typeof theirs === 'string' ? [{ symbol: 'BTCUSDT', side: 'both' as const, quantity: theirs }].filter(({ quantity }) => quantity !== '0') : theirs
    const account = { held: bots, holdings: { positionMode: this.#mode, balances: {}, positions }, byHand, traded: this.#traded }
    const seen: Seen = { accepted: new Set(accepted), suspects: seenBefore(this.last) }
    this.last = comparePositions(account, this.last?.strangers ?? NONE, seen)
    return this.last
  }

  twice(...look: Parameters<Looks['at']>): HoldingsCompared {
    this.at(...look)
    return this.at(...look)
  }
}
const side = (which: PositionSide, quantity: string) => ({ symbol: 'BTCUSDT', side: which, quantity })

describe('futures', () => {
  test('two bots net', () => expect(codes(new Looks().twice([held('3', { id: 'a' }), held('-1', { id: 'z' })], '2'))).toEqual([]))

  test('a bot that was at work is not judged', () => {
    const { differences, judged, followed } = new Looks().twice([held('3'), held('0', { quiet: false, id: 'z' })], '1')
    expect([differences, [...judged], followed]).toEqual([[], [], []])
  })

  test('what was there before our bots traded is not theirs', () => {
    const looks = new Looks()
    expect(codes(looks.at([held('0')], '5'))).toEqual([])
    expect(codes(looks.twice([held('2')], '7'))).toEqual([])
    expect(looks.twice([held('2')], '6.5').differences).toMatchObject([{ ours: '2 BTC and 5 that is not theirs', theirs: '6.5 BTC' }])
  })

  test('an order by hand explains what it filled, once, and more when it fills more', () => {
    const looks = new Looks()
    looks.at([held('2')], '2')
    const open = hand('buy', '1', { state: 'open' })
    for (let look = 0; look < 3; look += 1) expect(codes(looks.at([held('2')], '3', [open]))).toEqual([])
    expect(codes(looks.at([held('2')], '4', [{ ...open, filled: '2' }]))).toEqual([])
    expect(codes(looks.twice([held('2')], '5', [{ ...open, filled: '2' }]))).toEqual(['position_differs'])
  })

  test('seen for the first time it concludes nothing: the same orders explain the next look', () => {
    const looks = new Looks()
    looks.at([held('2')], '2')
    expect(codes(looks.at([held('2')], '2', [hand('buy', '1')]))).toHaveLength(1)
    expect(codes(looks.at([held('2')], '3', [hand('buy', '1')]))).toEqual([])
    expect(codes(looks.at([held('2')], '3', [hand('buy', '1')]))).toEqual([])
  })

  test('acknowledged: accepted as it is', () => {
    const looks = new Looks()
    looks.at([held('2')], '2')
    expect(codes(looks.at([held('2')], '3', [], ['position_differs BTCUSDT both']))).toEqual([])
    expect(codes(looks.twice([held('2')], '3'))).toEqual([])
    expect(codes(looks.twice([held('2')], '2'))).toEqual(['position_differs'])
  })

  test.each<[string, string, string, ReportedOrder[], string, string]>([
    ['part of a long, reduce-only by hand', '2', '1.5', [hand('sell', '0.5')], 'b 0.5', '0'],
    ['all of a long', '2', '0', [hand('sell', '2')], 'b 2', '0'],
    ['all of a short', '-2', '0', [hand('buy', '2')], 'b 2', '0'],
    ['more than all of it: the rest is a person\'s', '2', '-1', [hand('sell', '3')], 'b 2', '-1'],
    ['part, and no order shows it', '2', '1.5', [], 'b 0.5', '0'],
    ['a liquidation that no list shows', '-2', '-0.5', [], 'b 1.5', '0'],
  ])('what is gone of the one bot there is booked away, when seen twice: %s', (_name, ours, theirs, byHand, away, strangers) => {
    const looks = new Looks()
    looks.at([held(ours)], ours)
    const first = looks.at([held(ours)], theirs, byHand)
    expect([codes(first), booked(first)]).toEqual([[], ['b 0']])
    const second = looks.at([held(ours)], theirs, byHand)
    expect([codes(second), booked(second), second.strangers.explained]).toEqual([[], [away], { 'BTCUSDT both': strangers }])
    const left = ours.startsWith('-') ? `-${Math.max(0, -Number(theirs))}` : String(Math.max(0, Number(theirs)))
    const after = looks.twice([held(Number(left) === 0 ? '0' : left)], theirs, byHand)
    expect([codes(after), booked(after)], 'told once').toEqual([[], []])
  })

  test('somebody who is selling right now is followed step by step, never ahead', () => {
    const looks = new Looks()
    looks.at([held('2')], '2')
    looks.at([held('2')], '1.8', [hand('sell', '0.2', { state: 'open' })])
    expect(booked(looks.at([held('2')], '1.5', [hand('sell', '0.5', { state: 'open' })]))).toEqual(['b 0.2'])
    expect(booked(looks.at([held('1.8')], '1', [hand('sell', '1')]))).toEqual(['b 0.3'])
    expect(booked(looks.at([held('1.5')], '1', [hand('sell', '1')]))).toEqual(['b 0.5'])
    const after = looks.twice([held('1')], '1', [hand('sell', '1')])
    expect([codes(after), booked(after), after.strangers.explained]).toEqual([[], [], { 'BTCUSDT both': '0' }])
  })

  test('a person\'s own part goes first', () => {
    const looks = new Looks()
    looks.at([held('0')], '5')
    expect(booked(looks.twice([held('2')], '4', [hand('sell', '3')]))).toEqual([])
    const more = looks.twice([held('2')], '1', [hand('sell', '6')])
    expect([codes(more), booked(more), more.strangers.explained]).toEqual([[], ['b 1'], { 'BTCUSDT both': '0' }])
  })

  test('an exit or a person has booked it already, before the report shows the order: no difference, and nothing is booked again', () => {
    for (const byHand of [[hand('sell', '0.1')], [hand('sell', '0.04'), hand('sell', '0.06', { exchangeOrderId: '78' })]]) {
      const looks = new Looks()
      looks.at([held('0.1')], '0.1')
      for (let look = 0; look < 4; look += 1) {
        const after = looks.at([held('0')], '0', byHand)
        if (look > 0) expect(codes(after)).toEqual([])
        expect(booked(after)).toEqual([])
      }
      // It explains nothing any more: what comes now is looked at for itself.
      expect(codes(looks.twice([held('0')], '-0.1', byHand))).toEqual(['stray_position'])
    }
  })

  test('several bots on that side: no book moves, an order by hand explains nothing, and what a person books makes it good', () => {
    const looks = new Looks()
    const bots = [held('2', { id: 'a' }), held('1', { id: 'z' })]
    looks.at(bots, '3')
    const short = looks.twice(bots, '2.5', [hand('sell', '0.5')])
    expect([codes(short), booked(short)]).toEqual([['position_differs'], []])
    expect(short.differences[0]?.detail).toContain('with an adjustment of its position')
    expect(codes(looks.twice([held('1.5', { id: 'a' }), held('1', { id: 'z' })], '2.5', [hand('sell', '0.5')]))).toEqual([])
    expect(codes(looks.twice([held('1.5', { id: 'a' }), held('1', { id: 'z' })], '2.7', [hand('sell', '0.5'), hand('buy', '0.2', { exchangeOrderId: '78' })]))).toEqual([])
  })

  test('several bots, bought back by hand', () => {
    const looks = new Looks()
    const bots = [held('2', { id: 'a' }), held('1', { id: 'z' })]
    looks.at(bots, '3')
    looks.twice(bots, '2.5', [hand('sell', '0.5')])
    expect(codes(looks.twice(bots, '3', [hand('sell', '0.5'), hand('buy', '0.5', { exchangeOrderId: '78' })]))).toEqual([])
  })

  test('dust of another bot does not make it several', () => {
    const looks = new Looks()
    const bots = [held('2'), held('0.0001', { id: 'z', dust: true })]
    looks.at(bots, '2.0001')
    expect(booked(looks.twice(bots, '1', [hand('sell', '1.0001')]))).toEqual(['b 1.0001'])
  })

  test('the lane of another server is for that server to book', () => {
    const looks = new Looks()
    const after = looks.twice([held('2', { mine: false })], '1', [hand('sell', '1')])
    expect([codes(after), booked(after)]).toEqual([[], []])
  })

  test.each<[string, PositionMode, string, AccountAnswer['positions'], string]>([
    ['one-way, equal size', 'one-way', '0.1', [side('both', '-0.1')], 'b 0.1'],
    ['one-way, short by the books', 'one-way', '-0.1', [side('both', '0.1')], 'b 0.1'],
    ['hedge, equal size', 'hedge', '0.1', [side('short', '-0.1')], 'b 0.1'],
    ['hedge, the long is there and a short too', 'hedge', '0.1', [side('long', '0.1'), side('short', '-0.1')], ''],
    ['hedge believed, one-way shown', 'hedge', '0.1', [side('both', '-0.1')], 'b 0.1'],
    ['one-way believed, hedge shown', 'one-way', '0.1', [side('long', '0.1'), side('short', '-0.1')], ''],
    ['flat by the books: a close that opened', 'one-way', '0', [side('both', '0.4')], ''],
    ['flat by the books, hedge', 'hedge', '0', [side('long', '0.1'), side('short', '-0.1')], ''],
  ])('a position on a side that no bot holds is named: %s', (_name, mode, ours, theirs, away) => {
    const looks = new Looks(mode, true)
    const quantity = ours
    looks.at([held(quantity)], ours === '0' ? [] : [side(mode === 'hedge' ? (ours.startsWith('-') ? 'short' : 'long') : 'both', ours)])
    const second = looks.twice([held(quantity)], theirs)
    expect(booked(second).join()).toBe(away)
    const left = away === '' ? quantity : '0'
    const after = looks.twice([held(left)], theirs)
    expect([...codes(second), ...codes(after)]).toContain('stray_position')
    expect(codes(after), 'it stands').toContain('stray_position')
  })

  test('a mode that changed while nothing was held is no difference, and what is there afterwards is not taken for a person\'s', () => {
    const looks = new Looks('hedge')
    looks.at([held('0')], [])
    expect(codes(looks.twice([held('0')], []))).toEqual([])
    expect(codes(looks.twice([held('0.1')], [side('both', '0.1')]))).toEqual([])
    expect(codes(looks.twice([held('0')], [side('both', '0.4')]))).toEqual(['stray_position'])
  })

  test('hedge mode: each side for itself', () => {
    const looks = new Looks('hedge')
    const bots = [held('2', { id: 'a' }), held('-1', { id: 'z' })]
    expect(codes(looks.twice(bots, [side('long', '2'), side('short', '-1')]))).toEqual([])
    const after = looks.twice(bots, [side('long', '2'), side('short', '-0.4')], [hand('buy', '0.6', { positionSide: 'short' })])
    expect([codes(after), booked(after)]).toEqual([[], ['z 0.6']])
  })
})

describe('spot', () => {
  const spot = (bots: Held[], total: string, suspects: ReadonlyMap<string, string> = new Map(), free = total): HoldingsCompared => compareBalances(
    { held: bots, holdings: { positionMode: null, balances: { BTC: { free, total } }, positions: [] }, byHand: [], traded: new Set() }, NONE, { accepted: new Set(), suspects },
  )
  const twice = (bots: Held[], total: string, free = total): HoldingsCompared => spot(bots, total, seenBefore(spot(bots, total, new Map(), free)), free)
  const two = [held('1', { id: 'a' }, 'spot'), held('0.5', { id: 'z' }, 'spot')]

  test('more than the bots hold is somebody\'s; less, with several bots, is a difference, unless nobody could trade it', () => {
    expect(codes(spot(two, '9'))).toEqual([])
    expect(codes(spot(two, '1.4995'))).toEqual([])
    expect(twice(two, '1.4')).toMatchObject({ followed: [], differences: [{ code: 'balance_short', ours: '1.5 BTC', theirs: '1.4 BTC', botId: null }] })
  })

  test.each([['part', '0.7', 'b 0.3'], ['all', '0', 'b 1'], ['exactly the least order', '0.999', 'b 0.001'], ['less than that: fees', '0.9991', ''], ['a purchase by hand is never the bot\'s', '3', '']])(
    'what is gone of the one bot that holds the asset is booked away: %s', (_name, total, away) => {
      const after = twice([held('1', {}, 'spot')], total)
      expect([codes(after), booked(after).join()]).toEqual([[], away])
    })

  test('coins in an order that somebody made are still there', () => {
    expect(booked(twice([held('1', {}, 'spot')], '1', '0'))).toEqual([])
  })

  test('another bot that is flat, holds dust or less than nothing does not count', () => {
    const others = [held('0', { id: 'x' }, 'spot'), held('0.0004', { id: 'y', dust: true }, 'spot'), held('-0.2', { id: 'z' }, 'spot')]
    expect(booked(twice([held('1', {}, 'spot'), ...others], '0.5'))).toEqual(['b 0.5004'])
  })
})
