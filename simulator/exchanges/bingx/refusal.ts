import type { Fault } from '../../engine/exchange.ts'

/** An answer of BingX's that refuses: HTTP 200 with a code. Thrown inside, written out by the router. */
export class Refusal extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export const parameterError = (what: string): Refusal => new Refusal(109_400, `Invalid parameters, err: ${what}`)

type Said = readonly [code: number, message: string]

/** Source: api-ai-skills references/error-codes, "Spot". What becomes of a repeated id is not documented. */
const SPOT: Readonly<Record<Fault, Said>> = {
  'not trading': [100_490, 'spot trading pair is offline'],
  step: [100_400, 'quantity precision error'],
  'below minimum quantity': [100_400, 'the minimum order quantity is not reached'],
  'above maximum quantity': [100_400, 'quantity precision error: above the maximum'],
  'below minimum value': [100_400, 'the minimum order amount is 5 USDT'],
  'would take': [100_440, 'price deviates'],
  'repeated id': [100_400, 'duplicate clientOrderId'],
  balance: [100_202, 'Insufficient balance'],
  margin: [100_202, 'Insufficient balance'],
  'nothing to reduce': [100_400, 'reduceOnly is not known'],
  'position mode': [100_400, 'positionSide is not known'],
}

/** Source: the same, "Futures". */
const FUTURES: Readonly<Record<Fault, Said>> = {
  'not trading': [101_415, 'This trading pair is suspended from opening positions or trading.'],
  step: [110_425, 'Order size does not meet the contract precision or step size requirement.'],
  'below minimum quantity': [110_422, 'The order size is below the minimum per-order requirement.'],
  'above maximum quantity': [101_209, 'The maximum position value for this leverage has been reached.'],
  'below minimum value': [101_202, 'The order value is below the minimum.'],
  'would take': [101_215, 'Post Only order was cancelled because it would have been filled immediately.'],
  'repeated id': [101_481, 'The clientOrderID has already been used.'],
  balance: [101_204, 'Insufficient margin'],
  margin: [101_204, 'Insufficient margin'],
  'nothing to reduce': [101_290, 'The Reduce Only order can only decrease the position.'],
  'position mode': [109_400, 'Invalid parameters, err: In the One-way mode, the \'PositionSide\' field can only be set to BOTH, in Hedge mode to LONG or SHORT'],
}

export function refusalOf(fault: Fault, market: 'spot' | 'futures'): Refusal {
  const [code, message] = (market === 'spot' ? SPOT : FUTURES)[fault]
  return new Refusal(code, message)
}
