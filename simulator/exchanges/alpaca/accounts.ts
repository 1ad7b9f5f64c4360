import { amount } from '../../amount.ts'
import { newUuid } from '../../clock.ts'
import { BadControl, type AccountRequest } from '../../venue.ts'
import { holdingOf, type Account, type Key } from './state.ts'

/** 25 basis points on crypto, the first tier of the documented table; stocks are free. */
const CRYPTO_FEE = amount('0.0025')

/** Makes the key, on a new account or on the one of that name. */
export function openKey(request: AccountRequest, accounts: Map<string, Account>, now: number): Key {
  const name = `${request.environment}:${request.account}`
  let account = accounts.get(name)
  if (account === undefined) accounts.set(name, (account = openAccount(name, request, now)))
  for (const [asset, total] of request.balances) {
    const holding = holdingOf(account, asset)
    holding.total = total
    holding.held = 0n
  }
  account.fees.crypto = request.fees.get('crypto') ?? account.fees.crypto
  account.fees.stock = request.fees.get('stock') ?? account.fees.stock
  for (const [flag, value] of request.flags) {
    const current = account.flags[flag as keyof Account['flags']]
    if (typeof current !== typeof value || current === undefined) {
      throw new BadControl(`unknown or mistyped flag ${flag}: ${Object.keys(account.flags).join(', ')}`)
    }
    Object.assign(account.flags, { [flag]: value })
  }
  return {
    apiKey: request.apiKey,
    secret: request.secret,
    account,
    ipAllowlist: request.ipAllowlist === undefined ? undefined : new Set(request.ipAllowlist),
    expiresAt: request.expiresAt,
    sent: { minute: 0, count: 0 },
  }
}

function openAccount(name: string, request: AccountRequest, now: number): Account {
  const id = request.uid ?? newUuid()
  return {
    name,
    id,
    number: (request.environment === 'paper' ? 'PA' : '') + id.replaceAll('-', '').slice(0, 9).toUpperCase(),
    environment: request.environment,
    createdAt: now,
    holdings: new Map([['USD', { total: 0n, held: 0n, averagePrice: 0n }]]),
    activities: [],
    fees: { crypto: CRYPTO_FEE, stock: 0n },
    flags: {
      status: 'ACTIVE',
      crypto_status: 'ACTIVE',
      trading_blocked: false,
      account_blocked: false,
      transfers_blocked: false,
      trade_suspended_by_user: false,
      shorting_enabled: false,
    },
  }
}
