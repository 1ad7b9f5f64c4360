import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { byCcxt, byUs, everyRequest, goldenRequests, recorded, refTo, usualVerbs, type Golden } from './golden.ts'
import { instruction, NOW } from './recorder.ts'

const NAME = 'organizations/0a1b2c3d-0000-4000-8000-000000000001/apiKeys/0a1b2c3d-0000-4000-8000-000000000002'
// A key whose signatures are the same each time, so that requests can be compared: those of EC keys are not.
const SEED = Buffer.from('thirty-two bytes for an Ed25519!')
const PUBLIC = createPublicKey(createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), SEED]), format: 'der', type: 'pkcs8' }))
const SECRET = Buffer.concat([SEED, PUBLIC.export({ format: 'der', type: 'spki' }).subarray(-32)]).toString('base64')

const ref = refTo('BTC-USD')
// A token counts to the second.
const { 'spot: sell, 700 ms before the deadline': _close, ...USUAL } = usualVerbs({ spot: ['BTC-USD', 'ETH-USD', 'SOL-USD'] })
const API = '/api/v3/brokerage'
const ORDER = { order_id: 'f1d2', client_order_id: ref.clientOrderId, status: 'OPEN', filled_size: '0', product_id: 'BTC-USD', side: 'BUY', created_time: new Date(NOW).toISOString() }
const open = (orders: unknown[]): Record<string, unknown> => ({ [`GET ${API}/orders/historical/batch`]: (url: string) => ({ orders: url.includes('OPEN') ? orders : [], has_next: false, cursor: '' }) })
const ANSWERS = {
  [`GET ${API}/time`]: { epochMillis: String(NOW) }, [`GET ${API}/market/products`]: { products: [] }, [`GET ${API}/market/products/BTC-USD`]: { product_id: 'BTC-USD', price: '1' },
  [`GET ${API}/key_permissions`]: { can_view: true, can_trade: true, can_transfer: false, portfolio_uuid: 'p' }, [`GET ${API}/accounts`]: { accounts: [], has_next: false, cursor: '' },
  [`POST ${API}/orders`]: { success: true, success_response: ORDER }, [`POST ${API}/orders/preview`]: { errs: [] }, [`POST ${API}/orders/batch_cancel`]: { results: [{ success: true }] },
  ...open([]),
}
const VERBS = { ...USUAL, 'spot: sell, 1.7 s before the deadline': (x, call) => x.submit(call('spot'), instruction({ symbol: 'BTC-USD', side: 'sell', notAfter: NOW + 1700 })) } satisfies Golden['verbs']
const GOLDEN: Golden = { exchange: 'coinbase', verbs: VERBS, answers: ANSWERS, credentials: { apiKey: NAME, secret: SECRET } }
goldenRequests(GOLDEN)

const part = (token: string, at: number): Record<string, unknown> => JSON.parse(Buffer.from(token.split('.')[at] ?? '', 'base64url').toString()) as Record<string, unknown>
const tokenOf = (headers: Record<string, string>): string => headers['authorization']?.replace('Bearer ', '') ?? ''

test('every token is for exactly this request, signed, and ends no later than the deadline; nothing public carries one', async () => {
  let checked = 0
  for (const { method, url, headers } of await everyRequest(GOLDEN)) {
    const path = url.split('?')[0] ?? ''
    if (path.includes('/market/') || path.endsWith('/time')) {
      expect(headers['authorization']).toBeUndefined()
      continue
    }
    const token = tokenOf(headers)
    expect(part(token, 0)).toMatchObject({ alg: 'EdDSA', kid: NAME, nonce: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown })
    const claims = part(token, 1)
    expect(claims).toMatchObject({ iss: 'cdp', sub: NAME, uri: `${method} api.coinbase.com${path}` })
    expect(Number(claims['exp']) * 1000).toBeLessThanOrEqual(NOW + 5000)
    const [signed, signature] = [token.slice(0, token.lastIndexOf('.')), token.slice(token.lastIndexOf('.') + 1)]
    expect(verify(null, Buffer.from(signed), PUBLIC, Buffer.from(signature, 'base64url'))).toBe(true)
    checked += 1
  }
  expect(checked).toBeGreaterThan(8)
})

test('an order\'s token ends with the order', async () => {
  const [request] = await recorded(GOLDEN, VERBS['spot: sell, 1.7 s before the deadline'])
  expect(part(tokenOf(request?.headers ?? {}), 1)['exp']).toBe(Math.floor((NOW + 1700) / 1000))
})

test('an EC key signs as ES256 wants it: two numbers, one behind the other', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  for (const secret of [privateKey.export({ type: 'sec1', format: 'pem' }).toString(), JSON.stringify(privateKey.export({ type: 'sec1', format: 'pem' })).slice(1, -1), privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()]) {
    const [request] = await recorded({ ...GOLDEN, credentials: { apiKey: NAME, secret } }, (x, call) => x.submit(call('spot'), instruction({ symbol: 'BTC-USD' })))
    const token = tokenOf(request?.headers ?? {})
    expect(part(token, 0)['alg']).toBe('ES256')
    const at = token.lastIndexOf('.')
    const signature = Buffer.from(token.slice(at + 1), 'base64url')
    expect(signature).toHaveLength(64)
    expect(verify('sha256', Buffer.from(token.slice(0, at)), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
  }
})

test.each([
  ['an RSA key', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ['another curve', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey.export({ type: 'sec1', format: 'pem' }).toString()],
  ['text', 'a-secret-as-other-exchanges-have-it'], ['a key that is too short', Buffer.alloc(20).toString('base64')],
])('%s is refused, by its field', async (_name, secret) => {
  await expect(recorded({ ...GOLDEN, credentials: { apiKey: NAME, secret } }, () => Promise.resolve())).rejects.toMatchObject({ code: 'invalid_input' })
})

describe('ccxt asks the same', () => {
  function ccxtCoinbase(): InstanceType<typeof ccxt.coinbase> {
    const x = new ccxt.coinbase({ apiKey: NAME, secret: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' }).toString(), enableRateLimit: false })
    x.setMarkets([{ id: 'BTC-USD', symbol: 'BTC/USD', base: 'BTC', quote: 'USD', baseId: 'BTC', quoteId: 'USD', active: true, type: 'spot', spot: true, contract: false, precision: { amount: 0.000001, price: 0.01 }, limits: {}, info: {} } as never])
    return x
  }
  const ours = { client_order_id: ref.clientOrderId }
  test.each<[string, (x: InstanceType<typeof ccxt.coinbase>) => Promise<unknown>]>([
    ['spot: sell, 1.7 s before the deadline', (x) => x.createOrder('BTC/USD', 'market', 'sell', 0.001, undefined, ours)],
    ['spot: buy for an amount', (x) => x.createOrder('BTC/USD', 'market', 'buy', 0, undefined, { ...ours, cost: 25.5 })],
    ['spot: test request', (x) => x.v3PrivateGetBrokerageKeyPermissions()],
  ])('%s', async (name, theirs) => {
    const [a, b] = [await byUs(GOLDEN, name), await byCcxt(ccxtCoinbase(), theirs)]
    // It carries its own name in a header, and counts with two decimals.
    expect(JSON.parse(JSON.stringify(a).replace('"25.50"', '"25.5"'))).toEqual(JSON.parse(JSON.stringify(b).replace('"25.50"', '"25.5"')))
  })

  test('but it drops the id that it is given; its look-up by client id asks for every order, and its cancel names none', async () => {
    const sent = await byCcxt(ccxtCoinbase(), (x) => x.createOrder('BTC/USD', 'market', 'sell', 0.001, undefined, { clientOrderId: ref.clientOrderId }))
    expect((sent.body as Record<string, unknown>)['client_order_id']).not.toBe(ref.clientOrderId)
    expect((await byUs(GOLDEN, 'spot: buy a quantity')).body).toMatchObject(ours)
    const looked = await byCcxt(ccxtCoinbase(), (x) => x.fetchOrderWithClientOrderId(ref.clientOrderId, 'BTC/USD'))
    expect(looked.path).toBe(`${API}/orders/historical/`)
    const canceled = await byCcxt(ccxtCoinbase(), (x) => x.cancelOrderWithClientOrderId(ref.clientOrderId, 'BTC/USD'))
    expect(canceled.body).toMatchObject({ order_ids: [''] })
    const requests = await recorded({ ...GOLDEN, answers: { ...ANSWERS, ...open([ORDER]) } }, (x, call) => x.cancel(call('spot'), ref))
    expect(requests.map(({ method, body }) => [method, body])).toEqual([['GET', ''], ['POST', '{"order_ids":["f1d2"]}'], ['GET', '']])
  })
})
