import { parseAmount, type Amount } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Listed } from '../../engine/listed.ts'
import type { TradedMarket } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { parameterError, Refusal, type Kind } from './refusal.ts'

/** Parameters of a request: of its query, or the members of its JSON body. All are texts. */
export type Params = ReadonlyMap<string, string>

export function readParams(request: WireRequest): Params {
  if (request.method === 'GET') return new Map(new URLSearchParams(request.query))
  if (!String(request.headers['content-type']).startsWith('application/json')) throw new Refusal('40007', 'Invalid Content_Type')
  const body = parse(request.body)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Refusal('40017', 'Parameter verification failed')
  return new Map(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
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
  return value === undefined || value === '' ? undefined : value
}

export function required(params: Params, name: string): string {
  const value = text(params, name)
  if (value === undefined) throw new Refusal('40019', `Parameter ${name} cannot be empty`)
  return value
}

export function amountOf(params: Params, name: string): Amount {
  const read = parseAmount(required(params, name))
  if (read === undefined) throw parameterError(name)
  return read
}

export function whole(params: Params, name: string, usual: number, most: number): number {
  const value = text(params, name)
  if (value === undefined) return usual
  if (!/^\d{1,15}$/.test(value) || Number(value) < 1) throw parameterError(name)
  return Math.min(Number(value), most)
}

export const tradedOf = (x: Held, market: 'spot' | 'futures'): TradedMarket<Listed> => (market === 'spot' ? x.spot : x.futures)

/** `USDT-FUTURES`, in either case; the settlement coin. COIN-FUTURES is not simulated. */
export function productOf(params: Params, name = 'productType'): 'USDT' | 'USDC' {
  const product = required(params, name).toUpperCase()
  if (product !== 'USDT-FUTURES' && product !== 'USDC-FUTURES') throw parameterError(name)
  return product === 'USDT-FUTURES' ? 'USDT' : 'USDC'
}

/** Which market a request of this API is about. */
export function marketOf(kind: Kind, params: Params): 'spot' | 'futures' {
  if (kind !== 'unified') return kind === 'spot' ? 'spot' : 'futures'
  const category = text(params, 'category')
  if (category === undefined || category === 'SPOT') return 'spot'
  productOf(params, 'category')
  return 'futures'
}

/** The symbol that is named, of the product that is named. */
export function symbolOf(x: Held, kind: Kind, params: Params): Listed {
  const market = marketOf(kind, params)
  const name = required(params, 'symbol')
  const found = tradedOf(x, market).symbols.get(name)
  const product = market === 'spot' ? undefined : productOf(params, kind === 'unified' ? 'category' : 'productType')
  if (found === undefined || (product !== undefined && found.quote !== product)) {
    throw kind === 'unified' ? new Refusal('25100', `Trading pair ${name} does not exist`) : new Refusal('40034', `Parameter ${name} does not exist`)
  }
  return found
}
