import { parseAmount, type Amount } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Listed } from '../../engine/listed.ts'
import type { TradedMarket } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { parameterError, Refusal } from './refusal.ts'

/** Parameters of a request: of its query, or the members of its JSON body. */
export type Params = ReadonlyMap<string, string | number | boolean>

export function readParams(request: WireRequest): Params {
  if (request.method === 'GET') return new Map(new URLSearchParams(request.query))
  const body = parse(request.body)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw parameterError('the body is not an object')
  const members = Object.entries(body).filter((entry): entry is [string, string | number | boolean] => ['string', 'number', 'boolean'].includes(typeof entry[1]))
  return new Map(members)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw parameterError('the body is not JSON')
  }
}

export function text(params: Params, name: string): string | undefined {
  const value = params.get(name)
  return value === undefined || value === '' ? undefined : String(value)
}

export function required(params: Params, name: string): string {
  const value = text(params, name)
  if (value === undefined) throw parameterError(`${name} is required`)
  return value
}

/** Numbers come as texts. */
export function amountOf(params: Params, name: string): Amount | undefined {
  const value = text(params, name)
  if (value === undefined) return undefined
  const read = parseAmount(value)
  if (read === undefined) throw parameterError(`${name} invalid`)
  return read
}

export function whole(params: Params, name: string, usual: number, least: number, most: number): number {
  const value = text(params, name)
  if (value === undefined) return usual
  if (!/^\d{1,15}$/.test(value)) throw parameterError(`${name} invalid`)
  return Math.min(Math.max(Number(value), least), most)
}

/** `spot` or `linear`; the others are not simulated. */
export function categoryOf(params: Params): 'spot' | 'futures' {
  const category = required(params, 'category')
  if (category !== 'spot' && category !== 'linear') throw parameterError('Illegal category')
  return category === 'spot' ? 'spot' : 'futures'
}

export const marketOf = (x: Held, market: 'spot' | 'futures'): TradedMarket<Listed> => (market === 'spot' ? x.spot : x.futures)

export function symbolOf(x: Held, market: 'spot' | 'futures', name: string): Listed {
  const symbol = marketOf(x, market).symbols.get(name)
  if (symbol !== undefined) return symbol
  throw market === 'spot' ? new Refusal(170_121, 'Invalid symbol.') : parameterError('symbol invalid')
}
