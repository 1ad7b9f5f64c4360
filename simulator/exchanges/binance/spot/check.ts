import { funds, type SpotDraft } from '../../../engine/spot.ts'
import { marketable } from '../../../engine/market.ts'
import { spotBalance } from '../../../engine/accounts.ts'
import { ordersOf } from '../../../orders.ts'
import type { Account } from '../accounts.ts'
import { Refusal } from '../refusal.ts'
import type { Binance } from '../state.ts'
import type { SpotSymbol } from './symbols.ts'

const MAXIMUM_OPEN_ORDERS = 200

/** What only the matching engine refuses: a repeated id, a post-only order that would take, missing funds. */
export function checkSpotOrder(x: Binance, account: Account, draft: SpotDraft<SpotSymbol>): void {
  if (draft.symbol.status !== 'TRADING') throw new Refusal(-1013, 'Market is closed.')
  if (!account.canTrade) throw new Refusal(-2010, 'This action is disabled on this account.')
  const mine = ordersOf(x.spot.orders, account.name)
  const same = mine.byClientId.get(draft.clientOrderId)
  // "Orders with the same newClientOrderID can be accepted only when the previous one is filled": rest-api.md.
  if (same !== undefined && same.state === 'open') throw new Refusal(-2010, 'Duplicate order sent.')
  if (draft.type === 'LIMIT_MAKER' && marketable(draft, draft.symbol.price)) {
    throw new Refusal(-2010, 'Order would immediately match and take.')
  }
  if (mine.open.size >= MAXIMUM_OPEN_ORDERS) {
    let open = 0
    for (const order of mine.open) if (order.symbol === draft.symbol.symbol) open += 1
    if (open >= MAXIMUM_OPEN_ORDERS) throw new Refusal(-1013, 'Filter failure: MAX_NUM_ORDERS')
  }
  const [asset, needed] = funds(draft)
  if (spotBalance(account, asset).free < needed) {
    throw new Refusal(-2010, 'Account has insufficient balance for requested action.')
  }
}
