import type { Fault } from '../../engine/exchange.ts'

/** An answer of Coinbase's that refuses by its status. Thrown inside, written out by the router. */
export class Refusal extends Error {
  readonly status: number
  /** Null: the answer is this text alone. */
  readonly code: string | null

  constructor(status: number, code: string | null, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export const badArgument = (message: string): Refusal => new Refusal(400, 'INVALID_ARGUMENT', message)

/** Why an order is not made, as its preview says it. Source: docs.cdp.coinbase.com create-order. */
export const REASONS: Readonly<Record<Fault, string>> = {
  'not trading': 'ORDER_ENTRY_DISABLED',
  step: 'PREVIEW_INVALID_SIZE_PRECISION',
  'below minimum quantity': 'PREVIEW_INVALID_BASE_SIZE_TOO_SMALL',
  'above maximum quantity': 'PREVIEW_INVALID_BASE_SIZE_TOO_LARGE',
  'below minimum value': 'PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL',
  'would take': 'PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY',
  'repeated id': 'UNKNOWN_FAILURE_REASON',
  balance: 'PREVIEW_INSUFFICIENT_FUND',
  margin: 'PREVIEW_INSUFFICIENT_FUND',
  'nothing to reduce': 'UNSUPPORTED_ORDER_CONFIGURATION',
  'position mode': 'UNSUPPORTED_ORDER_CONFIGURATION',
}
