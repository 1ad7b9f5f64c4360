import type { Market } from '#model'
import { member, plainAmount, positive } from '../answer.ts'
import { NOBODY, type Desk } from '../desk.ts'
import type { Hours, Key, Prices } from '../port.ts'
import type { Answer } from '../reading.ts'
import { get } from './manner.ts'
import { isCrypto } from './order.ts'

const STOCKS = '/v2/stocks/trades/latest'
/** Answers without a key. [D "crypto latest trades"] */
const CRYPTO = '/v1beta3/crypto/us/latest/trades'
/** Symbols in one address. */
const CHUNK = 200
/** One symbol that is not there spoils the whole answer; so many are then asked for one by one. */
const MOST_SINGLE = 20

/** Prices of the last trades. A single symbol that Alpaca does not have: `Problem` `unknown_symbol`; of several it is left out. */
export async function prices(desk: Desk, _market: Market, symbols: readonly string[], key: Key | null): Promise<Prices> {
  const at = desk.clock.now()
  const [crypto, stocks] = [symbols.filter(isCrypto), symbols.filter((symbol) => !isCrypto(symbol))]
  const found: Record<string, string> = {}
  for (const chunk of chunks(crypto)) Object.assign(found, await latest(desk, chunk, (list) => desk.askOpenly(desk.host('alpaca:data'), CRYPTO, { symbols: list })))
  if (key === null) return { at, prices: found }
  for (const chunk of chunks(stocks)) {
    Object.assign(found, await latest(desk, chunk, (list) => desk.ask({ key, caller: NOBODY }, desk.host('alpaca:data'), { method: 'GET', path: STOCKS, params: { symbols: list } })))
  }
  return { at, prices: found }
}

async function latest(desk: Desk, symbols: readonly string[], read: (list: string) => Promise<Answer>): Promise<Record<string, string>> {
  const answer = await read(symbols.join(','))
  if (answer.kind === 'refused' && (answer.status === 400 || answer.status === 422) && symbols.length > 1) {
    const each = await Promise.all(symbols.slice(0, MOST_SINGLE).map(read))
    return Object.fromEntries(each.flatMap((one) => (one.kind === 'ok' ? Object.entries(pricesIn(one.body)) : [])))
  }
  return pricesIn(desk.body(answer))
}

/** `{"trades": {"AAPL": {"p": 250.25, …}}}` */
function pricesIn(body: unknown): Record<string, string> {
  const trades = member(body, 'trades')
  return Object.fromEntries(Object.entries(typeof trades === 'object' && trades !== null ? trades : {}).flatMap(([symbol, trade]) => {
    const price = plainAmount(member(trade, 'p'))
    return positive(price) ? [[symbol, price]] : []
  }))
}

/** Whether stocks trade now, and when that changes. Throws `Problem`. */
export async function hours(desk: Desk, key: Key): Promise<Hours> {
  const body = desk.body(await get(desk, { key, caller: NOBODY }, '/v2/clock'))
  const moment = (name: string): number | null => {
    const at = Date.parse(String(member(body, name)))
    return Number.isNaN(at) ? null : at
  }
  return { open: member(body, 'is_open') === true, nextOpen: moment('next_open'), nextClose: moment('next_close'), at: desk.clock.now() }
}

function chunks(symbols: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(symbols.length / CHUNK) }, (_, index) => symbols.slice(index * CHUNK, (index + 1) * CHUNK))
}
