import type { Fault } from '../../engine/exchange.ts'

/** An answer of Bybit's that refuses: HTTP 200 with a code. Thrown inside, written out by the router. */
export class Refusal extends Error {
  readonly code: number
  readonly status: number

  constructor(code: number, message: string, status = 200) {
    super(message)
    this.code = code
    this.status = status
  }
}

export const parameterError = (what: string): Refusal => new Refusal(10_001, `params error: ${what}`)

type Said = readonly [code: number, message: string]

/** Source: docs/v5/error.mdx, "UTA" (17xxxx: spot). */
const SPOT: Readonly<Record<Fault, Said>> = {
  'not trading': [170_151, 'The trading pair is not open yet.'],
  step: [170_137, 'Order volume decimal too long.'],
  'below minimum quantity': [170_136, 'Order quantity lower than the minimum.'],
  'above maximum quantity': [170_381, 'Order quantity too large.'],
  'below minimum value': [170_140, 'Order value exceeded lower limit.'],
  'would take': [170_218, 'The LIMIT-MAKER order is rejected due to invalid price.'],
  'repeated id': [170_141, 'Duplicate clientOrderId.'],
  balance: [170_131, 'Insufficient balance.'],
  margin: [170_131, 'Insufficient balance.'],
  'nothing to reduce': [170_130, "Data sent for paramter 'reduceOnly' is not valid."],
  'position mode': [170_130, "Data sent for paramter 'positionIdx' is not valid."],
}

/** 10001's texts as users report them: pybit issue 168, bybit-api issue 363, ccxt issue 24864. */
const LINEAR: Readonly<Record<Fault, Said>> = {
  'not trading': [110_074, 'This contract is not live'],
  step: [10_001, 'Qty invalid'],
  'below minimum quantity': [10_001, 'The number of contracts exceeds minimum limit allowed'],
  'above maximum quantity': [10_001, 'The number of contracts exceeds maximum limit allowed: too large'],
  'below minimum value': [110_094, 'Order does not meet minimum order value 5USDT'],
  'would take': [110_003, 'Order price exceeds the allowable range.'],
  'repeated id': [110_072, 'OrderLinkedID is duplicate'],
  balance: [110_007, 'ab not enough for new order'],
  margin: [110_007, 'ab not enough for new order'],
  'nothing to reduce': [110_017, 'current position is zero, cannot fix reduce-only order qty'],
  'position mode': [10_001, 'position idx not match position mode'],
}

export function refusalOf(fault: Fault, market: 'spot' | 'futures'): Refusal {
  const [code, message] = (market === 'spot' ? SPOT : LINEAR)[fault]
  return new Refusal(code, message)
}
