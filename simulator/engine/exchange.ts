import { lesser, times, type Amount } from '../amount.ts'
import { createOrderStore, ordersOf, type Order } from '../orders.ts'
import type { AccountRequest, Listener, Venue, WireReply, WireRequest, World } from '../venue.ts'
import { spotBalance, type TradingAccount } from './accounts.ts'
import { closable, closes, endFuturesOrder, fillFuturesOrder, openingMargin, placeFuturesOrder, setFuturesPrice, type FuturesDraft } from './futures.ts'
import { openKey, type Key, type Words } from './keys.ts'
import { putListed, usualSymbols, type Listed, type Spelling } from './listed.ts'
import { marginSums } from './margin.ts'
import { timeAt, type TradedMarket } from './market.ts'
import { endSpotOrder, fillSpotOrder, funds, placeSpotOrder, setSpotPrice, type SpotDraft } from './spot.ts'

/** Everything that an exchange holds which is built on the usual engine. */
export type Held = {
  readonly world: World
  readonly keys: Map<string, Key>
  readonly accounts: Map<string, TradingAccount>
  readonly spot: TradedMarket<Listed>
  readonly futures: TradedMarket<Listed>
  nextUid: number
  nextOrder: number
}

/** What sets one exchange apart from the usual one. */
export type Plan = {
  readonly spell: Spelling
  readonly words: Words
  /** Spot balances are the margin of contracts: everywhere, or on the accounts that say so. */
  readonly unified: boolean | ((request: AccountRequest) => boolean)
  /** It counts contracts on futures. */
  readonly contracts?: boolean
  readonly feeIn?: 'received' | 'quote'
  /** What it pays in, where that is not what the usual pairs name (`USDT`, `USDC`, `BTC`); null: it has no such pair. */
  quoteOf?(quote: string, market: 'spot' | 'futures'): string | null
  /** Its ports: entries of the printed table, and who answers. */
  readonly listeners: readonly {
    readonly entries: Readonly<Record<string, string>>
    serve(x: Held, request: WireRequest): WireReply
  }[]
}

const FIRST_UID = 10_000_001
const FIRST_TRADE = 900_001

/** An exchange on the usual engine. */
export function openVenue(world: World, plan: Plan): Venue {
  let x = fresh(world, plan)
  const listeners: Listener[] = plan.listeners.map(({ entries, serve }) => ({ entries, handle: (request) => serve(x, request) }))
  return {
    listeners,
    putAccount(request) {
      const key = openKey(request, x.accounts, plan.words, { nextUid: () => x.nextUid++, unified: typeof plan.unified === 'boolean' ? plan.unified : plan.unified(request) }, timeAt(x))
      x.keys.set(key.apiKey, key)
      return { apiKey: key.apiKey, account: key.account.name, uid: String(key.account.uid) }
    },
    removeKey: (apiKey) => x.keys.delete(apiKey),
    setPrice(symbol, price, market) {
      const spot = market === 'futures' ? undefined : x.spot.symbols.get(symbol)
      const futures = market === 'spot' ? undefined : x.futures.symbols.get(symbol)
      if (spot !== undefined) setSpotPrice(x, x.spot, spot, price)
      if (futures !== undefined) setFuturesPrice(x, x.futures, futures, price)
      return spot !== undefined || futures !== undefined
    },
    putMarkets: (body) => putListed({ spot: x.spot.symbols, futures: x.futures.symbols }, plan.spell, body),
    fillOrder: (order, quantity) =>
      order.market === 'spot' ? fillSpotOrder(x, x.spot, order, quantity) : fillFuturesOrder(x, x.futures, order, quantity),
    endOrder: (order, state) => endOrder(x, order, state),
    setMarketOpen: () => false,
    reset() {
      x = fresh(world, plan)
    },
  }
}

function fresh(world: World, plan: Plan): Held {
  const market = (name: 'spot' | 'futures'): TradedMarket<Listed> => ({
    symbols: usualSymbols(plan.spell, name, plan.contracts, plan.quoteOf),
    orders: createOrderStore(world.arrived),
    nextTradeId: FIRST_TRADE,
    ...(plan.feeIn === undefined ? undefined : { feeIn: plan.feeIn }),
  })
  return { world, keys: new Map(), accounts: new Map(), spot: market('spot'), futures: market('futures'), nextUid: FIRST_UID, nextOrder: 1 }
}

/** Ends an open order and frees what it bound. False: it is not open. */
export function endOrder(x: Held, order: Order, state: 'canceled' | 'expired'): boolean {
  return order.market === 'spot' ? endSpotOrder(x, x.spot, order, state) : endFuturesOrder(x, x.futures, order, state)
}

/** Why the engine does not take an order; each exchange has its own code and words for it. */
export type Fault =
  | 'not trading' | 'step' | 'below minimum quantity' | 'above maximum quantity' | 'below minimum value' | 'would take'
  | 'repeated id' | 'balance' | 'margin' | 'nothing to reduce' | 'position mode'

/** Rules of one exchange that differ. */
export type Rules = {
  /** Whether a client order id counts as taken for ever, or among open orders only. */
  readonly repeatedId: 'always' | 'open'
  /** Whether orders that close are free of the minimum value. */
  readonly closesBelowMinimum: boolean
}

/** Holds a spot order against symbol, account and rules. Null: it may be placed. */
export function spotFault(x: Held, account: TradingAccount, draft: SpotDraft<Listed>, rules: Rules): Fault | null {
  const s = draft.symbol
  const value = draft.quoteQuantity ?? times(draft.target, draft.type === 'MARKET' ? s.price : draft.price)
  const fault = quantityFault(s, draft.target, draft.type, draft.quoteQuantity === null) ?? (value < s.minNotional ? 'below minimum value' : null)
  if (fault !== null) return fault
  if (isRepeated(x.spot, account, draft.clientOrderId, rules)) return 'repeated id'
  if (draft.type === 'LIMIT_MAKER' && (draft.side === 'BUY' ? draft.price >= s.price : draft.price <= s.price)) return 'would take'
  const [asset, needed] = funds(draft)
  // Of a unified account what contracts bind cannot be spent.
  const bound = account.futures.wallets.get(asset) === undefined ? 0n : marginSums(x.futures, account, asset)
  const free = spotBalance(account, asset).free - (bound === 0n ? 0n : bound.positions + bound.orders)
  return free < needed ? 'balance' : null
}

/** The same for a futures order; else the quantity that it works on: a reduce-only one is cut to the position. */
export function futuresFault(x: Held, account: TradingAccount, draft: FuturesDraft<Listed>, rules: Rules): Fault | Amount {
  const s = draft.symbol
  if ((draft.positionSide !== 'BOTH') !== account.futures.hedge) return 'position mode'
  const fault = quantityFault(s, draft.quantity, draft.type, true)
  if (fault !== null) return fault
  const reduces = closes(draft)
  const value = times(draft.quantity, draft.type === 'MARKET' ? s.price : draft.price)
  if (value < s.minNotional && !(reduces && rules.closesBelowMinimum)) return 'below minimum value'
  if (isRepeated(x.futures, account, draft.clientOrderId, rules)) return 'repeated id'
  const closing = closable(account, draft)
  if (reduces) return closing === 0n ? 'nothing to reduce' : lesser(closing, draft.quantity)
  const needed = openingMargin(account, draft, draft.quantity - closing)
  return needed > 0n && needed > marginSums(x.futures, account, s.quote).available ? 'margin' : draft.quantity
}

function quantityFault(s: Listed, quantity: Amount, type: string, exact: boolean): Fault | null {
  if (!s.trading) return 'not trading'
  if (exact && quantity % s.stepSize !== 0n) return 'step'
  if (quantity === 0n || quantity < s.minQty) return 'below minimum quantity'
  return type === 'MARKET' && quantity > s.maxQty ? 'above maximum quantity' : null
}

function isRepeated(m: TradedMarket<Listed>, account: TradingAccount, clientOrderId: string, rules: Rules): boolean {
  const same = clientOrderId === '' ? undefined : ordersOf(m.orders, account.name).byClientId.get(clientOrderId)
  return same !== undefined && (rules.repeatedId === 'always' || same.state === 'open')
}

/** Takes in a draft that has no fault. `id`: the exchange's own for it. */
export const placeSpot = (x: Held, key: Key, draft: SpotDraft<Listed>, id: string, receivedAt: number): Order =>
  placeSpotOrder(x, x.spot, key, draft, id, receivedAt)

/** `target`: what `futuresFault` answered. */
export const placeFutures = (x: Held, key: Key, draft: FuturesDraft<Listed>, target: Amount, id: string, receivedAt: number): Order =>
  placeFuturesOrder(x, x.futures, key, draft, target, id, receivedAt)
