import type { ExchangeFill, ExchangeOrder } from '#contract'
import { decimal, text } from '#model'
import { amount, averageOf, list, member, positive, word } from '../answer.ts'
import type { Api } from './api.ts'

/** [D Get-Order-Info, Get-Order-Details, uta Get-Order-Details]; `init` and `new` of older lists. */
const STATES: ReadonlyMap<string, ExchangeOrder['state']> = new Map([
  ['init', 'open'], ['live', 'open'], ['new', 'open'], ['partially_filled', 'open'], ['filled', 'filled'], ['cancelled', 'canceled'], ['canceled', 'canceled'],
])

/** An order as any of the three APIs shows it, or what is wrong with it. Its fills are a question of their own. Id null: one that has none. */
export function readOrder(row: unknown, clientOrderId: string | null): ExchangeOrder | string {
  const read = readAcknowledgement(row, clientOrderId)
  if (typeof read === 'string') return read
  // Spot and lists say `status`, contracts by id `state`, unified accounts `orderStatus`.
  const said = word(row, 'status') ?? word(row, 'state') ?? word(row, 'orderStatus')
  const state = said === null ? undefined : STATES.get(said)
  if (state === undefined) return `the order has a state that is not known (${said?.slice(0, 30) ?? 'none'})`
  const filled = amount(row, 'baseVolume') ?? amount(row, 'cumExecQty') ?? '0'
  const average = amount(row, 'priceAvg') ?? amount(row, 'avgPrice')
  const averagePrice = !positive(filled) ? null : positive(average) ? average : averageOf(amount(row, 'quoteVolume') ?? amount(row, 'cumExecValue'), filled)
  return { ...read, state, filled, averagePrice, fills: positive(filled) ? null : [] }
}

/** What was taken: an open order of which nothing is known yet. */
export function readAcknowledgement(row: unknown, clientOrderId: string | null): ExchangeOrder | string {
  const [echoed, exchangeOrderId] = [word(row, 'clientOid'), word(row, 'orderId')]
  if (echoed !== clientOrderId) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  return { exchangeOrderId, clientOrderId: echoed ?? '', state: 'open', filled: '0', averagePrice: null, fills: null }
}

/** The names of a fill's members, by API. */
const FILL = {
  spot: { id: 'tradeId', price: 'priceAvg', quantity: 'size', fee: 'totalFee', at: 'cTime' },
  contract: { id: 'tradeId', price: 'price', quantity: 'baseVolume', fee: 'totalFee', at: 'cTime' },
  unified: { id: 'execId', price: 'execPrice', quantity: 'execQty', fee: 'fee', at: 'createdTime' },
} as const

/** The fills of one order. What is paid is below zero on classic accounts, and above on unified ones. [D fills, feeDetail] */
export function readFills(rows: readonly unknown[], exchangeOrderId: string, kind: Api['kind']): ExchangeFill[] {
  const names = FILL[kind]
  return rows.flatMap((row) => {
    const [tradeId, price, quantity, at] = [word(row, names.id), amount(row, names.price), amount(row, names.quantity), Number(word(row, names.at) ?? Number.NaN)]
    if (word(row, 'orderId') !== exchangeOrderId || tradeId === null || price === null || quantity === null || Number.isNaN(at)) return []
    const told = member(row, 'feeDetail')
    const detail = Array.isArray(told) ? list(told)?.[0] : told
    const [paid, feeAsset] = [amount(detail, names.fee), word(detail, 'feeCoin')]
    const fee = paid === null || kind === 'unified' ? paid : text(decimal('0').minus(decimal(paid)))
    return [{ tradeId, price, quantity, fee, feeAsset: fee === null ? null : feeAsset?.toUpperCase() ?? null, at }]
  })
}
