import type { OrderInstruction, SubmitOutcome, TestOutcome } from '#contract'
import type { Desk } from '../desk.ts'
import type { Call } from '../port.ts'
import { submitFutures } from './futures/submit.ts'
import { submitSpot, testSpot } from './spot/submit.ts'

/** Sends one market order. */
export const submit = (desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> =>
  (call.market === 'spot' ? submitSpot : submitFutures)(desk, call, order)

/** A rehearsal, where there is one. */
export const testOrder = (desk: Desk, call: Call, order: OrderInstruction): Promise<TestOutcome> =>
  (call.market === 'spot' ? testSpot(desk, call, order) : Promise.resolve({ done: false, ok: false, text: 'Kraken rehearses orders on spot only' }))
