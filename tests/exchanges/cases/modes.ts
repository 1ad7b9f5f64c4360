import { expect } from 'vitest'
import type { EnvelopeRef, OrderInstruction, SubmitOutcome } from '#contract'
import { decimal, type Decimal } from '#model'
import type { Bench, Case } from '../case.ts'

type Position = { readonly side: string; readonly quantity: string }

const close = (bench: Bench, ref: EnvelopeRef, order: OrderInstruction): Promise<SubmitOutcome> =>
  bench.world.port.call({ verb: 'submitOrder', connection: ref, kind: 'close', order, purpose: {} })

async function positions({ world, names }: Bench, ref: EnvelopeRef): Promise<readonly Position[]> {
  const answer = await world.port.call({ verb: 'account', connection: ref, symbol: names.symbol, purpose: {} })
  return answer.positions.map(({ side, quantity }) => ({ side, quantity }))
}

/** Nothing but a close gets through from here on: what opens in spite of it came in as one. */
const freezeEntries = ({ world }: Bench, { connectionId }: EnvelopeRef): Promise<unknown> => world.port.call({
  verb: 'freeze', scope: 'connection', id: connectionId, mode: 'entries', reason: 'no entries', by: 'user-1',
})

const HEDGE_CLOSES = [{ side: 'sell', positionSide: 'long' }, { side: 'buy', positionSide: 'short' }] as const
const ONE_WAY_CLOSES = [{ side: 'sell', reduceOnly: true }, { side: 'buy', reduceOnly: true }] as const

/** Refused by the exchange, or not even sent; with a word on what is wrong. */
function expectRefused(bench: Bench, outcome: SubmitOutcome): void {
  expect(['rejected', 'not_sent'], JSON.stringify(outcome)).toContain(outcome.kind)
  // Where a close is written alike in both modes, all that is wrong with it is that there is nothing to close.
  const { closesAlike = false } = bench.fixture
  const [code, stale] = closesAlike ? ['reduce_only_rejected', 'position'] : ['position_mode_differs', 'mode']
  expect(outcome).toMatchObject({ code, ...outcome.kind === 'rejected' ? { stale } : {} })
}

type Closes = readonly Partial<OrderInstruction>[]

async function opensNothing(bench: Bench, ref: EnvelopeRef, closes: Closes): Promise<void> {
  for (const fields of closes) {
    const order = bench.order(fields)
    expectRefused(bench, await close(bench, ref, order))
    expect(await bench.seen(order)).toEqual([])
    expect(await positions(bench, ref)).toEqual([])
  }
}

/** Every order that there is, but for its size. */
const EVERY_WAY: Closes = (['buy', 'sell'] as const).flatMap((side) => (['both', 'long', 'short'] as const).flatMap(
  (positionSide) => [true, false].map((reduceOnly) => ({ side, positionSide, reduceOnly })),
))

/** How much is held on each side, whatever its sign. */
const sizes = async (bench: Bench, ref: EnvelopeRef): Promise<ReadonlyMap<string, Decimal>> =>
  new Map((await positions(bench, ref)).map(({ side, quantity }) => [side, decimal(quantity).abs()]))

export const MODES: readonly Case[] = [
  {
    id: 'TC-44', market: 'futures',
    name: 'hedge mode that has become one-way: what was meant to close opens nothing, and enlarges nothing',
    run: async (bench) => {
      const { ref, credentials } = await bench.connected({ positionMode: 'hedge' })
      await bench.mode(credentials, 'one-way')
      await freezeEntries(bench, ref)
      await opensNothing(bench, ref, HEDGE_CLOSES)
      const { connectionId: id } = ref
      await bench.world.port.call({ verb: 'thaw', scope: 'connection', id, reason: 'over', by: 'user-1' })
      for (const side of ['buy', 'sell'] as const) {
        expect(await bench.submit(ref, bench.order({ side }))).toMatchObject({ kind: 'accepted' })
        for (const fields of HEDGE_CLOSES) await close(bench, ref, bench.order(fields))
        const [held = { quantity: '0' }] = await positions(bench, ref)
        expect(decimal(held.quantity).abs().lessThanOrEqualTo(bench.names.quantity), held.quantity).toBe(true)
        const rest = decimal(held.quantity)
        const closing = rest.isNegative() ? 'buy' : 'sell'
        if (!rest.isZero()) await close(bench, ref, bench.order({ side: closing, reduceOnly: true }))
        expect(await positions(bench, ref)).toEqual([])
      }
    },
  },
  {
    id: 'TC-45', market: 'futures',
    name: 'one-way mode that has become hedge mode: what was meant to close opens nothing',
    run: async (bench) => {
      const { ref, credentials } = await bench.connected()
      await bench.mode(credentials, 'hedge')
      await freezeEntries(bench, ref)
      await opensNothing(bench, ref, ONE_WAY_CLOSES)
    },
  },
  {
    id: 'TC-46', market: 'futures',
    name: 'hedge mode that has become one-way: an opening closes nothing of another bot, and says what is stale',
    run: async (bench) => {
      const { ref, credentials } = await bench.connected({ positionMode: 'hedge' })
      await bench.mode(credentials, 'one-way')
      expect(await bench.submit(ref, bench.order())).toMatchObject({ kind: 'accepted' })
      const short = await bench.submit(ref, bench.order({ side: 'sell', positionSide: 'short' }))
      expect(['rejected', 'not_sent'], JSON.stringify(short)).toContain(short.kind)
      expect(short).toMatchObject({ code: 'position_mode_differs' })
      expect(await positions(bench, ref)).toEqual([{ side: 'both', quantity: bench.names.quantity }])
    },
  },
  {
    id: 'TC-61', market: 'futures',
    name: 'whatever is called a close under a freeze of entries, in either mode, flat, long or short: nothing that is held grows',
    run: async (bench) => {
      const modes = bench.fixture.without['TC-34'] === undefined ? ['one-way', 'hedge'] as const : ['one-way'] as const
      let closed = 0
      for (const positionMode of modes) {
        for (const opening of [null, 'buy', 'sell'] as const) {
          const { ref } = await bench.connected({ positionMode })
          const positionSide = positionMode === 'one-way' ? 'both' : opening === 'buy' ? 'long' : 'short'
          if (opening !== null) {
            expect((await bench.submit(ref, bench.order({ side: opening, positionSide }))).kind).toBe('accepted')
          }
          await freezeEntries(bench, ref)
          let before = await sizes(bench, ref)
          expect(before.size).toBe(opening === null ? 0 : 1)
          for (const fields of EVERY_WAY) {
            const outcome = await close(bench, ref, bench.order(fields))
            const after = await sizes(bench, ref)
            for (const [side, size] of after) {
              const was = before.get(side) ?? decimal('0')
              expect(size.lessThanOrEqualTo(was), JSON.stringify({ positionMode, opening, fields, outcome })).toBe(true)
            }
            if (after.size < before.size) closed += 1
            before = after
          }
        }
      }
      // Closes do close: in each mode once long and once short.
      expect(closed).toBe(2 * modes.length)
    },
  },
]
