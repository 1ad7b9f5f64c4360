import type { CancelOutcome } from '#contract'
import { member, word } from '../../answer.ts'
import { canceled } from '../../canceling.ts'
import type { Desk } from '../../desk.ts'
import type { Call, OrderRef } from '../../port.ts'
import { reasonOf } from '../../reading.ts'
import { askFutures } from '../manner.ts'
import { lookup } from './lookup.ts'

/** [D cancel-order] */
const NOT_OPEN: ReadonlySet<string> = new Set(['notFound', 'filled'])

/** Cancels one order by its client id, and looks at it again. */
export async function cancelFutures(desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const asked = await askFutures(desk, call, '/derivatives/api/v3/cancelorder', { cliOrdId: ref.clientOrderId }, 'POST')
  if (asked.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asked, desk.manner.wording) }
  if (NOT_OPEN.has(word(member(asked.body, 'cancelStatus'), 'status') ?? '')) return { kind: 'not_open' }
  return canceled(await lookup(desk, call, { ...ref, exchangeOrderId: null, sentAt: desk.clock.now() }))
}
