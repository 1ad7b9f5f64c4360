import type { OrderInstruction, SubmitOutcome } from '#contract'
import type { Market } from '#model'
import { member } from '../answer.ts'
import type { Desk, Stamp } from '../desk.ts'
import type { Call } from '../port.ts'
import { unlessModeFits, type ModeQuestion } from '../position-mode.ts'
import { notSent, submitOrder } from '../submitting.ts'
import { modeOf, modeQuestion } from './account.ts'
import { apiOf, marginOf, type Api } from './api.ts'
import { meaningOf } from './errors.ts'
import { hostOf } from './manner.ts'
import { readAcknowledgement } from './order.ts'

/** Sends one market order. It is acknowledged only: how it ended, a look-up tells. */
export async function submit(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  // "For Market-Buy orders, it represents the number of quote coins." [D spot place order; uta place order, qty]
  const byQuote = call.market === 'spot' && order.side === 'buy'
  const size = byQuote ? order.quoteQuantity : order.quantity
  if (size === null) return notSent('rules_violated', byQuote ? 'Bitget takes market buys on spot for a quote amount only' : 'Bitget takes this order in base only')
  const api = apiOf(call.key, call.market)
  const unfit = order.positionSide === 'both' ? null : await unlessModeFits(desk, call, order, modeAsked(desk, api, order.symbol))
  if (unfit !== null) return unfit
  return submitOrder(desk, call, order, {
    host: hostOf(desk),
    request: (stamp) => ({ method: 'POST', path: api.place, body: bodyOf(api, call.market, order, size, stamp) }),
    read: (answer) => readAcknowledgement(member(answer, 'data'), order.clientOrderId),
    meaningOf,
  })
}

function bodyOf(api: Api, market: Market, order: OrderInstruction, size: string, { at, windowMs }: Stamp): Record<string, unknown> {
  const { symbol, side, positionSide, reduceOnly, clientOrderId: clientOid } = order
  const common = { ...api.of(symbol, market), side, orderType: 'market', clientOid }
  switch (api.kind) {
    // "valid only when the time range between the timestamp in the request and the time that server received the request is within receiveWindow"
    case 'spot': return { ...common, force: 'gtc', size, requestTime: String(at), receiveWindow: String(windowMs) }
    case 'contract': return { ...common, ...marginOf(symbol), marginMode: 'crossed', size, ...positionSide === 'both' ? { reduceOnly: reduceOnly ? 'YES' : 'NO' } : hedged(side, positionSide) }
    case 'unified': return { ...common, qty: size, ...market === 'spot' ? {} : positionSide === 'both' ? { reduceOnly: reduceOnly ? 'yes' : 'no' } : { posSide: positionSide } }
  }
}

/**
 * Asked before every order of hedge mode. In one-way mode `tradeSide` is ignored, so that "close long", `side=buy`, would buy [D contract
 * place order: "Ignore the tradeSide parameter when position mode is in one-way-mode"]. Of unified accounts it is not said whether one in
 * one-way mode refuses `posSide` or ignores it. `reduceOnly` beside them is no way out: it is for one-way mode only, and ccxt leaves it out.
 * Orders of one-way mode need no question: in hedge mode `tradeSide` and `posSide` are required, and orders without are refused (40774).
 * [D contract, uta place order; github.com/TraderAlice/OpenAlice issue 1022]
 */
const modeAsked = (desk: Desk, api: Api, symbol: string): ModeQuestion => (api.kind === 'unified'
  ? { host: hostOf(desk), request: { method: 'GET', path: '/api/v3/account/settings' }, read: (body) => modeOf(member(body, 'data'), 'holdMode') }
  : { host: hostOf(desk), request: { method: 'GET', path: '/api/v2/mix/account/account', params: modeQuestion(symbol) }, read: (body) => modeOf(member(body, 'data'), 'posMode') })

/** In hedge mode `side` names the position, and `tradeSide` what is done to it: "Close long: side=buy, tradeSide=close". [D contract place order] */
function hedged(side: 'buy' | 'sell', positionSide: 'long' | 'short'): { readonly side: 'buy' | 'sell'; readonly tradeSide: 'open' | 'close' } {
  const opening = positionSide === 'long' ? 'buy' : 'sell'
  return { side: opening, tradeSide: side === opening ? 'open' : 'close' }
}
