import type { Fault } from '../../engine/exchange.ts'

/** Each generation of HTX's interfaces refuses in a shape of its own, all with HTTP 200. */
export type Shape = 'v1' | 'v2' | 'v5' | 'futures v1'

/** An answer of HTX's that refuses: a word on spot, a number elsewhere. */
export class Refusal extends Error {
  readonly code: string | number

  constructor(code: string | number, message: string) {
    super(message)
    this.code = code
  }
}

/** What is wrong with the key: the same texts everywhere, under the code that each generation has for all of them. */
export class KeyRefusal extends Error {}

export function bodyOf(refusal: Refusal | KeyRefusal, shape: Shape, ts: number): unknown {
  const message = refusal.message
  if (refusal instanceof KeyRefusal) {
    switch (shape) {
      case 'v1': return { status: 'error', 'err-code': 'api-signature-not-valid', 'err-msg': `Signature not valid: ${message}`, data: null }
      case 'v2': return { code: 1003, message: 'invalid signature' }
      case 'v5': return { code: 403, msg: message, data: null, ts }
      case 'futures v1': return { status: 'error', err_code: 403, err_msg: message, ts }
    }
  }
  const { code } = refusal
  switch (shape) {
    case 'v1': return { status: 'error', 'err-code': code, 'err-msg': message, data: null }
    case 'v2': return { code, message }
    case 'v5': return { code, message, data: null, ts }
    case 'futures v1': return { status: 'error', err_code: code, err_msg: message, ts }
  }
}

export const spotParameter = (what: string): Refusal => new Refusal('validation-constraints-error', `Parameter error: ${what}.`)
export const futuresParameter = (what: string): Refusal => new Refusal(1030, `Input error: ${what}.`)

type Said = readonly [code: string | number, message: string]

/** Source: the spot documentation's "Trading > Error Code". */
const SPOT: Readonly<Record<Fault, Said>> = {
  'not trading': ['base-symbol-trade-disabled', 'Trading is disabled for this symbol'],
  step: ['order-orderamount-precision-error', 'order amount precision error, scale: `6`'],
  'below minimum quantity': ['order-marketorder-amount-min-error', 'market order amount error, min: `0.0001`'],
  'above maximum quantity': ['order-marketorder-amount-sell-max-error', 'market order amount error, max: `100`'],
  'below minimum value': ['order-value-min-error', 'Order total cannot be lower than: 5 USDT'],
  'would take': ['order-invalid-price', 'invalid price'],
  'repeated id': ['invalid-client-order-id', 'Invalid client order id'],
  balance: ['account-frozen-balance-insufficient-error', 'trade account balance is not enough, left: `0.0027`'],
  margin: ['account-frozen-balance-insufficient-error', 'trade account balance is not enough, left: `0.0027`'],
  'nothing to reduce': ['base-argument-unsupported', 'Unsupported argument'],
  'position mode': ['base-argument-unsupported', 'Unsupported argument'],
}

/** Source: the futures documentation's "Details of Each Error Code"; what is said to an order of another position mode is not written there. */
const FUTURES: Readonly<Record<Fault, Said>> = {
  'not trading': [1058, 'Abnormal contract status. Can’t place order.'],
  step: [1040, 'Illegal order quantity.'],
  'below minimum quantity': [1040, 'Illegal order quantity.'],
  'above maximum quantity': [1041, 'The order amount exceeds the limit (170000Cont), please modify and order again.'],
  'below minimum value': [1040, 'Illegal order quantity.'],
  'would take': [1069, 'Illegal order price.'],
  'repeated id': [1050, 'Repeated order id.'],
  balance: [1047, 'Insufficient margin available.'],
  margin: [1047, 'Insufficient margin available.'],
  'nothing to reduce': [1048, 'Insufficient close amount available.'],
  'position mode': [1030, 'Input error.'],
}

export function refusalOf(fault: Fault, market: 'spot' | 'futures'): Refusal {
  const [code, message] = (market === 'spot' ? SPOT : FUTURES)[fault]
  return new Refusal(code, message)
}
