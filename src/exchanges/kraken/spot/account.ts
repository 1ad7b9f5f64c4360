import { Problem, decimal, text, ZERO } from '#model'
import { amount, member, positive, word } from '../../answer.ts'
import type { Desk } from '../../desk.ts'
import type { Call, Exchange } from '../../port.ts'
import { assetOf } from '../assets.ts'
import { askSpot } from '../manner.ts'

/** Coins that earn by themselves (`XBT.F`) can be traded all the same; others with a suffix are bound. [D get-account-balance] */
const TRADABLE = /^([A-Z0-9]+)(?:\.F)?$/

/** Balances, and the account's number. Throws `Problem`. */
export async function spotAccount(desk: Desk, call: Call): Promise<Awaited<ReturnType<Exchange['account']>>> {
  const [identity, wallet] = await Promise.all([askSpot(desk, call, 'GetApiKeyInfo'), askSpot(desk, call, 'BalanceEx')])
  const accountId = accountOf(member(desk.body(identity), 'result'))
  const rows = member(desk.body(wallet), 'result')
  if (typeof rows !== 'object' || rows === null) throw new Problem('exchange_unreachable', 'Kraken: the account could not be read')
  const sums: Record<string, { free: typeof ZERO; total: typeof ZERO }> = {}
  for (const [code, row] of Object.entries(rows)) {
    const [name, total] = [TRADABLE.exec(code)?.[1], amount(row, 'balance')]
    if (name === undefined || !positive(total)) continue
    const sum = sums[assetOf(name)] ??= { free: ZERO, total: ZERO }
    sum.total = sum.total.plus(decimal(total))
    sum.free = sum.free.plus(decimal(total)).minus(decimal(amount(row, 'hold_trade') ?? '0'))
  }
  const balances = Object.fromEntries(Object.entries(sums).map(([asset, { free, total }]) => [asset, { free: free.isNegative() ? '0' : text(free), total: text(total) }]))
  return { accountId, positionMode: null, balances, positions: [] }
}

/** The account's public number (IIBAN), which all its keys share. */
export const accountOf = (info: unknown): string | null => word(info, 'iban')?.replaceAll(' ', '') ?? null
