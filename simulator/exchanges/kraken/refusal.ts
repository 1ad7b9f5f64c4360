import type { Fault } from '../../engine/exchange.ts'

/** An answer of spot's that refuses: HTTP 200 with the text in a list. Thrown inside, written out by the router. */
export class SpotRefusal extends Error {}

/** An answer of futures' that refuses a whole request. */
export class FuturesRefusal extends Error {
  readonly status: number

  constructor(error: string, status = 200) {
    super(error)
    this.status = status
  }
}

/** Source: docs.kraken.com guides/spot-errors. What a repeated id is called is not documented. */
const SPOT: Readonly<Record<Fault, string>> = {
  'not trading': 'EService:Market in cancel_only mode',
  step: 'EGeneral:Invalid arguments:volume',
  'below minimum quantity': 'EGeneral:Invalid arguments:volume minimum not met',
  'above maximum quantity': 'EGeneral:Invalid arguments:volume',
  'below minimum value': 'EOrder:Cost minimum not met',
  'would take': 'EOrder:Post only order',
  'repeated id': 'EOrder:Duplicate client order id',
  balance: 'EOrder:Insufficient funds',
  margin: 'EOrder:Insufficient margin',
  'nothing to reduce': 'EOrder:Reduce only:No position exists',
  'position mode': 'EGeneral:Invalid arguments',
}
export const spotRefusal = (fault: Fault): SpotRefusal => new SpotRefusal(SPOT[fault])

/** The status of an order that was not placed. Source: docs.kraken.com send-order. */
export const SEND_STATUS: Readonly<Record<Fault, string>> = {
  'not trading': 'marketSuspended',
  step: 'invalidSize',
  'below minimum quantity': 'invalidSize',
  'above maximum quantity': 'maxPositionViolation',
  'below minimum value': 'invalidSize',
  'would take': 'postWouldExecute',
  'repeated id': 'clientOrderIdAlreadyExist',
  balance: 'insufficientAvailableFunds',
  margin: 'insufficientAvailableFunds',
  'nothing to reduce': 'wouldNotReducePosition',
  'position mode': 'invalidOrderType',
}
