import type { LookupOutcome } from '#contract'
import type { Desk } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { lookup as lookUpFutures } from './futures/lookup.ts'
import { lookup as lookUpSpot } from './spot/lookup.ts'

/** Looks for an order by its client id, wherever that market's facts say. */
export const lookup = (desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> => (call.market === 'spot' ? lookUpSpot : lookUpFutures)(desk, call, ref)
