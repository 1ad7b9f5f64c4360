import type { CancelOutcome } from '#contract'
import { Problem } from '#model'
import { canceled } from '../canceling.ts'
import type { Desk } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { isNotOpen } from './errors.ts'
import { CLOIDS } from './ids.ts'
import { lookup } from './lookup.ts'
import { act } from './manner.ts'
import { listedIn } from './markets.ts'

/** Cancels one order by its client id, and looks at it again. */
export async function cancel(desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  let asset: number | undefined
  try {
    asset = (await listedIn(desk, call.market)).bySymbol.get(ref.symbol)?.asset
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { kind: 'unknown', reason: error.message }
  }
  if (asset === undefined) return { kind: 'unknown', reason: `Hyperliquid has no ${ref.symbol}` }
  const asked = await act(desk, call, { type: 'cancelByCloid', cancels: [{ asset, cloid: CLOIDS.write(ref.clientOrderId) }] })
  if (asked.kind === 'refused' && isNotOpen(asked.code)) return { kind: 'not_open' }
  if (asked.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asked, desk.manner.wording) }
  return canceled(await lookup(desk, call, { ...ref, exchangeOrderId: null, sentAt: desk.clock.now() }))
}
