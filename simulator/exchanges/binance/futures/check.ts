import { closable, closes, openingMargin, type FuturesDraft } from '../../../engine/futures.ts'
import { marginSums } from '../../../engine/margin.ts'
import type { Amount } from '../../../amount.ts'
import { ordersOf } from '../../../orders.ts'
import type { Account } from '../accounts.ts'
import { Refusal } from '../refusal.ts'
import type { Binance } from '../state.ts'
import type { FuturesSymbol } from './symbols.ts'

/**
 * What only the engine refuses. Answers the quantity that it works on: a one-way reduce-only order is cut to the
 * position; in hedge mode a closing order above the position is refused.
 * Source: USD-M error codes -2019, -2022, -4116.
 */
export function checkFuturesOrder(x: Binance, account: Account, draft: FuturesDraft<FuturesSymbol>): Amount {
  if (draft.symbol.status !== 'TRADING') throw new Refusal(-4108, 'This symbol is not in trading status.')
  if (!account.canTrade) throw new Refusal(-2015, 'Invalid API-key, IP, or permissions for action.', 401)
  const mine = ordersOf(x.futures.orders, account.name)
  if (mine.byClientId.get(draft.clientOrderId)?.state === 'open') {
    throw new Refusal(-4116, 'ClientOrderId is duplicated.')
  }
  const closing = closable(account, draft)
  if (closes(draft)) {
    const tooMuch = draft.positionSide !== 'BOTH' && closing < draft.quantity
    if (closing === 0n || tooMuch) throw new Refusal(-2022, 'ReduceOnly Order is rejected.')
    return closing
  }
  const needed = openingMargin(account, draft, draft.quantity - closing)
  if (needed > 0n && needed > marginSums(x.futures, account, draft.symbol.quote).available) {
    throw new Refusal(-2019, 'Margin is insufficient.')
  }
  return draft.quantity
}
