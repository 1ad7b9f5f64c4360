import { Problem } from '#model'
import { amount, list, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { get } from './manner.ts'

type Account = Awaited<ReturnType<Exchange['account']>>

/**
 * Cash, and what is held of each asset as a balance under its own name (`AAPL`, `BTC`): Alpaca shows holdings as
 * positions, crypto ones through their pair with USD. Throws `Problem`.
 */
export async function account(desk: Desk, call: Call): Promise<Account> {
  const [head, held] = await Promise.all([get(desk, call, '/v2/account'), get(desk, call, '/v2/positions')])
  const body = desk.body(head)
  const rows = list(desk.body(held))
  const cash = amount(body, 'cash')
  if (rows === null || cash === null) throw new Problem('exchange_unreachable', 'Alpaca: the account could not be read')
  const balances: Record<string, { free: string; total: string }> = {
    [word(body, 'currency') ?? 'USD']: { free: amount(body, 'non_marginable_buying_power') ?? cash, total: cash },
  }
  for (const row of rows) {
    const [symbol, total] = [word(row, 'symbol'), amount(row, 'qty')]
    // A short position is somebody else's: nothing is held.
    if (symbol === null || total === null || total.startsWith('-')) continue
    const name = word(row, 'asset_class') === 'crypto' ? symbol.replace(/\/?USD$/, '') : symbol
    balances[name] = { free: amount(row, 'qty_available') ?? total, total }
  }
  return { accountId: word(body, 'id'), positionMode: null, balances, positions: [] }
}

/** Alpaca has margin accounts, but no leverage to set. */
export function setLeverage(): Promise<never> {
  return Promise.reject(new Problem('invalid_input', 'Leverage is for futures'))
}
