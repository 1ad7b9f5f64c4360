import type { CancelOutcome } from '#contract'
import type { Desk } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { cancelFutures } from './futures/cancel.ts'
import { cancelSpot } from './spot/cancel.ts'

/** Cancels one order by its client id. */
export const cancel = (desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> =>
  (call.market === 'spot' ? cancelSpot : cancelFutures)(desk, call, ref)
