import type { Fault } from '../../engine/exchange.ts'

/** An answer of MEXC's that refuses. Spot: HTTP 400, `{"code", "msg"}`; futures: HTTP 200, `{"success": false, "code", "message"}`. */
export class Refusal extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export const spotParameter = (what: string): Refusal => new Refusal(700_008, `Illegal characters found in parameter: ${what}`)
export const futuresParameter = (what: string): Refusal => new Refusal(600, `Parameter error! ${what}`)

type Said = readonly [code: number, message: string]

/** Source: apidocs spot_v3_en, "Error Code"; 400 as ccxt's users report it. */
const SPOT: Readonly<Record<Fault, Said>> = {
  'not trading': [30_016, 'trading disabled'],
  step: [400, 'quantity scale is invalid'],
  'below minimum quantity': [30_002, 'The minimum transaction volume cannot be less than：0.000001'],
  'above maximum quantity': [30_003, 'The maximum transaction volume cannot be greater than：80'],
  'below minimum value': [30_002, 'The minimum transaction volume cannot be less than：5USDT'],
  'would take': [30_041, 'current order type can not place order'],
  'repeated id': [603, 'Repeated requests'],
  balance: [10_101, 'Insufficient balance'],
  margin: [10_101, 'Insufficient balance'],
  'nothing to reduce': [33_333, 'param is error'],
  'position mode': [33_333, 'param is error'],
}

/** Source: www.mexc.com/api-docs/futures/error-code. */
const FUTURES: Readonly<Record<Fault, Said>> = {
  'not trading': [1002, 'Contract not activated'],
  step: [2015, 'Price or quantity accuracy error'],
  'below minimum quantity': [2011, 'Order quantity error'],
  'above maximum quantity': [2028, 'The maximum order quantity is exceeded'],
  'below minimum value': [2011, 'Order quantity error'],
  'would take': [2007, 'Order price error'],
  'repeated id': [603, 'Repeated requests'],
  balance: [2005, 'Balance insufficient'],
  margin: [2005, 'Balance insufficient'],
  'nothing to reduce': [2009, 'Positions do not exist or have been closed'],
  'position mode': [7002, 'Position mode mismatch'],
}

export function refusalOf(fault: Fault, market: 'spot' | 'futures'): Refusal {
  const [code, message] = (market === 'spot' ? SPOT : FUTURES)[fault]
  return new Refusal(code, message)
}
