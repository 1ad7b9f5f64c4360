import { createHmac, generateKeyPairSync, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { byCcxt, byUs, everyRequest, goldenRequests, recorded, refTo, usualVerbs, type Golden, type Plain } from './golden.ts'
import { API_KEY, instruction, NOW, SECRET } from './recorder.ts'

const ref = refTo('BTCUSDT')

const VERBS = usualVerbs({ spot: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'], futures: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'] })

const ORDER = { symbol: 'BTCUSDT', orderId: 28, clientOrderId: ref.clientOrderId, origClientOrderId: ref.clientOrderId, status: 'FILLED', executedQty: '0.00000000' }
const RIGHTS = { ipRestrict: true, enableReading: true, enableWithdrawals: false, enableSpotAndMarginTrading: true, enableFutures: true }
const price = (url: string): unknown => (url.includes('symbol=') ? { symbol: 'BTCUSDT', price: '1' } : [])
const ANSWERS = {
  'POST /api/v3/order': ORDER, 'POST /fapi/v1/order': ORDER, 'DELETE /api/v3/order': ORDER, 'POST /api/v3/order/test': {}, 'POST /fapi/v1/order/test': {}, 'DELETE /fapi/v1/order': ORDER,
  'GET /api/v3/openOrders': [], 'GET /fapi/v1/openOrders': [], 'GET /api/v3/allOrders': [], 'GET /fapi/v1/allOrders': [],
  'GET /sapi/v1/account/apiRestrictions': RIGHTS, 'GET /api/v3/account': { uid: 354937868, balances: [] }, 'GET /fapi/v3/account': { assets: [], positions: [] },
  'GET /fapi/v1/positionSide/dual': { dualSidePosition: false }, 'GET /fapi/v1/accountConfig': { canTrade: true }, 'POST /fapi/v1/leverage': { leverage: 5 },
  'GET /api/v3/exchangeInfo': { symbols: [] }, 'GET /fapi/v1/exchangeInfo': { symbols: [] }, 'GET /api/v3/ticker/price': price,
  'GET /fapi/v1/ticker/price': price,
}

const INFO = JSON.parse(readFileSync(new URL('./binance-exchange-info.json', import.meta.url), 'utf8')) as Record<'spot' | 'futures', { symbols: never[] }>

const GOLDEN: Golden = { exchange: 'binance', verbs: VERBS, answers: ANSWERS }
goldenRequests(GOLDEN)

test('the documented example of a signature comes out', () => {
  const example = 'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559'
  expect(createHmac('sha256', SECRET).update(example).digest('hex')).toBe('c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71')
})

test('every signature covers exactly what is sent, and stands last; no deadline is exceeded', async () => {
  let checked = 0
  for (const { url, headers, body } of await everyRequest(GOLDEN)) {
    if (headers['x-mbx-apikey'] === undefined) continue
    const [, query = '', signature] = /\?(.*)&signature=([0-9a-f]{64})$/.exec(url) ?? []
    expect(createHmac('sha256', SECRET).update(query + body).digest('hex')).toBe(signature)
    const params = new URLSearchParams(query)
    expect(Number(params.get('timestamp')) + Number(params.get('recvWindow'))).toBeLessThanOrEqual(NOW + 5000)
    checked += 1
  }
  expect(checked).toBeGreaterThan(20)
})

describe('keys that their owner made sign the same text', () => {
  const query = 'symbol=BTCUSDT&recvWindow=5000&timestamp=1795000000000'
  test.each([['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }), 'sha256'], ['Ed25519', generateKeyPairSync('ed25519'), null]] as const)('%s', async (_kind, { privateKey, publicKey }, hash) => {
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const [request] = await recorded({ ...GOLDEN, credentials: { apiKey: API_KEY, secret } }, (x, call) => x.setLeverage(call('futures'), 'BTCUSDT', 5))
    const [, signed = '', signature = ''] = /\?(.*)&signature=(.*)$/.exec(request?.url ?? '') ?? []
    expect(signed).toBe('symbol=BTCUSDT&leverage=5&recvWindow=5000&timestamp=1795000000000')
    expect(verify(hash, Buffer.from(signed), publicKey, Buffer.from(decodeURIComponent(signature), 'base64'))).toBe(true)
    expect(verify(hash, Buffer.from(query), publicKey, Buffer.from(decodeURIComponent(signature), 'base64'))).toBe(false)
  })
})

describe('ccxt asks the same', () => {
  const id = { newClientOrderId: instruction().clientOrderId }
  function ccxtBinance(): InstanceType<typeof ccxt.binance> {
    const x = new ccxt.binance({ apiKey: API_KEY, secret: SECRET, enableRateLimit: false, options: { recvWindow: 5000, defaultTimeInForce: undefined } })
    x.options['crossMarginPairsData'] = []
    x.options['isolatedMarginPairsData'] = []
    x.setMarkets([...INFO.spot.symbols, ...INFO.futures.symbols].map((symbol) => x.parseMarket(symbol)))
    return x
  }
  test.each<[string, (x: InstanceType<typeof ccxt.binance>) => Promise<unknown>]>([
    ['spot: buy a quantity', (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0.001, undefined, id)],
    ['spot: buy for an amount', (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0, undefined, { ...id, quoteOrderQty: 25.5 })],
    ['futures: buy a quantity', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.001, undefined, id)],
    ['futures: reduce-only close', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.001, undefined, { ...id, reduceOnly: true })],
    ['futures: close in hedge mode', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.001, undefined, { ...id, positionSide: 'LONG' })],
    ['spot: look-up of what is not there', (x) => x.fetchOrder('', 'BTC/USDT', { origClientOrderId: ref.clientOrderId })],
    ['futures: look-up of what is not there', (x) => x.fetchOrder('', 'BTC/USDT:USDT', { origClientOrderId: ref.clientOrderId })],
    ['spot: cancel', (x) => x.cancelOrder('', 'BTC/USDT', { origClientOrderId: ref.clientOrderId })],
    ['futures: cancel', (x) => x.cancelOrder('', 'BTC/USDT:USDT', { origClientOrderId: ref.clientOrderId })],
    ['spot: account', (x) => x.fetchBalance({ omitZeroBalances: undefined })],
    ['futures: leverage', (x) => x.setLeverage(5, 'BTC/USDT:USDT')],
    ['spot: test request', (x) => x.sapiGetAccountApiRestrictions()],
  ])('%s', async (name, theirs) => {
    const unsigned = (one: Plain): unknown => {
      const { signature: _signature, ...rest } = { ...one.params, ...one.body as Record<string, string> | null }
      return { method: one.method, path: one.path, params: rest }
    }
    expect(unsigned(await byUs(GOLDEN, name))).toEqual(unsigned(await byCcxt(ccxtBinance(), theirs)))
  })
})
