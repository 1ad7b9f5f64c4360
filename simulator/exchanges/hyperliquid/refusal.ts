import type { Fault } from '../../engine/exchange.ts'

/** An action that is refused as a whole: `{"status": "err", "response": text}`. Thrown inside, written out by the router. */
export class Refusal extends Error {}

/** A request that cannot even be read: HTTP 422 and this text. */
export class Unreadable extends Error {
  constructor() {
    super('Failed to deserialize the JSON body into the target type')
  }
}

/** What is said of one order among several. Source: hyperliquid-docs error-responses. What a repeated id is called is not documented. */
export const TEXTS: Readonly<Record<Fault, string>> = {
  'not trading': 'Trading is halted.',
  step: 'Order has invalid size.',
  'below minimum quantity': 'Order has zero size.',
  'above maximum quantity': 'Order would exceed maximum position size.',
  'below minimum value': 'Order must have minimum value of $10.',
  'would take': 'Post only order would have immediately matched, bbo was 50000@50001.',
  'repeated id': 'Duplicate cloid.',
  balance: 'Insufficient spot balance asset=10000',
  margin: 'Insufficient margin to place order. asset=0',
  'nothing to reduce': 'Reduce only order would increase position. asset=0',
  'position mode': 'Order has invalid size.',
}
