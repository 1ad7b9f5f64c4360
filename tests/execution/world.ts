import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { newId, systemClock } from '#clock'
import { createExecution, type Execution } from '#execution'
import type { Bot, Market, Signal } from '#model'
import { parsePayload, type SignalDraft } from '#signals'
import { openStore, type Decision, type OrderView, type Store } from '#store'

import { newCredentials, startWorld, until, type Credentials, type World } from '../executor/harness.ts'

export interface SimOrder {
  readonly apiKey: string; readonly market: string; readonly symbol: string; readonly side: string; readonly quantity: string
  readonly quoteQuantity: string | null; readonly reduceOnly: boolean; readonly clientOrderId: string; readonly state: string; readonly filled: string
}

/** Real store, real executor process, simulated exchange, and execution in between. */
export interface Desk {
  readonly world: World
  readonly store: Store
  readonly userId: string
  readonly webhookId: string
  execution: Execution<SignalDraft>
  /** Makes an account at the exchange with a fresh key, or with `key`, and connects it. */
  connect(market: Market, account?: Record<string, unknown> & { readonly key?: Credentials }, exchange?: string): Promise<string>
  /** Connects a key that the exchange knows. */
  link(exchange: string, market: Market, credentials: Readonly<Record<string, string>>): Promise<string>
  bot(connectionId: string, fields?: Partial<Bot>): Promise<Bot>
  /** Sends a payload to the desk's webhook; answers the signal's id. */
  signal(payload: Record<string, unknown>): Promise<string>
  /** The signal, once every bot has decided and all its orders are settled. */
  settled(signalId: string): Promise<{ readonly signal: Signal; readonly decisions: readonly Decision[]; readonly found: readonly OrderView[] }>
  /** Waits until no bot has anything under way. */
  quiet(): Promise<void>
  exchangeOrders(): Promise<readonly SimOrder[]>
  fault(fault: Record<string, unknown>): Promise<void>
  /** An order that a person makes at Binance with the account's own key. Answers the exchange's number of it. */
  byHand(market: Market, key: Credentials, fields?: Record<string, string>): Promise<string>
  /** What people were told, oldest first. */
  readonly notices: Record<string, unknown>[]
  /** Forgets what is in memory, as a crash does, and starts anew on the same store. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export async function startDesk(exchanges: readonly string[] = ['binance'], url?: string): Promise<Desk> {
  const world = await startWorld(exchanges)
  const dataDir = mkdtempSync(path.join(tmpdir(), 'desk-'))
  const store = await openStore(url === undefined ? { dataDir, clock: systemClock } : { url, clock: systemClock })
  const userId = newId(systemClock)
  await store.users.create({ id: userId, name: `trader ${userId}`, role: 'user', createdAt: systemClock.now() })
  const webhookId = newId(systemClock)
  await store.webhooks.create({
    id: webhookId, userId, name: 'alerts', description: '', hash: `hash-${webhookId}`, keyHash: null, paused: false, duplicateWindowSeconds: 30,
    allowedSenders: 'any', rateLimit: { perSecond: 100, burst: 1000 }, createdAt: systemClock.now(),
  })
  const { key } = await store.meta.installation()
  const make = (): Execution<SignalDraft> => createExecution({
    clock: systemClock, journal: store.journal, executor: world.port, installationKey: key, log: { info: () => undefined, warn: () => undefined },
    botRow: async (id) => await store.bots.row(id) ?? null,
    connectionRow: async (id) => await store.connections.row(id) ?? null,
    savePositionMode: (id, mode) => store.connections.setPositionMode(id, mode),
  })
  const notices: Record<string, unknown>[] = []
  store.journal.onFeed((events) => { for (const { event } of events) if (event.type === 'notice') notices.push(event.data) })
  const desk: Desk = {
    world, store, userId, webhookId, execution: make(),
    async connect(market, { key, ...account } = {}, exchange = 'binance') {
      const credentials = key ?? newCredentials()
      await world.sim('POST', '/accounts', { ...credentials, permissions: ['read', market], balances: { USDT: '100000', USD: '100000' }, ...account }, exchange)
      return desk.link(exchange, market, { ...credentials })
    },
    async link(exchange, market, credentials) {
      const id = newId(systemClock)
      const answer = await world.port.call({ verb: 'checkCredentials', userId, connectionId: id, exchange, market, consent: true, credentials })
      if (!answer.ok || answer.envelope === null) throw new Error(`not connected: ${JSON.stringify(answer)}`)
      await store.connections.create({
        id, userId, name: `connection ${id}`, exchange, market, fingerprint: answer.fingerprint, status: 'active', statusDetail: null, checks: answer.checks,
        expiresAt: null, rowVersion: 1, createdAt: systemClock.now(), lastUsedAt: null, accountId: answer.accountId, positionMode: answer.positionMode,
      }, answer.envelope)
      await desk.execution.connectionChanged(id)
      return id
    },
    async bot(connectionId, fields = {}) {
      const connection = (await store.connections.row(connectionId))?.connection
      if (connection === undefined) throw new Error('no such connection')
      const bot: Bot = {
        id: newId(systemClock), userId, name: 'bot', webhookId, connectionId, exchange: connection.exchange, market: connection.market, symbol: 'BTCUSDT',
        base: 'BTC', quote: 'USDT', amount: '500', amountIn: 'quote', direction: connection.market === 'spot' ? 'long' : 'both', maxSize: '5000',
        onOpposite: 'close', leverage: null, maxSignalAgeSeconds: 60, maxExitAgeSeconds: 900, exitAtOpen: false, acceptSize: false, acceptDilution: false, paused: false,
        createdAt: systemClock.now(), ...fields,
      }
      const made = await store.bots.create(bot)
      if (made.kind !== 'created') throw new Error(made.kind)
      await desk.execution.botChanged(bot.id)
      return bot
    },
    async signal(payload) {
      const raw = Buffer.from(JSON.stringify({ symbol: 'BTCUSDT', id: newId(systemClock), ...payload }))
      const receivedAt = systemClock.now()
      const parsed = parsePayload(raw, receivedAt)
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
      const webhook = { id: webhookId, userId, duplicateWindowSeconds: 30 }
      return (await desk.execution.accept({ webhook, source: 'hook', draft: parsed.draft, raw, idempotencyKey: null, receivedAt })).signalId
    },
    async settled(signalId) {
      let seen = ''
      await until(async () => {
        const view = await store.signals.get(userId, signalId)
        const bots = await store.bots.list(userId)
        const orders = await store.orders.list(userId, { signalId })
        seen = JSON.stringify({ decisions: view?.decisions, orders: orders.items.map(({ order, timeline }) => ({ ...order, timeline })) })
        return view !== undefined && view.decisions.length === bots.items.length && view.decisions.every(({ decision }) => decision.done)
          && orders.items.every((order) => order.settled) && bots.items.every(({ bot }) => !desk.execution.busy(bot.id))
      }, () => seen, 30_000)
      const view = await store.signals.get(userId, signalId)
      if (view === undefined) throw new Error('the signal is gone')
      return { signal: view.signal, decisions: view.decisions.map(({ decision }) => decision), found: [...(await store.orders.list(userId, { signalId })).items].reverse() }
    },
    quiet: () => until(async () => (await store.bots.list(userId)).items.every(({ bot }) => !desk.execution.busy(bot.id))),
    exchangeOrders: () => world.sim('GET', '/orders'),
    fault: async (fault) => { await world.sim('POST', '/faults', fault) },
    async byHand(market, { apiKey, secret }, fields = {}) {
      const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01', ...fields, timestamp: String(Date.now()) }
      const query = new URLSearchParams(order).toString()
      const signature = createHmac('sha256', secret).update(query).digest('hex')
      const path = market === 'spot' ? '/api/v3/order' : '/fapi/v1/order'
      const answer = await fetch(`${world.simulator.urls['binance']}${path}?${query}&signature=${signature}`, { method: 'POST', headers: { 'x-mbx-apikey': apiKey } })
      const text = await answer.text()
      if (!answer.ok) throw new Error(text)
      return /"orderId":(\d+)/.exec(text)?.[1] ?? ''
    },
    notices,
    async restart() {
      await desk.execution.stop()
      desk.execution = make()
      await desk.execution.start()
    },
    async stop() {
      await desk.execution.stop()
      await store.close()
      await world.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  await desk.execution.start()
  return desk
}

/** Removes every bot with what it holds, so that the next test begins with none. */
export async function emptied(desk: Desk): Promise<void> {
  await desk.world.sim('DELETE', '/faults')
  await desk.quiet()
  for (const { bot } of (await desk.store.bots.list(desk.userId)).items) {
    const held = desk.execution.position(bot.id)
    if (held !== null && held.quantity !== '0') await desk.execution.adjust(bot.id, held.quantity.startsWith('-') ? held.quantity.slice(1) : `-${held.quantity}`, 'end of a test')
    await desk.store.bots.remove(desk.userId, bot.id, Date.now())
    await desk.execution.botChanged(bot.id)
  }
}
