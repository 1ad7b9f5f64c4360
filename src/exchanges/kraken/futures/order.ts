import type { ExchangeFill, ExchangeOrder } from '#contract'
import { decimal, text, ZERO } from '#model'
import { amount, averageOf, member, positive, word } from '../../answer.ts'
import { isComplete } from '../../looking.ts'
import type { Execution, Row } from './history.ts'

/** Contracts of these are settled in dollars. */
const FEE_ASSET = 'USD'

/** [D get-specific-orders-status] */
const STATES: ReadonlyMap<string, NonNullable<Row['state']>> = new Map([
  ['ENTERED_BOOK', 'open'], ['TRIGGER_PLACED', 'open'], ['FULLY_EXECUTED', 'filled'], ['CANCELLED', 'canceled'], ['REJECTED', 'rejected'], ['TRIGGER_ACTIVATION_FAILURE', 'rejected'],
])

/** One of `/orders/status`. */
export function ofStatus(row: unknown): Row {
  const [order, status] = [member(row, 'order'), word(row, 'status')]
  const state = status === null ? null : STATES.get(status) ?? null
  const quantity = amount(order, 'quantity')
  return {
    id: word(order, 'orderId'), clientOrderId: word(order, 'cliOrdId'), symbol: word(order, 'symbol'), side: word(order, 'side'), quantity,
    filled: state === 'filled' ? quantity : amount(order, 'filled'), at: Date.parse(word(order, 'timestamp') ?? ''), type: null, state, executions: null,
  }
}

/** One of `/openorders`. */
export function ofOpen(row: unknown): Row {
  const [filled, left] = [amount(row, 'filledSize'), amount(row, 'unfilledSize')]
  return {
    id: word(row, 'order_id'), clientOrderId: word(row, 'cliOrdId'), symbol: word(row, 'symbol'), side: word(row, 'side'),
    quantity: filled === null || left === null ? null : text(decimal(filled).plus(decimal(left))), filled, at: Date.parse(word(row, 'receivedTime') ?? ''), type: null,
    state: 'open', executions: null,
  }
}

/** The row with its executions; what they say of how it ended counts where nothing else does. */
export function withExecutions(row: Row, executions: readonly Execution[]): Row {
  const sum = executions.reduce((total, { quantity }) => total.plus(decimal(quantity)), ZERO)
  const told = decimal(row.filled ?? '0')
  const filled = text(sum.greaterThan(told) ? sum : told)
  const whole = row.quantity !== null && sum.greaterThanOrEqualTo(decimal(row.quantity))
  return { ...row, executions, filled, state: row.state === 'open' || row.state === null ? (whole ? 'filled' : row.state) : row.state }
}

/** An order of ours, or what is wrong with it. */
export function readOrder(row: Row, clientOrderId: string | null): ExchangeOrder | string {
  if (row.clientOrderId !== clientOrderId) return row.clientOrderId === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (row.id === null) return 'the answer names no order id'
  if (row.state === null) return 'the order has a state that is not known, or Kraken does not show yet how it ended'
  const filled = row.filled ?? '0'
  return { exchangeOrderId: row.id, clientOrderId: row.clientOrderId ?? '', state: row.state, filled, averagePrice: averageIn(row.executions ?? [], filled), fills: positive(filled) ? null : [] }
}

function averageIn(executions: readonly Execution[], filled: string): string | null {
  if (!isComplete(fillsIn(executions), filled)) return null
  return averageOf(text(executions.reduce((total, { price, quantity }) => total.plus(decimal(price).times(decimal(quantity))), ZERO)), filled)
}

/** Executions as fills with their fees. */
export const fillsIn = (executions: readonly Execution[]): ExchangeFill[] =>
  executions.map(({ id, price, quantity, fee, at }) => ({ tradeId: id, price, quantity, fee, feeAsset: fee === null ? null : FEE_ASSET, at }))
