import type { Fault } from '../../engine/exchange.ts'

/** An answer of Gate's that refuses: `{"label": …, "message": …}` with a status. Thrown inside, written out by the router. */
export class Refusal extends Error {
  readonly label: string
  readonly status: number

  constructor(label: string, message: string, status = 400) {
    super(message)
    this.label = label
    this.status = status
  }
}

export const badParameter = (what: string): Refusal => new Refusal('INVALID_PARAM_VALUE', what)

type Said = readonly [label: string, message: string]

/** Source: API v4, "label list"; the words of sizes that are too small as ccxt's users report them. */
const SPOT: Readonly<Record<Fault, Said>> = {
  'not trading': ['INVALID_CURRENCY_PAIR', 'Currency pair is not tradable'],
  step: ['INVALID_PRECISION', 'Invalid precision'],
  'below minimum quantity': ['INVALID_PARAM_VALUE', 'Your order size is too small. The minimum is stated with the currency pair'],
  'above maximum quantity': ['AMOUNT_TOO_MUCH', 'Amount exceeds maximum allowed'],
  'below minimum value': ['INVALID_PARAM_VALUE', 'Your order size is too small. The minimum is 5 USDT'],
  'would take': ['POC_FILL_IMMEDIATELY', 'Order would match and take immediately so it\'s cancelled'],
  'repeated id': ['REPEATED_CREATION', 'Repeated creation'],
  balance: ['BALANCE_NOT_ENOUGH', 'Not enough balance'],
  margin: ['BALANCE_NOT_ENOUGH', 'Not enough balance'],
  'nothing to reduce': ['INVALID_PARAM_VALUE', 'Not on spot'],
  'position mode': ['INVALID_PARAM_VALUE', 'Not on spot'],
}

const FUTURES: Readonly<Record<Fault, Said>> = {
  ...SPOT,
  'not trading': ['CONTRACT_IN_DELISTING', 'Contract is delisting, only reduce-only order or close order is allowed'],
  'below minimum quantity': ['SIZE_TOO_SMALL', 'Order size does not reach minimum'],
  'above maximum quantity': ['SIZE_TOO_LARGE', 'Order size exceeds maximum'],
  'below minimum value': ['SIZE_TOO_SMALL', 'Order size does not reach minimum'],
  'would take': ['ORDER_POC_IMMEDIATE', 'POC order will be finished immediately'],
  balance: ['INSUFFICIENT_AVAILABLE', 'Balance is not enough'],
  margin: ['INSUFFICIENT_AVAILABLE', 'Balance is not enough'],
  'nothing to reduce': ['POSITION_EMPTY', 'Position is empty'],
}

export function refusalOf(fault: Fault, market: 'spot' | 'futures'): Refusal {
  const [label, message] = (market === 'spot' ? SPOT : FUTURES)[fault]
  return new Refusal(label, message)
}
