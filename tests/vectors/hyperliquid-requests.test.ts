import { signL1Action } from '@nktkas/hyperliquid/signing'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { walletOf } from './ethereum-wallet.ts'
import { byCcxt, everyRequest, goldenRequests, recorded, usualVerbs, type Golden } from './golden.ts'
import { NOW } from './recorder.ts'

const ACCOUNT = `0x${'a1'.repeat(20)}`
const SECRET = `0x${'0123456789abcdef'.repeat(4)}`
const AGENT = walletOf(SECRET).address.toLowerCase()

// Orders are counted in base; positions have no sides; nothing is rehearsed.
const { 'spot: buy for an amount': _amount, 'futures: open in hedge mode': _open, 'futures: close in hedge mode': _hedged, ...VERBS } =
  usualVerbs({ spot: ['BTC/USDC', 'ETH/USDC', 'SOL/USDC'], futures: ['BTC', 'ETH', 'SOL'] })
const TOKENS = ['USDC', 'BTC', 'ETH', 'SOL'].map((name, index) => ({ name, index, szDecimals: index === 0 ? 8 : 5 }))
const INFO: Readonly<Record<string, unknown>> = {
  exchangeStatus: { time: NOW }, meta: { universe: ['BTC', 'ETH', 'SOL'].map((name) => ({ name, szDecimals: 5, maxLeverage: 50 })) },
  spotMeta: { tokens: TOKENS, universe: [1, 2, 3].map((token) => ({ name: `@${token * 10}`, index: token * 10, tokens: [token, 0] })) },
  allMids: { BTC: '50000.5', ETH: '2500', SOL: '150', '@10': '50001', '@20': '2500', '@30': '150' }, orderStatus: { status: 'unknownOid' }, frontendOpenOrders: [], historicalOrders: [], extraAgents: [],
  spotClearinghouseState: { balances: [] }, clearinghouseState: { marginSummary: { accountValue: '0.0' }, withdrawable: '0.0', assetPositions: [] }, activeAssetData: { leverage: { type: 'cross', value: 20 } },
}
const ANSWERS = {
  'POST /info': (_url: string, body: string) => {
    const { type, user } = JSON.parse(body) as { type: string; user?: string }
    return type === 'userRole' ? (user === AGENT ? { role: 'agent', data: { user: ACCOUNT } } : { role: 'user' }) : INFO[type]
  },
  'POST /exchange': { status: 'ok', response: { type: 'order', data: { statuses: [{ filled: { oid: 1, totalSz: '0.001', avgPx: '50000' } }] } } },
}
const GOLDEN: Golden = { exchange: 'hyperliquid', verbs: VERBS, answers: ANSWERS, credentials: { apiKey: ACCOUNT, secret: SECRET } }
goldenRequests(GOLDEN)

interface Signed { readonly action: Record<string, unknown>; readonly nonce: number; readonly signature: object; readonly vaultAddress: null; readonly expiresAfter: number }
const signedBy = async (name: string): Promise<Signed> => {
  const requests = await recorded(GOLDEN, VERBS[name] ?? (() => Promise.resolve()))
  return JSON.parse(requests.find(({ url }) => url === '/exchange')?.body ?? 'null') as Signed
}

test('every action is signed as the independent client signs it, and ends no later than its deadline; questions name nobody but whom they are about', async () => {
  let checked = 0
  for (const { url, body, headers } of await everyRequest(GOLDEN)) {
    expect(Object.keys(headers).toSorted()).toEqual(['content-type'])
    expect(body).not.toContain(SECRET.slice(2))
    if (url === '/info') continue
    const { action, nonce, signature, expiresAfter, vaultAddress } = JSON.parse(body) as Signed
    expect(signature).toEqual(await signL1Action({ wallet: walletOf(SECRET), action, nonce, expiresAfter }))
    expect(vaultAddress).toBeNull()
    expect(expiresAfter).toBeLessThanOrEqual(NOW + 5000)
    checked += 1
  }
  expect(checked).toBeGreaterThan(7)
})

test('an order ends with its deadline', async () => { expect((await signedBy('futures: sell, 700 ms before the deadline')).expiresAfter).toBe(NOW + 700) })

test('the private key of a main wallet is refused before anything is asked', async () => {
  const requests = await recorded({ ...GOLDEN, credentials: { apiKey: AGENT, secret: SECRET } }, async (x, call) => {
    expect(await x.check(call('futures'), true)).toMatchObject({ ok: false, code: 'withdraw_permission' })
  })
  expect(requests).toEqual([])
})

describe('ccxt asks the same', () => {
  const market = (symbol: string, rest: Record<string, unknown>): never => ({ symbol, base: 'BTC', quote: 'USDC', quoteId: 'USDC', active: true, precision: { amount: 0.00001, price: 0.1 }, limits: {}, info: {}, ...rest }) as never
  function ccxtHyperliquid(): InstanceType<typeof ccxt.hyperliquid> {
    const x = new ccxt.hyperliquid({ walletAddress: ACCOUNT, privateKey: SECRET, enableRateLimit: false, options: { approvedBuilderFee: true, refSet: true, enableUnifiedMargin: false } })
    x.setMarkets([
      market('BTC/USDC', { id: '@10', baseId: '10010', type: 'spot', spot: true, swap: false, contract: false }),
      market('BTC/USDC:USDC', { id: '0', baseId: '0', type: 'swap', swap: true, spot: false, contract: true, linear: true, inverse: false, settle: 'USDC', settleId: 'USDC', contractSize: 1 }),
    ])
    return x
  }
  const cloid = async (): Promise<unknown> => ((await signedBy('futures: buy a quantity')).action['orders'] as { c: string }[])[0]?.c

  test.each([
    ['spot: buy a quantity', 'BTC/USDC', 'buy', 50_001, {}], ['spot: sell, 700 ms before the deadline', 'BTC/USDC', 'sell', 50_001, {}],
    ['futures: buy a quantity', 'BTC/USDC:USDC', 'buy', 50_000.5, {}], ['futures: reduce-only close', 'BTC/USDC:USDC', 'sell', 50_000.5, { reduceOnly: true }],
  ] as const)('%s', async (name, symbol, side, price, params) => {
    const theirs = ccxtHyperliquid().createOrderRequest(symbol, 'market', side, '0.001', String(price), { ...params, slippage: '0.05', clientOrderId: await cloid() }) as { p: string }
    const ours = ((await signedBy(name)).action['orders'] as { p: string }[])[0]
    // Prices are cut towards the middle here, and rounded to the nearest there.
    expect(Math.abs(Number(ours?.p) - Number(theirs.p))).toBeLessThanOrEqual(1)
    expect({ ...ours, p: '' }).toEqual({ ...theirs, p: '' })
  })

  test('leverage, and a cancel by our id', async () => {
    const leverage = await byCcxt(ccxtHyperliquid(), (x) => x.setLeverage(5, 'BTC/USDC:USDC', { marginMode: 'cross' }))
    expect((leverage.body as { action: unknown }).action).toEqual((await signedBy('futures: leverage')).action)
    const canceled = await byCcxt(ccxtHyperliquid(), async (x) => x.cancelOrder(undefined as never, 'BTC/USDC:USDC', { clientOrderId: await cloid() }))
    expect((canceled.body as { action: unknown }).action).toEqual((await signedBy('futures: cancel')).action)
  })

  test('but it wants to approve a fee of its own before it does anything, and names a builder in every order: ours does neither', async () => {
    const stock = new ccxt.hyperliquid({ walletAddress: ACCOUNT, privateKey: SECRET, enableRateLimit: false })
    stock.markets = ccxtHyperliquid().markets
    const sent: string[] = []
    stock.fetch = (_url: string, _method: string, _headers: unknown, body: string) => {
      sent.push((JSON.parse(body) as { action?: { type: string } }).action?.type ?? 'question')
      return Promise.reject(new Error('seen'))
    }
    await stock.initializeClient()
    expect(sent).toContain('approveBuilderFee')
    expect(Object.keys((await signedBy('futures: buy a quantity')).action)).toEqual(['type', 'orders', 'grouping'])
  })
})
