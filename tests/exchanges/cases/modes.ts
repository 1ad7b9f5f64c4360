import { expect } from 'vitest'
import type { EnvelopeRef, OrderInstruction, SubmitOutcome } from '#contract'
import { decimal } from '#model'
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
]
