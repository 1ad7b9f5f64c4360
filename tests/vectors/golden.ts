import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Call, Exchange } from '#exchanges'
import type { Market } from '#model'
import { instruction, NOW, record, type Recorded } from './recorder.ts'

/** One verb on an exchange whose clock stands still. */
export type Run = (exchange: Exchange, call: (market: Market) => Call) => Promise<unknown>

/** What a test of requests is made of: the verbs by name, and what the server answers (`"POST /v5/order/create": body`). */
export interface Golden {
  readonly exchange: string
  readonly verbs: Readonly<Record<string, Run>>
  readonly answers: Readonly<Record<string, unknown>>
  /** What it answers otherwise to the verbs of hedge mode: some orders are sent only where the account is in their mode. */
  readonly inHedgeMode?: Readonly<Record<string, unknown>>
  /** In what form the fixed key is read: its fields; absent: an HMAC secret as it is. */
  readonly credentials?: Readonly<Record<string, string>>
}

/** The symbols of one market: the usual one, and two more for prices. */
export type Names = readonly [symbol: string, second: string, third: string]

/**
 * What every exchange does, by name: each market's orders, look-up, cancel, account, test request, rehearsal, markets and prices.
 * `ids`: the order's id where the usual one is too long for the market.
 */
export function usualVerbs(names: Readonly<Partial<Record<Market, Names>>>, ids: Readonly<Partial<Record<Market, string>>> = {}): Record<string, Run> {
  const verbs: Record<string, Run> = {}
  for (const market of Object.keys(names) as Market[]) {
    const [symbol, ...others] = names[market] ?? ['', '', '']
    const clientOrderId = ids[market] ?? instruction().clientOrderId
    const order = (fields: Parameters<typeof instruction>[0] = {}) => instruction({ symbol, clientOrderId, ...fields })
    const add = (name: string, run: Run): void => { verbs[`${market}: ${name}`] = run }
    add('buy a quantity', (x, call) => x.submit(call(market), order()))
    if (market === 'spot') add('buy for an amount', (x, call) => x.submit(call(market), order({ quantity: null, quoteQuantity: '25.5' })))
    add('sell, 700 ms before the deadline', (x, call) => x.submit(call(market), order({ side: 'sell', notAfter: NOW + 700 })))
    if (market === 'futures') {
      add('reduce-only close', (x, call) => x.submit(call(market), order({ side: 'sell', reduceOnly: true })))
      add('open in hedge mode', (x, call) => x.submit(call(market), order({ side: 'sell', positionSide: 'short' })))
      add('close in hedge mode', (x, call) => x.submit(call(market), order({ side: 'sell', reduceOnly: true, positionSide: 'long' })))
      add('leverage', (x, call) => x.setLeverage(call(market), symbol, 5))
    }
    add('look-up of what is not there', (x, call) => x.lookup(call(market), refTo(symbol, clientOrderId)))
    add('cancel', (x, call) => x.cancel(call(market), refTo(symbol, clientOrderId)))
    add('account', (x, call) => x.account(call(market), symbol))
    add('report', (x, call) => x.report(call(market), { symbols: [symbol, others[0] ?? symbol], since: NOW - 3_600_000 }))
    add('test request', (x, call) => x.check(call(market), true))
    add('rehearsal', async (x, call) => x.testOrder?.(call(market), order()))
    add('markets', (x) => x.markets(market, null))
    add('one price', (x) => x.prices(market, [symbol], null))
    add('many prices', (x) => x.prices(market, [symbol, ...others], null))
  }
  return verbs
}

/** The order that look-ups and cancels are about. */
export const refTo = (symbol: string, clientOrderId = instruction().clientOrderId): { symbol: string; clientOrderId: string; exchangeOrderId: null; sentAt: number } =>
  ({ symbol, clientOrderId, exchangeOrderId: null, sentAt: NOW - 1000 })

const isOfHedgeMode = (name: string): boolean => name.includes('hedge mode')

export function recorded({ exchange, verbs, answers, inHedgeMode, credentials }: Golden, run: Run): Promise<Recorded[]> {
  const hedged = Object.entries(verbs).some(([name, one]) => one === run && isOfHedgeMode(name))
  return record(exchange, hedged ? { ...answers, ...inHedgeMode } : answers, run, credentials)
}

/**
 * Holds every verb's requests against `<exchange>-requests.json`: method, path, headers and body under a fixed clock.
 * `UPDATE_VECTORS=1` writes the file anew, and a person looks at the difference.
 */
export function goldenRequests(golden: Golden): void {
  const file = fileURLToPath(new URL(`./${golden.exchange}-requests.json`, import.meta.url))
  const update = process.env['UPDATE_VECTORS'] === '1'
  const kept = JSON.parse(update ? '{}' : readFileSync(file, 'utf8')) as Record<string, Recorded[]>
  // Requests that leave side by side arrive in any order.
  const sorted = (requests: readonly Recorded[]): Recorded[] => requests.toSorted((a, b) => (`${a.url} ${a.method}` < `${b.url} ${b.method}` ? -1 : 1))
  describe('each verb asks exactly this, signed at a fixed instant', () => {
    for (const [name, run] of Object.entries(golden.verbs)) {
      test(name, async () => {
        const requests = sorted(await recorded(golden, run))
        if (update) kept[name] = requests
        expect(requests).toEqual(kept[name])
      })
    }
    test('all of them, and no others, stand in the file', () => {
      if (update) writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`)
      expect(Object.keys(kept)).toEqual(Object.keys(golden.verbs))
      // A rehearsal that the exchange does not have asks nothing; everything else asks something.
      for (const [name, requests] of Object.entries(kept)) if (!name.includes('rehearsal')) expect(requests.length, name).toBeGreaterThan(0)
    })
  })
}

/** Every request of every verb, for what holds of all of them (signatures, deadlines). */
export async function everyRequest(golden: Golden): Promise<Recorded[]> {
  const all: Recorded[] = []
  for (const run of Object.values(golden.verbs)) all.push(...await recorded(golden, run))
  return all
}

/** A request in a form that can be compared: parameters by name, the body as an object, only the headers that are named. */
export interface Plain { readonly method: string; readonly path: string; readonly params: Record<string, string>; readonly body: unknown; readonly headers: Record<string, string> }

export function plain({ method, url, headers, body }: { method: string; url: string; headers: Readonly<Record<string, string>>; body: string | undefined }, kept: readonly string[]): Plain {
  const address = new URL(url, 'http://x')
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
  return {
    method, path: address.pathname, params: Object.fromEntries(address.searchParams), body: body === undefined || body === '' ? null : asObject(body),
    headers: Object.fromEntries(kept.flatMap((name) => (lower[name] === undefined ? [] : [[name, lower[name]]]))),
  }
}

function asObject(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return Object.fromEntries(new URLSearchParams(body))
  }
}

/** As much of a ccxt instance as is needed to see what it would send. */
interface Ccxt { milliseconds(): number; fetch: unknown }

/** What ccxt would send first, its clock standing still as well. */
export async function byCcxt<X extends Ccxt>(x: X, run: (x: X) => Promise<unknown>, kept: readonly string[] = []): Promise<Plain> {
  x.milliseconds = () => NOW
  let seen: Plain | undefined
  x.fetch = (url: string, method: string, headers: Record<string, string> | undefined, body: string | undefined) => {
    seen ??= plain({ method, url, headers: headers ?? {}, body }, kept)
    return Promise.reject(new Error('seen'))
  }
  await expect(run(x)).rejects.toThrow('seen')
  if (seen === undefined) throw new Error('ccxt sent nothing')
  return seen
}

/** What we send first; of an order of hedge mode itself, whatever is asked before it. */
export async function byUs(golden: Golden, name: string, kept: readonly string[] = []): Promise<Plain> {
  const run = golden.verbs[name]
  if (run === undefined) throw new Error(`no verb ${name}`)
  const [first] = (await recorded(golden, run)).filter(({ method }) => !isOfHedgeMode(name) || method === 'POST')
  if (first === undefined) throw new Error('we sent nothing')
  return plain(first, kept)
}
