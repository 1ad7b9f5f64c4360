import { Problem, decimal, text, ZERO } from '#model'
import { amount, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { get, pages } from './manner.ts'

const PAGE = 250

/** Balances of the key's portfolio; its number is the account's. Throws `Problem`. */
export async function account(desk: Desk, call: Call): Promise<Awaited<ReturnType<Exchange['account']>>> {
  const [identity, wallets] = await Promise.all([get(desk, call, '/key_permissions'), pages(desk, call, '/accounts', 'accounts', { limit: PAGE })])
  const accountId = word(desk.body(identity), 'portfolio_uuid')
  if (wallets.kind !== 'ok') throw desk.problem(wallets)
  if (wallets.body === null) throw new Problem('exchange_unreachable', 'Coinbase: the account could not be read')
  const sums: Record<string, { free: typeof ZERO; total: typeof ZERO }> = {}
  for (const row of wallets.body) {
    const [asset, free, held] = [word(row, 'currency'), amount(member(row, 'available_balance'), 'value'), amount(member(row, 'hold'), 'value')]
    if (asset === null || free === null) continue
    const sum = sums[asset] ??= { free: ZERO, total: ZERO }
    sum.free = sum.free.plus(decimal(free))
    sum.total = sum.total.plus(decimal(free)).plus(decimal(held ?? '0'))
  }
  const balances = Object.entries(sums).map(([asset, { free, total }]) => [asset, { free: text(free), total: text(total) }] as const)
  return { accountId, positionMode: null, balances: Object.fromEntries(balances.filter(([, { total }]) => positive(total))), positions: [] }
}

/** Throws `Problem` `invalid_input`: there is no leverage on spot. */
export const setLeverage = (): Promise<never> => Promise.reject(new Problem('invalid_input', 'Leverage is for futures'))
