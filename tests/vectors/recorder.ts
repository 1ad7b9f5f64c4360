import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock, type Clock } from '#clock'
import type { OrderInstruction } from '#contract'
import { EXCHANGES, Http, openExchange, type Call, type Exchange } from '#exchanges'
import type { Market } from '#model'

/** A request as it went over the wire. */
export interface Recorded { readonly method: string; readonly url: string; readonly headers: Record<string, string>; readonly body: string }

/** The instant at which every recorded request is signed. */
export const NOW = 1_795_000_000_000
export const API_KEY = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A'
export const SECRET = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j'
/** What every client says; all other headers are part of a request. */
const LEFT_OUT = new Set(['host', 'connection', 'user-agent', 'content-length'])

/**
 * An exchange on a clock that stands still, talking to a server that writes down what it is asked. `answers`: by method
 * and path, a body or a function of the whole address and what was sent; anything else is 404.
 */
export async function record(id: string, answers: Readonly<Record<string, unknown>>, run: (exchange: Exchange, call: (market: Market) => Call) => Promise<unknown>, credentials?: Readonly<Record<string, string>>): Promise<Recorded[]> {
  const recorded: Recorded[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (bytes: Buffer) => { body += bytes.toString() })
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).filter((entry): entry is [string, string] => !LEFT_OUT.has(entry[0])))
      recorded.push({ method: request.method ?? '', url: request.url ?? '', headers, body })
      const path = (request.url ?? '').split('?')[0] ?? ''
      const found = answers[`${request.method} ${path}`]
      const answer: unknown = typeof found === 'function' ? (found as (url: string, body: string) => unknown)(request.url ?? '', body) : found
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json', date: new Date(NOW).toUTCString() })
      response.end(JSON.stringify(answer ?? { code: -2013, msg: 'Order does not exist.', label: 'ORDER_NOT_FOUND' }))
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const clock: Clock = { ...systemClock, now: () => NOW }
  const http = new Http(clock)
  const module = EXCHANGES.find(({ description }) => description.id === id)
  if (module === undefined) throw new Error(`no such exchange: ${id}`)
  const exchange = openExchange(module, { http, clock, urls: { [id]: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } })
  const fields = credentials ?? { apiKey: API_KEY, secret: SECRET }
  const key = exchange.readKey(new Map(Object.entries(fields).map(([name, value]) => [name, Buffer.from(value)])))
  try {
    await run(exchange, (market) => ({ key, market, caller: { gone: false } }))
    return recorded
  } finally {
    await http.close()
    server.closeAllConnections()
    server.close()
  }
}

export const instruction = (fields: Partial<OrderInstruction> = {}): OrderInstruction => ({
  clientOrderId: 'TAAAABBBBBBCCCCCCCCCCCCCCCCC', symbol: 'BTCUSDT', side: 'buy', quantity: '0.001', quoteQuantity: null, reduceOnly: false,
  positionSide: 'both', notAfter: NOW + 5000, ...fields,
})
