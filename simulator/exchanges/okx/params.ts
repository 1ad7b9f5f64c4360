import { parseAmount, type Amount } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Listed } from '../../engine/listed.ts'
import type { TradedMarket } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { parameterError, Refusal } from './refusal.ts'

/** Parameters of a request: of its query, or the members of its JSON body. */
export type Params = ReadonlyMap<string, string | boolean>

export function readParams(request: WireRequest): Params {
  if (request.method === 'GET') return new Map(new URLSearchParams(request.query))
  if (!String(request.headers['content-type']).startsWith('application/json')) throw new Refusal('50006', 'Invalid Content-Type. Please use "application/JSON".', { status: 400 })
  const body = parse(request.body)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Refusal('50002', 'JSON syntax error', { status: 400 })
  // Amounts are texts at OKX; flags may be either.
  return new Map(Object.entries(body).filter((entry): entry is [string, string | boolean] => typeof entry[1] === 'string' || typeof entry[1] === 'boolean'))
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

export function required(params: Params, name: string): string {
  const value = text(params, name)
  if (value === undefined) throw new Refusal('50014', `Parameter ${name} can not be empty.`, { status: 400 })
  return value
}

export const isTrue = (params: Params, name: string): boolean => text(params, name) === 'true'

export function amountOf(value: string, name: string): Amount {
  const read = parseAmount(value)
  if (read === undefined) throw parameterError(name)
  return read
}

export function whole(params: Params, name: string, usual: number, most: number): number {
  const value = text(params, name)
  if (value === undefined) return usual
  if (!/^\d{1,15}$/.test(value) || Number(value) < 1) throw parameterError(name)
  return Math.min(Number(value), most)
}

/** A time in ms; undefined: not given. */
export function instant(params: Params, name: string): number | undefined {
  const value = text(params, name)
  if (value === undefined) return undefined
  if (!/^\d{13}$/.test(value)) throw parameterError(name)
  return Number(value)
}

/** `SPOT` or `SWAP`; the others are not simulated. */
export function marketOf(instType: string): 'spot' | 'futures' {
  if (instType !== 'SPOT' && instType !== 'SWAP') throw parameterError('instType')
  return instType === 'SPOT' ? 'spot' : 'futures'
}

export const tradedOf = (x: Held, market: 'spot' | 'futures'): TradedMarket<Listed> => (market === 'spot' ? x.spot : x.futures)

/** The instrument of that name; its name tells the market. */
export function instrumentOf(x: Held, instId: string, ofOrder = false): Listed {
  const found = x.futures.symbols.get(instId) ?? x.spot.symbols.get(instId)
  if (found === undefined) throw new Refusal('51001', "Instrument ID, Instrument ID code or Spread ID doesn't exist.", { ofOrder })
  return found
}
