import type { Clock } from '#clock'
import type {
  AccountAnswer, CapsAnswer, CheckAnswer, DescribeAnswer, EnvelopeRef, ExecutorAnswers, ExecutorPush, ExecutorRequest, SubmitOutcome,
} from '#contract'
import type { AuditEvent, AuditEventName } from '#audit'
import { isAboutKey, type Call, type Caller, type Exchange, type Key, type OnCheck } from '#exchanges'
import { decimal, Problem, text, type Freeze } from '#model'
import type { Guarded } from '#safeguards'
import { credentialFingerprint, type OpeningKeys } from '#vault'
import { checkCredentials, ownAccount } from './credentials.ts'
import { Feeds, type Listener, type Wanted } from './feeds.ts'
import { freeze, thaw } from './freezing.ts'
import { notKept, withKey, writeDown, type KeyRoom } from './keys.ts'
import { MarketCache } from './market-cache.ts'
import { refuses } from './policy.ts'

/** What the executor's verbs work on. */
export interface ExecutorParts {
  readonly clock: Clock
  readonly version: string
  readonly room: KeyRoom
  readonly openingKeys: OpeningKeys
  readonly exchanges: ReadonlyMap<string, Exchange>
  /** Tells every client. */
  readonly push: (push: ExecutorPush) => void
}

/** Whoever is connected: asks, and may be told things. */
export interface Client extends Caller { readonly push: (push: ExecutorPush) => void }

type Answer = ExecutorAnswers[ExecutorRequest['verb']]
type Purpose = (ExecutorRequest & { verb: 'submitOrder' })['purpose']

/** A price of the feed that is older does not tell what an entry is worth. */
const CAP_PRICE_MAX_AGE_MS = 30_000
/** The outcome of an order for a problem that came before anything was begun; any other is about its price. */
const NOT_BEGUN: Readonly<Record<string, string>> = { unavailable: 'audit_unavailable', envelope_refused: 'envelope_refused' }

/**
 * The verbs of the executor. An expected outcome of an order is an answer; everything else that goes wrong is a
 * `Problem`. Holds nothing for a connection: what it needs comes with each request.
 */
export class ExecutorService {
  readonly #parts: ExecutorParts
  readonly #markets: MarketCache
  readonly #feeds: Feeds

  constructor(parts: ExecutorParts) {
    this.#parts = parts
    this.#markets = new MarketCache(parts.clock)
    this.#feeds = new Feeds(parts.clock, (exchange, connection, run) =>
      withKey(parts.room, exchange, connection, { event: 'watch', connectionId: connection.connectionId, userId: connection.userId, reason: 'price feed' }, run),
    ({ connectionId }, problem) => { this.#heed(connectionId, problem, parts.push) })
  }

  /** Carries one valid request out; `onCheck` hears of each check of a key, where it asks for that. Rejects with `Problem`. */
  async handle(request: ExecutorRequest, client: Client, onCheck?: OnCheck): Promise<Answer> {
    if (request.verb === 'submitOrder' && !this.#parts.exchanges.has(request.connection.exchange)) {
      return { kind: 'not_sent', code: 'unknown_exchange', text: 'This exchange is not supported', retryAfterMs: null }
    }
    const exchange = this.#exchangeOf(request)
    const refused = refuses(request, exchange?.description ?? null)
    if (refused !== null) {
      if (request.verb === 'submitOrder') return { kind: 'not_sent', code: refused.code, text: refused.text, retryAfterMs: null }
      throw new Problem(refused.code === 'wrong_market' ? 'wrong_market' : 'invalid_input', refused.text)
    }
    if (request.verb === 'describe') return this.#describe()
    if (request.verb === 'forget') return this.#forget(request.connectionId)
    if (request.verb === 'setCaps') return this.#setCaps(request)
    if (request.verb === 'caps') return this.#parts.room.safeguards.caps(request.connectionId)
    if (request.verb === 'freezes') {
      this.welcome(client.push)
      return { freezes: this.#parts.room.safeguards.freezes() }
    }
    if (request.verb === 'freeze' || request.verb === 'thaw') return this.#freezing(request)
    if (request.verb === 'watch') {
      return { watching: this.#feeds.watch(client.push, request.items.map((item): Wanted => ({ ...item, exchange: this.#exchange(item.exchange) }))) }
    }
    if (exchange === null) throw new Problem('unknown_exchange', 'This exchange is not supported')
    switch (request.verb) {
      case 'submitOrder': return this.#submit(exchange, request, client)
      case 'checkCredentials': return checkCredentials(this.#parts.room, this.#parts.openingKeys, exchange, request, client, heardBy(request, onCheck))
      case 'checkConnection': return this.#checkConnection(exchange, request, client, heardBy(request, onCheck))
      case 'testOrder': {
        const { testOrder } = exchange
        if (testOrder === null) return { done: false, ok: false, text: `${exchange.description.name} has no rehearsal of orders` }
        return this.#use(exchange, request, 'test', client, (call) => testOrder(call, request.order), request.order.clientOrderId)
      }
      case 'lookupOrder':
        return this.#use(exchange, request, 'lookup', client, (call) => exchange.lookup(call, request), request.clientOrderId)
      case 'cancelOrder':
        return this.#use(exchange, request, 'cancel', client, (call) => exchange.cancel(call, request), request.clientOrderId)
      case 'setLeverage': {
        const { connectionId, userId } = request.connection
        const frozen = this.#parts.room.safeguards.frozen(connectionId, userId)
        if (frozen !== null) throw new Problem('frozen', `Leverage serves openings, and those are frozen: ${frozen.reason}`)
        return this.#use(exchange, request, 'leverage', client, (call) => exchange.setLeverage(call, request.symbol, request.leverage))
      }
      case 'report':
        return this.#use(exchange, request, 'report', client, (call) => exchange.report(call, request))
      case 'account': return this.#account(exchange, request, client)
      case 'markets': return { markets: await this.#markets.rules(request.exchange, request.market, () => this.#lent(exchange, request, 'markets', (key) => exchange.markets(request.market, key))) }
      case 'price': return this.#price(exchange, request)
    }
  }

  /** Somebody has connected, or asks: what is frozen is told by pushes, whose order is that of the changes. */
  welcome(listener: Listener): void {
    listener({ push: 'freezes', freezes: this.#parts.room.safeguards.freezes() })
  }

  /** A client is gone: nothing is told to him any more. */
  drop(listener: Listener): void {
    this.#feeds.watch(listener, [])
  }

  async #submit(exchange: Exchange, request: ExecutorRequest & { verb: 'submitOrder' }, client: Client): Promise<SubmitOutcome> {
    const { order, connection, kind, fence } = request
    const { safeguards } = this.#parts.room
    const notSent = (code: string, text: string): SubmitOutcome => ({ kind: 'not_sent', code, text, retryAfterMs: null })
    if (this.#parts.clock.now() >= order.notAfter) return notSent('deadline', 'its deadline had passed when it arrived')
    if (client.gone) return notSent('dropped', 'nobody waits for it any more')
    const guarded: Guarded = { connectionId: connection.connectionId, userId: connection.userId, kind, fence }
    const caller: Caller = { get gone() { return client.gone }, stops: () => safeguards.stops(guarded), urgency: kind === 'close' ? 'exit' : 'entry', ...this.#user(connection, client) }
    const stopped = safeguards.stops(guarded)
    if (stopped !== null) return notSent(stopped.code, stopped.text)
    let written = 0
    let begun = false
    let uncount = (): void => undefined
    try {
      const caps = kind === 'open' ? safeguards.capsInForce(connection.connectionId) : null
      const needsPrice = caps !== null && (caps.notionalPerOrder !== null || caps.notionalPerDay !== null)
      const notional = needsPrice ? await this.#notional(exchange, request) : null
      const raising = fence === undefined ? null : safeguards.raiseFence(fence)
      if (raising !== null) await raising.catch(notKept)
      const outcome = await withKey(this.#parts.room, exchange, connection, submitEvent(request), (key, entry) => {
        written = entry.seq
        const taken = caps === null ? null : safeguards.takeEntry(connection.connectionId, caps, notional)
        if (taken !== null && 'code' in taken) return Promise.resolve(notSent(taken.code, taken.text))
        if (taken !== null) uncount = taken.undo
        begun = true
        return exchange.submit({ key, market: connection.market, caller }, order)
      })
      if (outcome.kind === 'not_sent') uncount()
      this.#writeOutcome(written, connection, order.clientOrderId, wordFor(outcome))
      if (outcome.kind === 'rejected') this.#heed(connection.connectionId, { code: outcome.code, message: outcome.text }, client.push)
      if (outcome.kind === 'rejected' && outcome.stale === 'rules') this.#markets.forget(connection.exchange, connection.market)
      return outcome
    } catch (error) {
      // Neither audit, safeguards, envelope nor price: nothing was sent, and this is the one answer that says so to an order.
      if (error instanceof Problem && !begun) return notSent(NOT_BEGUN[error.code] ?? 'price_unavailable', error.message)
      throw error
    }
  }

  async #freezing(request: ExecutorRequest & { verb: 'freeze' | 'thaw' }): Promise<Freeze | { thawed: boolean }> {
    const { room, clock, push } = this.#parts
    try {
      return await (request.verb === 'freeze' ? freeze(room, clock, request) : thaw(room, request))
    } finally {
      push({ push: 'freezes', freezes: room.safeguards.freezes() })
    }
  }

  /** The tombstone is on disk when this answers. */
  async #forget(connectionId: string): Promise<Record<string, never>> {
    await writeDown(this.#parts.room, { event: 'forget', connectionId })
    await this.#parts.room.safeguards.bury(connectionId).catch(notKept)
    this.#parts.push({ push: 'freezes', freezes: this.#parts.room.safeguards.freezes() })
    return {}
  }

  /** After the answer: what came of a use is for people, and must not cost an order time. */
  #writeOutcome(of: number, { connectionId, userId }: EnvelopeRef, clientOrderId: string | undefined, outcome: string): void {
    this.#parts.room.audit.outcome({ event: 'outcome', of, connectionId, userId, clientOrderId, outcome })
  }

  async #account(exchange: Exchange, request: ExecutorRequest & { verb: 'account' }, client: Client): Promise<AccountAnswer> {
    return this.#use(exchange, request, 'account', client, async (call) => {
      const answer = await exchange.account(call, request.symbol ?? null)
      return { ...answer, accountId: answer.accountId ?? ownAccount(this.#fingerprint(exchange, call.key)) }
    })
  }

  async #checkConnection(exchange: Exchange, request: ExecutorRequest & { verb: 'checkConnection' }, client: Client, onCheck: OnCheck | undefined): Promise<CheckAnswer> {
    return this.#use(exchange, { ...request, purpose: {} }, 'check', client, async (call) => {
      const verdict = await exchange.check(call, request.consent, onCheck)
      if (!verdict.ok) return verdict
      const fingerprint = this.#fingerprint(exchange, call.key)
      return { ...verdict, accountId: verdict.accountId ?? ownAccount(fingerprint), fingerprint, envelope: null }
    })
  }

  /** What an entry is worth, quote currency. Rejects with `Problem` where there is no price. */
  async #notional(exchange: Exchange, { connection, order: { symbol, quantity, quoteQuantity } }: ExecutorRequest & { verb: 'submitOrder' }): Promise<string> {
    if (quantity === null) return quoteQuantity ?? '0'
    const price = this.#feeds.lastPrice(exchange, connection.market, symbol, CAP_PRICE_MAX_AGE_MS)
      ?? (await this.#price(exchange, { verb: 'price', exchange: connection.exchange, market: connection.market, symbol, connection })).price
    return text(decimal(quantity).times(price))
  }

  async #setCaps({ connectionId, caps, by }: ExecutorRequest & { verb: 'setCaps' }): Promise<CapsAnswer> {
    const { room } = this.#parts
    await writeDown(room, { event: 'caps', connectionId, userId: by, reason: caps === null ? 'none' : JSON.stringify(caps) })
    await room.safeguards.setCaps(connectionId, caps).catch(notKept)
    return room.safeguards.caps(connectionId)
  }

  async #price(exchange: Exchange, request: ExecutorRequest & { verb: 'price' }): Promise<{ price: string; at: number }> {
    const { at, prices } = await this.#lent(exchange, request, 'price', (key) => exchange.prices(request.market, [request.symbol], key))
    const price = prices[request.symbol]
    if (price === undefined) throw new Problem('unknown_symbol', `${exchange.description.name} has no price for ${request.symbol}`)
    return { price, at }
  }

  #use<T extends object>(
    exchange: Exchange, request: { connection: EnvelopeRef; purpose: Purpose; background?: boolean | undefined }, event: AuditEventName, client: Client,
    run: (call: Call) => Promise<T>, clientOrderId?: string,
  ): Promise<T> {
    const { connection, purpose, background = false } = request
    return withKey(this.#parts.room, exchange, connection, eventOf(event, connection, purpose, clientOrderId), async (key, { seq }) => {
      let said = 'failed'
      try {
        // A check tells its verdict itself.
        const user = event === 'check' ? { who: connection.connectionId } : this.#user(connection, client)
        const answer = await run({ key, market: connection.market, caller: { get gone() { return client.gone }, urgency: background ? 'background' : 'question', ...user } })
        said = wordFor(answer)
        return answer
      } catch (error) {
        if (error instanceof Problem) said = `failed: ${error.code}`
        throw error
      } finally {
        this.#writeOutcome(seq, connection, clientOrderId, said)
      }
    })
  }

  /** Whose key is used, and who hears that it is refused. */
  #user({ connectionId }: EnvelopeRef, { push }: Client): Pick<Caller, 'who' | 'onKeyRefused'> {
    return { who: connectionId, onKeyRefused: (code, message) => { this.#heed(connectionId, { code, message }, push) } }
  }

  /** Where it is the key that was refused, whoever asked is told beside the answer. */
  #heed(connectionId: string, { code, message }: Pick<Problem, 'message'> & { readonly code: string }, push: (push: ExecutorPush) => void): void {
    if (isAboutKey(code)) push({ push: 'keyRefused', connectionId, code, detail: message })
  }

  /** Public data, with a borrowed key where the exchange wants one even for that. */
  #lent<T>(exchange: Exchange, request: { connection?: EnvelopeRef | undefined }, event: AuditEventName, run: (key: Key | null) => Promise<T>): Promise<T> {
    if (!exchange.description.publicDataNeedsKey) return run(null)
    const { connection } = request
    if (connection === undefined) throw new Problem('invalid_input', `${exchange.description.name} answers this with a key only`)
    if (connection.exchange !== exchange.description.id) throw new Problem('invalid_input', 'That connection is for another exchange')
    const lent = withKey(this.#parts.room, exchange, connection, { event, connectionId: connection.connectionId, userId: connection.userId }, run)
    return lent.catch((error: unknown) => {
      if (error instanceof Problem) this.#heed(connection.connectionId, error, this.#parts.push)
      throw error
    })
  }

  #describe(): DescribeAnswer {
    const { version, room, openingKeys, exchanges } = this.#parts
    return {
      version,
      sealingKey: openingKeys.current,
      masterKeyVersion: room.masterKeys.current.version,
      exchanges: [...exchanges.values()].map(({ description }) => description),
      auditHead: room.audit.head(),
    }
  }

  #fingerprint(exchange: Exchange, key: Key): string {
    return credentialFingerprint(this.#parts.room.masterKeys, exchange.description.id, key.apiKey)
  }

  #exchangeOf(request: ExecutorRequest): Exchange | null {
    if ('exchange' in request) return this.#exchange(request.exchange)
    return 'connection' in request && request.connection !== undefined ? this.#exchange(request.connection.exchange) : null
  }

  #exchange(id: string): Exchange {
    const exchange = this.#parts.exchanges.get(id)
    if (exchange === undefined) throw new Problem('unknown_exchange', 'This exchange is not supported')
    return exchange
  }
}

const heardBy = ({ progress }: { readonly progress?: boolean | undefined }, onCheck: OnCheck | undefined): OnCheck | undefined => (progress === true ? onCheck : undefined)

function eventOf(event: AuditEventName, connection: EnvelopeRef, purpose: Purpose, clientOrderId?: string): AuditEvent {
  return { event, connectionId: connection.connectionId, userId: connection.userId, ...purpose, clientOrderId }
}

function submitEvent({ connection, purpose, kind, order }: ExecutorRequest & { verb: 'submitOrder' }): AuditEvent {
  const { symbol, side, positionSide, quantity, quoteQuantity, reduceOnly } = order
  return { ...eventOf('submit', connection, purpose, order.clientOrderId), sent: { kind, symbol, side, positionSide, quantity, quoteQuantity, reduceOnly } }
}

/** An answer in a word or two, for the audit: `accepted`, `rejected: market_closed`, `absent`, `done`. */
function wordFor(answer: object): string {
  const kind = 'kind' in answer ? String(answer.kind) : 'ok' in answer ? (answer.ok === true ? 'accepted' : 'refused') : 'done'
  return 'code' in answer ? `${kind}: ${String(answer.code)}` : kind
}
