import { request } from './http.ts'
import { control } from './faults.ts'
import type { Place } from './place.ts'

/** A bot, and how the exchange knows its account. */
export interface TradingBot {
  readonly id: string
  readonly market: 'spot' | 'futures'
  readonly symbol: string
  readonly apiKey: string
  /** An opposite signal closes all and opens the other side. */
  readonly flips: boolean
  /** Base; what is smaller counts as nothing. */
  readonly step: string
}

/** A webhook, with what alerts are sent to it. */
export interface Hook {
  readonly name: string
  readonly path: string
  readonly symbol: string
  /** Share of SELL alerts. */
  readonly sells: number
  /** Whether a SELL carries a size. */
  readonly sizedSells: boolean
  readonly bots: readonly TradingBot[]
}

/** The things of one installation's only user. */
export interface Desk {
  readonly keys: readonly string[]
  readonly hooks: readonly Hook[]
  /** Sent to only to see whether the way from an alert to the exchange is open again; no fault hits it. */
  readonly probe: Hook
  call<T>(method: string, route: string, body?: unknown): Promise<T>
}

const CALL_MS = 60_000
const BALANCES = { USDT: '1000000000' }
/** Futures whose quantity is the size, to the cent: at a price of 1 with a step of 0.01. */
const FUTURES = ['AAAUSDT', 'BBBUSDT'] as const
const STEPS: Readonly<Record<string, string>> = { BTCUSDT: '0.00001', ETHUSDT: '0.0001', SOLUSDT: '0.001' }

interface Plan {
  readonly name: string; readonly symbol: string; readonly sells: number; readonly sizedSells?: true
  readonly bots: readonly (readonly [account: 'spot A' | 'spot B' | 'futures A' | 'futures B' | 'probe', how?: 'flip' | 'long'])[]
}

const PLANS: readonly Plan[] = [
  { name: 'btc', symbol: 'BTCUSDT', sells: 0.1, bots: [['spot A']] },
  { name: 'eth', symbol: 'ETHUSDT', sells: 0.25, bots: [['spot B']] },
  { name: 'sol', symbol: 'SOLUSDT', sells: 0.1, bots: [['spot A'], ['spot B']] },
  { name: 'long', symbol: 'AAAUSDT', sells: 0.15, bots: [['futures A', 'long']] },
  { name: 'flip', symbol: 'AAAUSDT', sells: 0.5, sizedSells: true, bots: [['futures B', 'flip']] },
  { name: 'two', symbol: 'BBBUSDT', sells: 0.4, sizedSells: true, bots: [['futures A', 'flip'], ['futures B', 'long']] },
]

/** Makes the markets that the desks trade, once for all of them. */
export async function makeMarkets(exchangeUrl: string): Promise<void> {
  for (const symbol of FUTURES) {
    await control(exchangeUrl, 'POST', '/markets', {
      market: 'futures', symbol, base: symbol.slice(0, 3), quote: 'USDT', price: '1', tickSize: '0.0001', stepSize: '0.01', minQty: '0.01',
      maxQty: '1000000000', marketMaxQty: '1000000000', minNotional: '5',
    })
  }
}

/** Two spot and two futures connections, six webhooks, eight bots, and the probe on a connection of its own. */
export async function setUp(place: Place, exchangeUrl: string, probeMarket: 'spot' | 'futures'): Promise<Desk> {
  let token = ''
  const call = async <T>(method: string, route: string, body?: unknown): Promise<T> => {
    const answer = await request(method, `${place.url}/api/v1${route}`, body === undefined ? undefined : JSON.stringify(body), {
      timeoutMs: CALL_MS,
      headers: { ...token === '' ? {} : { authorization: `Bearer ${token}` }, ...body === undefined ? {} : { 'content-type': 'application/json' } },
    })
    if (answer.kind !== 'answered' || answer.status >= 300) throw new Error(`${place.name}: ${method} ${route}: ${answer.kind === 'answered' ? `${answer.status} ${answer.text}` : answer.kind}`)
    return JSON.parse(answer.text) as T
  }
  token = (await call<{ token: string }>('POST', '/setup', { token: place.setupToken, name: 'trader' })).token

  const accounts = new Map<string, { apiKey: string; connectionId: string; market: 'spot' | 'futures' }>()
  for (const account of ['spot A', 'spot B', 'futures A', 'futures B', 'probe'] as const) {
    const market = account === 'probe' ? probeMarket : account.startsWith('spot') ? 'spot' : 'futures'
    const apiKey = `${place.name}${account.replace(' ', '')}`.padEnd(64, 'k')
    const credentials = { apiKey, secret: apiKey.toLowerCase().padEnd(64, 's') }
    await control(exchangeUrl, 'POST', '/accounts', { ...credentials, permissions: ['read', market], balances: BALANCES })
    const { id } = await call<{ id: string }>('POST', '/connections', { name: account, exchange: 'binance', market, credentials })
    accounts.set(account, { apiKey, connectionId: id, market })
  }
  const hooks: Hook[] = []
  const probe: Plan = { name: 'probe', symbol: probeMarket === 'spot' ? 'SOLUSDT' : 'AAAUSDT', sells: 0, bots: [['probe', 'long']] }
  for (const plan of [...PLANS, probe]) {
    const webhook = await call<{ id: string; hash: string }>('POST', '/webhooks', { name: plan.name })
    const bots: TradingBot[] = []
    for (const [account, how] of plan.bots) {
      const { apiKey, connectionId, market } = accounts.get(account)!
      const { id } = await call<{ id: string }>('POST', '/bots', {
        name: `${plan.name} ${account}`, webhookId: webhook.id, connectionId, symbol: plan.symbol, amount: '20', amountIn: 'quote', maxSize: '1000000',
        maxSignalAgeSeconds: 0, maxExitAgeSeconds: 0, ...how === 'flip' ? { onOpposite: 'flip' } : how === 'long' ? { direction: 'long' } : {},
      })
      bots.push({ id, market, symbol: plan.symbol, apiKey, flips: how === 'flip', step: STEPS[plan.symbol] ?? '0.01' })
    }
    hooks.push({ name: plan.name, path: `/api/v1/hooks/${webhook.hash}`, symbol: plan.symbol, sells: plan.sells, sizedSells: plan.sizedSells ?? false, bots })
  }
  return { keys: [...accounts.values()].map(({ apiKey }) => apiKey), hooks: hooks.slice(0, -1), probe: hooks.at(-1)!, call }
}
