import type { Fault } from '../../engine/exchange.ts'

/** An answer of Bitvavo's that refuses: `{"errorCode", "error"}`. */
export class Refusal extends Error {
  readonly code: number
  readonly status: number

  constructor(code: number, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

export const badParameter = (what: string): Refusal => new Refusal(205, /^\w+ is required$/.test(what) ? what.replace(/ is required$/, ' parameter is required.') : `${what.split(' ')[0] ?? what} parameter is invalid.`)

/** Source: docs.bitvavo.com, "Errors". */
const SAID: Readonly<Record<Fault, readonly [code: number, message: string]>> = {
  'not trading': [231, 'The order is rejected by the matching engine. TimeInForce must be GTC when markets are paused.'],
  step: [205, 'amount parameter is invalid.'],
  'below minimum quantity': [212, 'Amount is below the minimum allowed amount for this asset.'],
  'above maximum quantity': [210, 'Amount exceeds the maximum allowed amount (1000000000).'],
  'below minimum value': [217, 'Minimum order size in quote currency is 5 EUR or 0.001 BTC.'],
  'would take': [230, 'The order is rejected by the matching engine.'],
  'repeated id': [205, 'clientOrderId parameter is invalid.'],
  balance: [216, 'You do not have sufficient balance to complete this operation.'],
  margin: [216, 'You do not have sufficient balance to complete this operation.'],
  'nothing to reduce': [230, 'The order is rejected by the matching engine.'],
  'position mode': [230, 'The order is rejected by the matching engine.'],
}

export const refusalOf = (fault: Fault): Refusal => new Refusal(...SAID[fault])
