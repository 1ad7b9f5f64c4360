import { newId, systemClock } from '#clock'
import type { Bot, Connection, Fill, Market, Order, Position, Signal } from '#model'
import type { Decision, FeedEvent, JournalBatch, KeyUse, NewSignal, Store, StoredOrder, User, Webhook } from '#store'

const clock = systemClock
const random = (): string => Buffer.from(clock.randomBytes(24)).toString('base64url')

export const makeUser = (name = `user ${random()}`, role: User['role'] = 'user'): User => ({ id: newId(clock), name, role, createdAt: clock.now() })

export const makeConnection = (userId: string, more: Partial<Connection> = {}): Connection => ({
  id: newId(clock), userId, name: `Binance spot ${random()}`, exchange: 'binance', market: 'spot' as Market, fingerprint: random(),
  accountId: random(), positionMode: null, status: 'active', statusDetail: null,
  checks: [{ name: 'credentials', result: 'pass', detail: 'the exchange knows the key' }], expiresAt: null, rowVersion: 1,
  createdAt: clock.now(), lastUsedAt: null, ...more,
})

export const makeWebhook = (userId: string, more: Partial<Webhook> = {}): Webhook => ({
  id: newId(clock), userId, name: 'Alerts', description: '', hash: random(), keyHash: null, paused: false, duplicateWindowSeconds: 30,
  allowedSenders: 'any', rateLimit: { perSecond: 100, burst: 1000 }, createdAt: clock.now(), ...more,
})

export const makeBot = (userId: string, webhookId: string, connectionId: string | null, more: Partial<Bot> = {}): Bot => ({
  id: newId(clock), userId, name: 'BTCUSDT', webhookId, connectionId, exchange: 'binance', market: 'spot', symbol: 'BTCUSDT', base: 'BTC',
  quote: 'USDT', amount: '100', amountIn: 'quote', direction: 'long', maxSize: '1000', onOpposite: 'close', leverage: null,
  maxSignalAgeSeconds: 60, maxExitAgeSeconds: 900, exitAtOpen: false, acceptSize: false, acceptDilution: false, paused: false, createdAt: clock.now(), ...more,
})

export const makeSignal = (webhook: { id: string; userId: string }, more: Partial<Signal> = {}): Signal => {
  const at = clock.now()
  return {
    id: newId(clock), webhookId: webhook.id, userId: webhook.userId, source: 'hook', receivedAt: at, symbol: 'BTCUSDT', side: 'BUY', size: null,
    dilution: false, flags: [], label: null, firedAt: null, ageFrom: at, warnings: [], unsupportedFields: [],
    payload: '{"symbol":"BTCUSDT","side":"BUY"}', duplicates: 0, replayOf: null, ...more,
  }
}

export const makeNewSignal = (signal: Signal, more: Partial<NewSignal> = {}): NewSignal => ({
  signal, bodyHash: random(), fanout: '1', fanoutDone: true, idempotencyKey: null, ...more,
})

export const makeDecision = (signal: Signal, bot: Bot, more: Partial<Decision> = {}): Decision => ({
  signalId: signal.id, botId: bot.id, userId: bot.userId, outcome: 'order', code: 'open', reason: 'opens 100 USDT', decidedAt: clock.now(),
  plan: null, done: true, wouldSend: null, ...more,
})

export const makeOrder = (bot: Bot, signal: Signal | null, more: Partial<Order> = {}, stored: Partial<StoredOrder> = {}): StoredOrder => {
  const now = clock.now()
  const order: Order = {
    id: newId(clock), userId: bot.userId, botId: bot.id, connectionId: bot.connectionId ?? '', signalId: signal?.id ?? null, symbol: bot.symbol,
    exchange: bot.exchange, market: bot.market, leg: 0, kind: 'open', resend: 0, clientOrderId: `T${random()}`, exchangeOrderId: null,
    state: 'submitting', side: 'buy', positionSide: 'both', type: 'market', quantity: null, quoteQuantity: '100', filled: '0',
    averagePrice: null, reduceOnly: false, rejectCode: null, rejectText: null, notAfter: now + 5000, needsPerson: false, createdAt: now,
    updatedAt: now, version: 1, ...more,
  }
  return {
    order, timeline: [{ event: order.state, at: now }], settled: false, sendUntil: now + 60_000, accountKey: `binance:spot:${bot.connectionId}`,
    cause: signal?.id ?? newId(clock), ...stored,
  }
}

/** The order as it is after being filled. */
export const filledOrder = (stored: StoredOrder): StoredOrder => ({
  ...stored,
  order: { ...stored.order, state: 'filled', filled: '0.001', averagePrice: '100000', exchangeOrderId: '123456789', updatedAt: clock.now(), version: stored.order.version + 1 },
  timeline: [...stored.timeline, { event: 'accepted', at: clock.now() }, { event: 'filled', at: clock.now(), detail: '0.001 at 100000' }],
  settled: true,
})

export const makeFill = (order: Order, more: Partial<Fill> = {}): Fill => ({
  id: newId(clock), orderId: order.id, botId: order.botId, tradeId: random(), side: order.side, price: '100000', quantity: '0.001', fee: '0.1',
  feeAsset: 'USDT', at: clock.now(), ...more,
})

export const makePosition = (bot: Bot, more: Partial<Position> = {}): Position => ({
  botId: bot.id, symbol: bot.symbol, quantity: '0.001', averagePrice: '100000', dust: false, realizedProfit: '-0.1', fees: { USDT: '0.1' }, ...more,
})

export const makeEvent = (userId: string, more: Partial<FeedEvent> = {}): FeedEvent => ({ type: 'order', userId, data: { id: newId(clock), state: 'submitting' }, ...more })

/** A user with a connection, a webhook and bots on it: what signals need. */
export interface Desk { readonly user: User; readonly connection: Connection; readonly webhook: Webhook; readonly bots: readonly Bot[] }

export async function makeDesk(store: Store, bots = 1): Promise<Desk> {
  const user = makeUser()
  const connection = makeConnection(user.id)
  const webhook = makeWebhook(user.id)
  await store.users.create(user)
  await store.connections.create(connection, `envelope-${random()}`)
  await store.webhooks.create(webhook)
  const made = Array.from({ length: bots }, () => makeBot(user.id, webhook.id, connection.id))
  for (const bot of made) await store.bots.create(bot)
  return { user, connection, webhook, bots: made }
}

/** A signal with its decision and order, as intake stores it; and what the batch consists of. */
export function signalBatch(desk: Desk, bot: Bot): { signal: Signal; order: StoredOrder; batch: JournalBatch } {
  const signal = makeSignal(desk.webhook)
  const order = makeOrder(bot, signal)
  return { signal, order, batch: {
    signals: [makeNewSignal(signal)], decisions: [makeDecision(signal, bot)], newOrders: [order],
    feed: [makeEvent(bot.userId, { type: 'signal' })],
  } }
}

/** What the exchange's answer to an order makes of it. */
export const filledBatch = (bot: Bot, order: StoredOrder): JournalBatch => ({
  orders: [filledOrder(order)], fills: [makeFill(order.order)], positions: [makePosition(bot)], feed: [makeEvent(bot.userId)],
})

/** An entry of the audit's copy. */
export const makeKeyUse = (seq: number, more: Partial<KeyUse> = {}): KeyUse => ({
  seq, hash: `hash ${seq}`, at: clock.now(), event: 'submit', connectionId: 'c', userId: 'u', orderId: null, botId: null, signalId: null, of: null,
  outcome: null, reason: 'order', entry: '{}', ...more,
})
