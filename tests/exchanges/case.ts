import type { CheckAnswer, EnvelopeRef, LookupOutcome, OrderInstruction, ReportAnswer, SubmitOutcome } from '#contract'
import { EXCHANGES, type ExchangeModule } from '#exchanges'
import { decimal, text, type Market, type PositionMode } from '#model'
import { check, lookup, order as anyOrder, submit, type World } from '../executor/harness.ts'
import type { Fixture, MarketFixture } from './fixture.ts'

/** One numbered case. It holds on every exchange and market, unless the fixture says why not. */
export interface Case {
  /** `TC-01` … */
  readonly id: `TC-${string}`
  readonly name: string
  /** Absent: both. */
  readonly market?: Market
  run(bench: Bench): Promise<void>
}

/** What an order looks like in the simulator. */
export interface SeenOrder {
  readonly apiKey: string; readonly market: Market; readonly symbol: string; readonly side: string; readonly positionSide: string; readonly quantity: string | null
  readonly quoteQuantity: string | null; readonly reduceOnly: boolean; readonly clientOrderId: string; readonly state: string; readonly filled: string
}

/** Everything a case works with: one exchange, one market, a real executor, its simulator. */
export class Bench {
  readonly world: World
  readonly fixture: Fixture
  readonly market: Market
  readonly names: MarketFixture
  readonly module: ExchangeModule

  constructor(world: World, fixture: Fixture, market: Market) {
    this.world = world
    this.fixture = fixture
    this.market = market
    const [names, module] = [fixture.markets[market], EXCHANGES.find(({ description }) => description.id === fixture.exchange)]
    if (names === undefined || module === undefined) throw new Error(`no fixture of ${fixture.exchange} ${market}`)
    this.names = names
    this.module = module
  }

  sim<T>(method: string, path: string, body?: unknown): Promise<T> { return this.world.sim(method, path, body, this.fixture.exchange) }

  /** Registers a key with the simulator, with the rights of this market unless told otherwise. `of`: a key of the account that it shares. */
  async account(fields: Readonly<Record<string, unknown>> = {}, of?: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
    const credentials = of === undefined ? this.fixture.credentials() : this.fixture.sibling?.(of) ?? this.fixture.credentials()
    const registered = this.fixture.registered?.(credentials) ?? credentials
    await this.sim('POST', '/accounts', { ...registered, permissions: ['read', this.market], balances: this.names.balances, ...this.fixture.account, ...fields })
    return credentials
  }

  /** Somebody changes the account's position mode at the exchange; nothing here hears of it. */
  mode(credentials: Readonly<Record<string, string>>, positionMode: PositionMode): Promise<unknown> {
    const registered = this.fixture.registered?.(credentials) ?? credentials
    return this.sim('POST', '/accounts', { ...registered, permissions: ['read', this.market], ...this.fixture.account, positionMode })
  }

  check(credentials: Readonly<Record<string, string>>, options: { consent?: boolean; connectionId?: string; market?: Market } = {}): Promise<CheckAnswer> {
    return check(this.world, credentials, options.market ?? this.market, { exchange: this.fixture.exchange, consent: this.fixture.consent, ...options })
  }

  /** The code that a key is refused with; the sentence tells something, and nothing of the key. */
  async refusal(credentials: Readonly<Record<string, string>>, options: { consent?: boolean; market?: Market } = {}): Promise<string> {
    const answer = await this.check(credentials, options)
    if (answer.ok) throw new Error('the key was accepted')
    if (answer.detail.length < 20) throw new Error(`that says too little: ${answer.detail}`)
    for (const value of Object.values(credentials)) if (answer.detail.includes(value)) throw new Error('the sentence shows a credential')
    demandReadable(answer.detail)
    return answer.code
  }

  /** A connected key of a fresh account, or of the one that `of` is a key of. */
  async connected(fields: Readonly<Record<string, unknown>> = {}, of?: Readonly<Record<string, string>>): Promise<{ ref: EnvelopeRef; credentials: Readonly<Record<string, string>>; answer: CheckAnswer & { ok: true } }> {
    const credentials = await this.account(fields, of)
    const connectionId = `connection-${crypto.randomUUID()}`
    const answer = await this.check(credentials, { connectionId })
    if (!answer.ok || answer.envelope === null) throw new Error(`not connected: ${JSON.stringify(answer)}`)
    return { credentials, answer, ref: { connectionId, userId: 'user-1', exchange: this.fixture.exchange, market: this.market, rowVersion: 1, envelope: answer.envelope } }
  }

  /** A market buy of the usual quantity, with an id as long as the facts allow. */
  order(fields: Partial<OrderInstruction> = {}): OrderInstruction {
    const length = Math.min(this.module.description.facts[this.market]?.maxLength ?? 18, 28)
    const { clientOrderId, ...rest } = anyOrder({ symbol: this.names.symbol, quantity: this.names.quantity, notAfter: Date.now() + PATIENCE_MS, ...fields })
    const named = { clientOrderId: fields.clientOrderId ?? ourId(clientOrderId, length), ...rest }
    if (this.names.buysByQuote !== true || named.side !== 'buy' || named.quantity === null) return named
    return { ...named, quantity: null, quoteQuantity: text(decimal(named.quantity).times(PRICE)) }
  }

  async submit(ref: EnvelopeRef, order: OrderInstruction): Promise<SubmitOutcome> {
    const outcome = await submit(this.world, ref, order)
    if (outcome.kind === 'rejected') demandReadable(outcome.text)
    return outcome
  }

  lookup(ref: EnvelopeRef, order: OrderInstruction, sentAt?: number): Promise<LookupOutcome> { return lookup(this.world, ref, order, sentAt) }

  report(ref: EnvelopeRef, symbols: readonly string[], since = Date.now() - 60_000): Promise<ReportAnswer> {
    return this.world.port.call({ verb: 'report', connection: ref, symbols: [...symbols], since, background: this.fixture.scarce !== true, purpose: {} })
  }

  cancel(ref: EnvelopeRef, order: OrderInstruction) {
    return this.world.port.call({ verb: 'cancelOrder', connection: ref, symbol: order.symbol, clientOrderId: order.clientOrderId, purpose: {} } as const)
  }

  /** What arrived at the exchange under that id, in the exchange's own form of it. */
  async seen(order: OrderInstruction): Promise<SeenOrder[]> {
    const all = await this.sim<SeenOrder[]>('GET', '/orders')
    return all.filter(({ clientOrderId }) => clientOrderId === this.module.orderIds(this.market).write(order.clientOrderId))
  }

  /** Codes of what is wrong with a key. */
  get codes(): Fixture['codes'] { return { ...this.fixture.codes, ...this.names.codes } }

  /** Which requests a fault is about, as fixtures write it: `/v5/order/history`, `POST /info "type":"orderStatus"`. */
  about(question: string): { method?: string; path: string; contains?: string } {
    const [, method, path = '', contains] = /^(?:([A-Z]+) )?(\S+)(?: (.+))?$/.exec(question) ?? []
    return { ...method === undefined ? {} : { method }, path, ...contains === undefined ? {} : { contains } }
  }

  /** The next order is answered otherwise. */
  fault(fields: Readonly<Record<string, unknown>>): Promise<unknown> { return this.sim('POST', '/faults', { ...this.names.order, ...fields }) }
}

/** What everything costs in the simulators that the cases use, unless a case says otherwise. */
const PRICE = 50_000
/** Long enough for a machine that does a lot beside. */
const PATIENCE_MS = 20_000
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** An id of our alphabet, as long as is wanted. */
export const ourId = (seed: string, length: number): string =>
  `T${Array.from({ length: length - 1 }, (_, at) => LETTERS[(seed.codePointAt(1 + at % (seed.length - 1)) ?? 0) * (at + 7) % 32]).join('')}`

/** Throws for a sentence that ends twice, and for words that are said twice. */
export function demandReadable(text: string): void {
  const twice = /(\S[^()]*) \(\1\)/.exec(text)?.[0] ?? /(?<![.])[.?!]\.(?= |$)/.exec(text)?.[0] ?? /\b(\w+:\w[^:]*): \1$/.exec(text)?.[0]
  if (twice !== undefined) throw new Error(`"${twice}" in: ${text}`)
}
