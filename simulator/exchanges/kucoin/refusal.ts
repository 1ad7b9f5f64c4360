import type { Fault } from '../../engine/exchange.ts'

/** An answer of KuCoin's that refuses. Thrown inside, written out by the router. */
export class Refusal extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 200) {
    super(message)
    this.code = code
    this.status = status
  }
}

export type Market = 'spot' | 'futures'
type Said = readonly [code: string, message: string]

/** Source: docs-new error codes; texts of the general ones as ccxt's table has them. */
const FAULTS: Readonly<Record<Market, Readonly<Record<Fault, Said>>>> = {
  spot: {
    'not trading': ['200001', 'Order creation for this pair suspended'], step: ['400100', 'Order size increment invalid.'], 'below minimum quantity': ['400100', 'Order size below the minimum requirement.'],
    'above maximum quantity': ['400100', 'Order size above the maximum requirement.'], 'below minimum value': ['600101', 'The order funds should more then 5 USDT.'], 'would take': ['300012', 'Order price cannot be lower than'],
    'repeated id': ['126044', 'clientOid duplicate'], balance: ['200004', 'Balance insufficient!'], margin: ['200004', 'Balance insufficient!'], 'nothing to reduce': ['400100', 'reduceOnly'], 'position mode': ['400100', 'positionSide'],
  },
  futures: {
    'not trading': ['300002', 'Order placement/cancellation suspended, please try again later.'], step: ['100001', 'Quantity parameter must be a multiple of the lot size.'],
    'below minimum quantity': ['100001', 'The quantity is below the minimum requirement.'], 'above maximum quantity': ['100001', 'The quantity exceeds the maximum.'],
    'below minimum value': ['100001', 'The quantity is below the minimum requirement.'], 'would take': ['300011', 'Order price cannot be higher than'], 'repeated id': ['300018', 'clientOid parameter repeated'],
    balance: ['300003', 'Balance not enough, please first deposit at least 2 USDT before you go to battle'], margin: ['300003', 'Balance not enough, please first deposit at least 2 USDT before you go to battle'],
    'nothing to reduce': ['300009', 'No open positions to close.'],
    'position mode': ['330012', 'Your order is in One-Way Mode, while your account is set to Hedge Mode. Update your settings so they match and try again.'],
  },
}

export function refusalOf(fault: Fault, market: Market): Refusal {
  const [code, message] = FAULTS[market][fault]
  return new Refusal(code, message)
}

/** General codes say in their text what is wrong. */
export const parameterError = (market: Market, what: string): Refusal => new Refusal(market === 'spot' ? '400100' : '100001', `Parameter ${what} is invalid`)

export const noSuchOrder = (market: Market): Refusal => (market === 'spot' ? new Refusal('400100', 'order_not_exist') : new Refusal('100001', 'error.getOrder.orderNotExist'))
