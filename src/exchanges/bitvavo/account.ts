import { decimal, Problem, text } from '#model'
import { amount, list, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { get } from './manner.ts'

type Account = Awaited<ReturnType<Exchange['account']>>

export const BALANCE = '/v2/balance'

/** Balances. Bitvavo names no account to a key. Throws `Problem`. */
export async function account(desk: Desk, call: Call): Promise<Account> {
  const rows = list(desk.body(await get(desk, call, BALANCE)))
  if (rows === null) throw new Problem('exchange_unreachable', 'Bitvavo: the account could not be read')
  const balances = Object.fromEntries(rows.flatMap((row) => {
    const [asset, free, bound] = [word(row, 'symbol'), amount(row, 'available'), amount(row, 'inOrder')]
    if (asset === null || free === null) return []
    const total = text(decimal(free).plus(decimal(bound ?? '0')))
    return positive(total) ? [[asset, { free, total }]] : []
  }))
  return { accountId: null, positionMode: null, balances, positions: [] }
}

export const setLeverage = (): Promise<never> => Promise.reject(new Problem('invalid_input', 'Leverage is for futures'))
