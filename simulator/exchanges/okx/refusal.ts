import type { Fault } from '../../engine/exchange.ts'

/** An answer of OKX's that refuses. Thrown inside, written out by the router. `ofOrder`: as an order's own result. */
export class Refusal extends Error {
  readonly code: string
  readonly status: number
  readonly ofOrder: boolean

  constructor(code: string, message: string, { status = 200, ofOrder = false } = {}) {
    super(message)
    this.code = code
    this.status = status
    this.ofOrder = ofOrder
  }
}

/** Source: docs-v5 error codes, "API Class": 401. */
export const unauthorized = (code: string, message: string): Refusal => new Refusal(code, message, { status: 401 })

export const parameterError = (name: string): Refusal => new Refusal('51000', `Parameter ${name} error`, { status: 400 })

/** The same inside an order: `{"code":"1","data":[{"sCode":"51000","sMsg":"Parameter posSide error"}]}`. */
export const orderError = (name: string): Refusal => new Refusal('51000', `Parameter ${name} error`, { ofOrder: true })

type Said = readonly [code: string, message: string]

/** Source: docs-v5 error codes, "Trade Class". */
const FAULTS: Readonly<Record<Fault, Said>> = {
  'not trading': ['51022', 'Contract suspended.'],
  step: ['51121', 'Order quantity must be a multiple of the lot size.'],
  'below minimum quantity': ['51020', 'Your order should meet or exceed the minimum order amount.'],
  'above maximum quantity': ['51202', 'Market order amount exceeds the maximum amount.'],
  'below minimum value': ['51020', 'Your order should meet or exceed the minimum order amount.'],
  'would take': ['51006', 'Order price is not within the price limit'],
  'repeated id': ['51016', 'Client order ID already exists.'],
  balance: ['51008', 'Order failed. Insufficient USDT balance in account'],
  margin: ['51008', 'Order failed. Insufficient USDT margin in account'],
  'nothing to reduce': ['51169', "Order failed because you don't have any positions in this direction for this contract to reduce or close."],
  'position mode': ['51000', 'Parameter posSide error'],
}

export function refusalOf(fault: Fault): Refusal {
  const [code, message] = FAULTS[fault]
  return new Refusal(code, message, { ofOrder: true })
}
