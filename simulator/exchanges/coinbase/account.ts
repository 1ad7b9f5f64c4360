import { plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { portfolioOf } from './trading.ts'

/** Source: docs.cdp.coinbase.com get-api-key-permissions. */
export function keyPermissions(key: Key): unknown {
  const known = { can_view: key.rights.has('can_view'), can_trade: key.rights.has('can_trade'), can_transfer: key.rights.has('can_transfer') }
  const raw = [...key.rights].filter((right) => !(right in known)).map((right) => [right, true])
  return { ...known, ...Object.fromEntries(raw) as object, portfolio_uuid: portfolioOf(key), portfolio_type: 'DEFAULT' }
}

/** Source: docs.cdp.coinbase.com list-accounts. */
export function accounts(_x: Held, key: Key, params: URLSearchParams): unknown {
  const [from, limit] = [Number(params.get('cursor') ?? 0), Math.min(Number(params.get('limit') ?? 49), 250)]
  const all = [...key.account.spot]
  const shown = all.slice(from, from + limit)
  return {
    accounts: shown.map(([currency, { free, locked }], at) => ({
      uuid: `00000000-0000-4000-9000-${String(key.account.uid * 100 + from + at).padStart(12, '0')}`, name: `${currency} Wallet`, currency, available_balance: { value: plain(free), currency }, default: false, active: true,
      created_at: new Date(key.createdAt).toISOString(), updated_at: new Date(key.createdAt).toISOString(), type: 'ACCOUNT_TYPE_CRYPTO', ready: true, hold: { value: plain(locked), currency }, retail_portfolio_id: portfolioOf(key),
    })),
    has_next: from + limit < all.length, cursor: from + limit < all.length ? String(from + limit) : '', size: shown.length,
  }
}
