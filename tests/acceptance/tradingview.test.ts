import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../installation.ts'
import { ended, makePlace, startExchanges, wire, type Exchanges, type Place, type Wired } from './place.ts'

// TradingView as a sender: bytes and headers as it sends them, from its addresses, through a proxy.

/** Its published addresses. */
const SENDERS = ['52.89.214.238', '34.212.75.30', '54.218.53.128', '52.32.178.7'] as const
const STRANGER = '203.0.113.50'

let exchanges: Exchanges
let place: Place
const connections: Record<string, string> = {}

beforeAll(async () => {
  exchanges = await startExchanges(['binance'])
  // 127.0.0.1 is the proxy that this test plays.
  place = makePlace(exchanges.simulator.urls, { TOWERFLOW_TRUSTED_PROXIES: '127.0.0.1', TOWERFLOW_PUBLIC_URL: 'https://hooks.example.org' })
  await exchanges.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  await place.start()
  for (const market of ['spot', 'futures']) connections[market] = (await place.connect('binance', market, await exchanges.account('binance'))).body.id as string
})
afterAll(async () => {
  await place.remove()
  await exchanges.simulator.close()
})
let before = 0
beforeEach(async () => { before = (await exchanges.orders('binance')).length })

interface Delivered { readonly status: number; readonly signalId: string; readonly duplicate: boolean; readonly code: string; readonly ms: number }

/** One delivery: its headers and nothing else, on a connection of its own, with the three seconds that it waits. */
function tradingView(url: string, body: string, { from = SENDERS[0], type = 'application/json; charset=utf-8', via = '' }: { from?: string; type?: string; via?: string } = {}): Promise<Delivered> {
  const { pathname } = new URL(url)
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const sent = request(`${place.url}${pathname}`, {
      method: 'POST', agent: false, timeout: 3000,
      headers: { 'content-type': type, 'content-length': Buffer.byteLength(body), 'accept-encoding': 'gzip', 'user-agent': 'Go-http-client/1.1', 'x-forwarded-for': `${via}${from}` },
    }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => { chunks.push(chunk) }).on('end', () => {
        const answer = JSON.parse(Buffer.concat(chunks).toString()) as Delivered
        resolve({ ...answer, status: response.statusCode ?? 0, ms: performance.now() - began })
      })
    })
    sent.on('timeout', () => { sent.destroy(new Error('TradingView gave up after 3 s')) }).on('error', reject).end(body)
  })
}

const url = async ({ webhookId }: Wired): Promise<string> => (await place.want(200, 'GET', `/webhooks/${webhookId}`)).url as string
const bot = (market = 'spot', more: object = {}, webhook: object = {}): Promise<Wired> =>
  wire(place, connections[market] ?? '', { amount: '100', ...more }, { allowedSenders: 'tradingview', duplicateWindowSeconds: 30, ...webhook })
/** `{{timenow}}`: UTC, to the second. */
const timenow = (): string => new Date().toISOString().replace(/\.\d{3}/, '')
const newOrders = async (): Promise<{ side: string; market: string; quoteQuantity: string | null }[]> => (await exchanges.orders('binance')).slice(before)
/** What an alert's message looks like once the placeholders are filled in. */
const message = (side: string, symbol = 'BINANCE:BTCUSDT', time = timenow()): string =>
  `{\n  "symbol": "${symbol}",\n  "side": "${side}",\n  "time": "${time}",\n  "id": "MACD, 15"\n}`

describe('an alert as TradingView sends it', () => {
  test('becomes one order within the three seconds that it waits, whatever a stray newline does to its content type', async () => {
    const hook = await url(await bot())
    expect(hook).toMatch(/^https:\/\/hooks\.example\.org\/api\/v1\/hooks\//)
    const first = await tradingView(hook, message('buy'))
    expect([first.status, first.duplicate]).toEqual([202, false])
    expect(first.ms).toBeLessThan(3000)
    expect((await ended(place, first.signalId)).decisions[0].orders).toMatchObject([{ state: 'filled', side: 'buy', quoteQuantity: '100' }])
    const second = await tradingView(hook, `${message('sell')}\n\n`, { from: SENDERS[1], type: 'text/plain; charset=utf-8' })
    expect((await ended(place, second.signalId)).decisions[0].orders).toMatchObject([{ state: 'filled', side: 'sell' }])
    expect((await newOrders()).map(({ side, market }) => [side, market])).toEqual([['BUY', 'spot'], ['SELL', 'spot']])
  })

  test('names a perpetual as TradingView does, which no spot bot takes for its own', async () => {
    const futures = await bot('futures', { amount: '200' })
    await place.want(201, 'POST', '/bots', { webhookId: futures.webhookId, connectionId: connections['spot'], symbol: 'ETHUSDT', amount: '100', amountIn: 'quote' })
    const sent = await tradingView(await url(futures), `${message('SELL', 'BINANCE:BTCUSDT.P')}\n`, { type: 'text/plain; charset=utf-8' })
    const { decisions } = await ended(place, sent.signalId, 2)
    expect((decisions as { outcome: string; code: string }[]).map(({ outcome, code }) => `${outcome}: ${code}`).toSorted()).toEqual(['order: open', 'skipped: symbol_mismatch'])
    expect(await newOrders()).toMatchObject([{ side: 'SELL', market: 'futures' }])
  })

  test('sent again byte for byte, after a 503 and after an answer that got lost, is one order', async () => {
    const wired = await bot('spot', {}, { rateLimit: { perSecond: 0.5, burst: 1 } })
    const hook = await url(wired)
    // Something else uses the webhook's limit up: the alert is not stored, and TradingView is told to come again.
    expect((await tradingView(hook, message('buy', 'BINANCE:ETHUSDT'))).status).toBe(202)
    const body = `${message('buy')}\n`
    const refused = await tradingView(hook, body, { type: 'text/plain; charset=utf-8' })
    expect([refused.status, refused.code]).toEqual([503, 'not_stored'])
    expect(await newOrders()).toEqual([])
    const taken = await eventually(async () => {
      const again = await tradingView(hook, body, { type: 'text/plain; charset=utf-8' })
      return again.status === 202 && again
    }, 'the alert is taken when the limit allows it')
    expect(taken.duplicate).toBe(false)
    // The answer was lost on its way: the very same bytes come again.
    const repeats = await eventually(async () => {
      const again = await tradingView(hook, body, { from: SENDERS[2], type: 'text/plain; charset=utf-8' })
      return again.status === 202 && again
    }, 'the repetition is taken')
    expect([repeats.duplicate, repeats.signalId]).toEqual([true, taken.signalId])
    await ended(place, taken.signalId)
    expect(await newOrders()).toMatchObject([{ side: 'BUY' }])
    expect((await place.want(200, 'GET', `/signals/${taken.signalId}`)).duplicates).toBe(1)
  })

  test('that was delayed for too long does not open any more', async () => {
    const sent = await tradingView(await url(await bot()), message('buy', 'BTCUSDT', new Date(Date.now() - 120_000).toISOString().replace(/\.\d{3}/, '')))
    expect((await ended(place, sent.signalId)).decisions).toMatchObject([{ outcome: 'skipped', code: 'signal_too_old', orders: [] }])
    expect(await newOrders()).toEqual([])
  })
})

describe('the preset of its addresses, behind a trusted proxy', () => {
  test('takes all four, and nobody else, whoever he says to be', async () => {
    const wired = await bot()
    const hook = await url(wired)
    for (const from of SENDERS) expect([from, (await tradingView(hook, message('buy', 'ETHUSDT'), { from })).status]).toEqual([from, 202])
    // What stands left of the last hop is the sender's own word.
    for (const via of ['', `${SENDERS[0]}, `, `${SENDERS[0]}, ${SENDERS[1]}, `]) {
      const refused = await tradingView(hook, message('buy'), { from: STRANGER, via })
      expect([via, refused.status, refused.code]).toEqual([via, 403, 'sender_not_allowed'])
    }
    expect((await place.deliver(wired.hash, message('buy'))).body.code).toBe('sender_not_allowed')
    expect((await tradingView(hook, message('buy', 'ETHUSDT', '2026-01-01T00:00:00Z'), { via: `${STRANGER}, ` })).status).toBe(202)
    const { items } = await place.want(200, 'GET', `/webhooks/${wired.webhookId}/rejections`)
    expect((items as { code: string; sender: string }[]).map(({ code, sender }) => `${code} ${sender}`)).toContain(`sender_not_allowed ${STRANGER}`)
    expect(await newOrders()).toEqual([])
  })
})
