import type { Fault } from '../../engine/exchange.ts'

/** An answer of Bitget's that refuses: HTTP 400 with a code. Thrown inside, written out by the router. */
export class Refusal extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

export const parameterError = (name: string): Refusal => new Refusal('40020', `Parameter ${name} error`)

type Said = readonly [code: string, message: string]
export type Kind = 'spot' | 'contract' | 'unified'

/** Source: api-doc spot/error-code, contract/error-code, uta/error-code. */
const FAULTS: Readonly<Record<Kind, Readonly<Record<Fault, Said>>>> = {
  spot: {
    'not trading': ['43120', 'symbol is not open trade'], step: ['40808', 'Parameter verification exception size checkBDScale error'], 'below minimum quantity': ['43006', 'The order quantity is less than the minimum transaction quantity'],
    'above maximum quantity': ['43007', 'The order quantity is greater than the maximum transaction quantity'], 'below minimum value': ['45110', 'less than the minimum amount 5 USDT'],
    'would take': ['43009', 'The current order price exceeds the limit'], 'repeated id': ['43118', 'clientOrderId duplicate'], balance: ['43012', 'Insufficient balance'], margin: ['43012', 'Insufficient balance'],
    'nothing to reduce': ['40020', 'Parameter reduceOnly error'], 'position mode': ['40020', 'Parameter tradeSide error'],
  },
  contract: {
    'not trading': ['45043', 'Due to settlement or maintenance reasons, the trade is suspended'], step: ['40808', 'Parameter verification exception size checkBDScale error'],
    'below minimum quantity': ['45111', 'less than the minimum order quantity'], 'above maximum quantity': ['45112', 'more than the maximum order quantity'], 'below minimum value': ['45110', 'less than the minimum amount 5 USDT'],
    'would take': ['40815', 'The order price is higher than the highest bid price'], 'repeated id': ['40786', 'Duplicate clientOid'], balance: ['40754', 'balance not enough'],
    margin: ['40762', 'The order size is greater than the max open size'], 'nothing to reduce': ['22002', 'No position to close'],
    'position mode': ['40774', 'The order type for unilateral position must also be the unilateral position type.'],
  },
  unified: {
    'not trading': ['25106', 'Trading suspended due to settlement or maintenance'], step: ['25610', 'Order amount does not meet precision requirements'], 'below minimum quantity': ['25207', 'trading quantity cannot be less than'],
    'above maximum quantity': ['25208', 'trading quantity cannot exceed'], 'below minimum value': ['25611', 'Order quantity must be greater than the minimum order amount'], 'would take': ['25206', 'trading price cannot exceed'],
    'repeated id': ['25212', 'Duplicate clientOid'], balance: ['25202', 'Insufficient balance'], margin: ['25203', 'Insufficient margin'], 'nothing to reduce': ['25227', 'No position available to close'],
    'position mode': ['25236', 'Incorrect position open type'],
  },
}

export function refusalOf(fault: Fault, kind: Kind): Refusal {
  const [code, message] = FAULTS[kind][fault]
  return new Refusal(code, message)
}

/** "The order does not exist", of each API. */
export const noSuchOrder = (kind: Kind): Refusal =>
  (kind === 'unified' ? new Refusal('25204', 'Order does not exist') : kind === 'spot' ? new Refusal('43001', 'The order does not exist') : new Refusal('40109', 'The data of the order cannot be found, please confirm the order number'))
