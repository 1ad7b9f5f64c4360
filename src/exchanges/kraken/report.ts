import type { ReportAnswer } from '#contract'
import type { Desk } from '../desk.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf } from '../told.ts'
import { account } from './account.ts'
import { futuresOrders } from './futures/report.ts'
import { spotOrders } from './spot/report.ts'

/** Orders of these symbols, and the account. */
export async function report(desk: Desk, call: Call, wanted: ReportWanted): Promise<ReportAnswer> {
  const orders = await (call.market === 'spot' ? spotOrders : futuresOrders)(desk, call, wanted)
  return { orders, holdings: await holdingsOf(account(desk, call)) }
}
