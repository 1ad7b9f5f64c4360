import { Problem } from '#model'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { futuresAccount, setFuturesLeverage } from './futures/account.ts'
import { spotAccount } from './spot/account.ts'

/** Balances, positions and the account's number. Throws `Problem`. */
export const account = (desk: Desk, call: Call): ReturnType<Exchange['account']> => (call.market === 'spot' ? spotAccount : futuresAccount)(desk, call)

/** Sets the leverage of one contract. Throws `Problem`; spot: `invalid_input`. */
export async function setLeverage(desk: Desk, call: Call, symbol: string, leverage: number): Promise<{ leverage: number }> {
  if (call.market === 'spot') throw new Problem('invalid_input', 'Leverage is for futures')
  return setFuturesLeverage(desk, call, symbol, leverage)
}
