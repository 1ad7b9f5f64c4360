import { parseAmount, type Amount } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Listed } from '../../engine/listed.ts'
import type { TradedMarket } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { parameterError, Refusal, type Market } from './refusal.ts'

/** Parameters of a request: of its query, or the members of its JSON body. */
export type Params = ReadonlyMap<string, string | number | boolean>

export function readParams(request: WireRequest): Params {
  if (request.method !== 'POST') return new Map(new URLSearchParams(request.query))
  if (!String(request.headers['content-type']).startsWith('application/json')) throw new Refusal('415000', 'Unsupported Media Type', 415)
  const body = parse(request.body)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Refusal('400101', 'Invalid request data.', 400)
  return new Map(Object.entries(body).filter((entry): entry is [string, string | number | boolean] => ['string', 'number', 'boolean'].includes(typeof entry[1])))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function text(params: Params, name: string): string | undefined {
  const value = params.get(name)
  return value === undefined || value === '' ? undefined : String(value)
}

export function required(params: Params, name: string, market: Market): string {
  const value = text(params, name)
  if (value === undefined) throw parameterError(market, name)
  return value
}

export function amountOf(value: string, name: string, market: Market): Amount {
  const read = parseAmount(value)
  if (read === undefined) throw parameterError(market, name)
  return read
}

export function whole(params: Params, name: string, market: Market, usual: number, most: number): number {
  const value = text(params, name)
  if (value === undefined) return usual
  if (!/^\d{1,15}$/.test(value) || Number(value) < 1) throw parameterError(market, name)
  return Math.min(Number(value), most)
}

export const tradedOf = (x: Held, market: Market): TradedMarket<Listed> => (market === 'spot' ? x.spot : x.futures)

export function symbolOf(x: Held, market: Market, name: string): Listed {
  const symbol = tradedOf(x, market).symbols.get(name)
  if (symbol === undefined) throw market === 'spot' ? new Refusal('900001', 'symbol not exists') : new Refusal('200003', 'The symbol parameter is invalid.')
  return symbol
}
