import { Problem } from '#model'
import { amount, list, member, positive, word } from '../../answer.ts'
import type { Desk } from '../../desk.ts'
import type { Call, Exchange } from '../../port.ts'
import { assetOf } from '../assets.ts'
import { askFutures } from '../manner.ts'

type Account = Awaited<ReturnType<Exchange['account']>>

export const KEY_INFO = '/api/auth/v1/api-keys/v3/check'

/** The multi-collateral wallet, positions, and the account's number. Kraken nets the positions of a contract. Throws `Problem`. */
export async function futuresAccount(desk: Desk, call: Call): Promise<Account> {
  const [identity, wallets, open] = await Promise.all([
    askFutures(desk, call, KEY_INFO), askFutures(desk, call, '/derivatives/api/v3/accounts'), askFutures(desk, call, '/derivatives/api/v3/openpositions'),
  ])
  const currencies = member(member(member(desk.body(wallets), 'accounts'), 'flex'), 'currencies')
  const rows = list(member(desk.body(open), 'openPositions'))
  if (rows === null) throw new Problem('exchange_unreachable', 'Kraken: the account could not be read')
  const balances: Record<string, { free: string; total: string }> = {}
  for (const [code, row] of Object.entries(typeof currencies === 'object' && currencies !== null ? currencies : {}) as [string, unknown][]) {
    const [total, free] = [amount(row, 'quantity'), amount(row, 'available')]
    if (positive(total)) balances[assetOf(code)] = { free: positive(free) ? free : '0', total }
  }
  const positions = rows.flatMap((row): Account['positions'] => {
    const [symbol, size] = [word(row, 'symbol'), amount(row, 'size')]
    if (symbol === null || !positive(size)) return []
    return [{ symbol, side: 'both', quantity: word(row, 'side') === 'short' ? `-${size}` : size }]
  })
  return { accountId: word(desk.body(identity), 'accountUid'), positionMode: 'one-way', balances, positions }
}

/**
 * Sets the most leverage of one contract, which makes it isolated there. [D set-leverage-setting] Throws `Problem`:
 * `rules_violated`, `unknown_symbol`, …
 */
export async function setFuturesLeverage(desk: Desk, call: Call, symbol: string, leverage: number): Promise<{ leverage: number }> {
  const answer = await askFutures(desk, call, '/derivatives/api/v3/leveragepreferences', { symbol, maxLeverage: leverage }, 'PUT')
  if (answer.kind === 'refused' && (answer.code === null || /leverage|invalidArgument(?!.*symbol)/i.test(String(answer.code)))) {
    throw new Problem('rules_violated', `Kraken does not take a leverage of ${leverage} for ${symbol}: ${answer.text}`)
  }
  desk.body(answer)
  return { leverage }
}
