import type { Bot } from '#model'
import { parsePayload } from '#signals'
import { Chance } from './chance.ts'
import { COUNTED_ANEW } from '../judge/judge.ts'
import { SYMBOLS, type Hook } from './scenario.ts'
import { START } from './virtual-time.ts'
import type { World } from './world.ts'

/** A sender's patience for an answer, and his repeats. */
const PATIENCE_MS = 3000
const REPEAT_MS = 5000
const REPEATS = 3
/** How often somebody looks whether an order needs him. */
const PERSON_LOOKS_MS = 7000

/** One firing of an alert; however often it is delivered, it is one signal. `late`: a stopped server read it when it woke up, perhaps after the duplicate window. */
interface Firing { readonly hook: Hook; readonly raw: Buffer; readonly timed: boolean; readonly firstAt: number; readonly signals: Set<string>; late: boolean }

/** Who uses the system: senders of signals, owners who press buttons, and people who trade at the exchange themselves. */
export class People {
  /** Deliveries that somebody still works on. */
  busy = 0
  readonly firings: Firing[] = []
  readonly #world: World
  readonly #chance: Chance
  readonly #hooks: readonly Hook[]

  constructor(world: World, hooks: readonly Hook[]) {
    this.#world = world
    this.#hooks = hooks
    this.#chance = new Chance(world.seed, 'people')
  }

  /** Plans everything that people will do within `activeMs`. */
  plan(activeMs: number): void {
    const { time, tables } = this.#world
    const chance = this.#chance
    const at = (share: number, act: () => void): void => { time.after(share * activeMs, act) }
    const firings = chance.weighted({ few: 3, some: 4, many: 1 })
    const count = tables.bots.size > 50 ? 3 : firings === 'few' ? chance.whole(2, 5) : firings === 'some' ? chance.whole(6, 14) : chance.whole(15, 30)
    for (let firing = 0; firing < count; firing += 1) {
      const share = chance.unit()
      const burst = chance.hits(0.2) ? chance.whole(2, 4) : 1
      for (let one = 0; one < burst; one += 1) at(share, () => { this.#fire() })
    }
    for (let act = chance.pick([0, 0, 2, 5]); act > 0; act -= 1) at(chance.unit(), () => { this.#press() })
    if (this.#world.handled.size > 0) for (let act = chance.whole(1, 4); act > 0; act -= 1) at(chance.unit(), () => { this.#tradeByHand() })
    if (chance.hits(0.1)) at(chance.unit(), () => { this.#world.servers.restartOne() })
    const newcomers = new Chance(this.#world.seed, 'newcomers')
    if (newcomers.hits(0.3)) for (let one = newcomers.whole(1, 3); one > 0; one -= 1) at(newcomers.unit(), () => { this.#makeBot(newcomers) })
  }

  /** A bot beside another one, and often a signal for it at once, perhaps at another server. */
  #makeBot(chance: Chance): void {
    const { tables, servers, time, judge } = this.#world
    const { bot: like } = chance.pick([...tables.bots.values()])
    const hook = this.#hooks.find(({ id }) => id === like.webhookId)
    servers.ask(`makes a bot like ${like.id}`, async (execution, life) => {
      await new Promise<void>((resolve) => { life.tell('a request', resolve) })
      const number = tables.bots.size + 1
      const bot = { ...like, id: `bot-${number}`, name: `bot ${number}`, paused: false, createdAt: time.now }
      tables.addBot(bot)
      tables.tell({ at: time.now, origin: life.origin, events: [], changes: [`bot:${bot.id}`] })
      // The log may be faster than the answer to the commit.
      await new Promise<void>((resolve) => { time.after(chance.between(0.1, 40), () => { life.tell('an answer', resolve) }) })
      await execution.botChanged(bot.id)
      if (!life.passes('before a 201')) return
      judge.made(bot.id)
      if (chance.hits(0.7)) time.after(chance.between(0.01, 20), () => { this.#fire(hook) })
    })
  }

  /** An alert for one bot, from its own webhook. */
  signal(bot: Bot, side: 'buy' | 'sell'): void {
    const hook = this.#hooks.find(({ id }) => id === bot.webhookId)
    if (hook === undefined) return
    const body = { symbol: bot.symbol, side, id: `mishap ${this.firings.length}` }
    const firing: Firing = { hook, raw: Buffer.from(JSON.stringify(body)), timed: false, firstAt: this.#world.time.now, signals: new Set(), late: false }
    this.firings.push(firing)
    this.#deliver(firing, REPEATS, false)
  }

  #fire(hook: Hook = this.#chance.pick(this.#hooks)): void {
    const { time, tables } = this.#world
    const chance = this.#chance
    const bots = [...tables.bots.values()].map((record) => record.bot).filter((bot) => bot.webhookId === hook.id)
    const symbol = bots.length === 0 || chance.hits(0.05) ? chance.pick(SYMBOLS) : chance.pick(bots).symbol
    const timed = chance.hits(0.6)
    const body: Record<string, unknown> = { symbol, side: chance.pick(['buy', 'sell']) }
    if (timed) body['time'] = new Date(Math.floor(time.now - (chance.hits(0.1) ? chance.between(0, 90_000) : chance.between(0, 2000)))).toISOString()
    else if (chance.hits(0.5)) body['id'] = `alert ${this.firings.length}`
    if (chance.hits(0.15)) body['size'] = chance.pick(['50', '300', '0.004', '1000', '100000', '20', '1500'])
    if (chance.hits(0.35)) body['dilution'] = true
    const flag = chance.weighted({ none: 90, TEST: 4, DEBUG: 3, REVERSE: 3 })
    if (flag !== 'none') body['flag'] = flag
    const firing: Firing = { hook, raw: Buffer.from(JSON.stringify(body)), timed, firstAt: time.now, signals: new Set(), late: false }
    this.firings.push(firing)
    const stubborn = chance.hits(0.5)
    this.#deliver(firing, REPEATS, stubborn)
    if (chance.hits(0.05)) this.#deliver(firing, 0, false) // the same request twice at one instant
  }

  /** `stubborn`: sends again whatever went wrong; TradingView, for one, only after a 5xx. */
  #deliver(firing: Firing, repeats: number, stubborn: boolean): void {
    const { time, servers, faults } = this.#world
    const receivedAt = time.now
    const parsed = parsePayload(firing.raw, receivedAt)
    if (!parsed.ok) throw new Error(`a payload that is none: ${JSON.stringify(parsed.errors)}`)
    this.busy += 1
    const name = `alert ${this.firings.indexOf(firing) + 1}`
    this.#world.log('sender', () => `sends ${name} ${firing.raw.toString()}`)
    let open = true
    const end = (again: boolean): void => {
      if (!open) return
      open = false
      if (!again || repeats === 0) { this.busy -= 1; return }
      time.after(REPEAT_MS, () => { this.busy -= 1; this.#deliver(firing, repeats - 1, stubborn) })
    }
    time.after(PATIENCE_MS, () => { end(stubborn) })
    const lost = this.#chance.hits(faults.rate('answerLost'))
    const there = servers.deliver({ webhook: firing.hook, source: 'hook', draft: parsed.draft, raw: firing.raw, idempotencyKey: null, receivedAt }, (signalId) => {
      this.#world.log('sender', () => `${lost ? 'is not heard' : 'hears'} of ${name}: ${signalId ?? '503'}`)
      if (signalId !== null) firing.signals.add(signalId)
      if (lost) return // the connection broke: his patience ends it
      end(signalId === null)
    })
    if (there === 'late') firing.late = true
    if (there !== 'nobody') return
    this.#world.log('sender', () => `finds nobody for ${name}`)
    end(stubborn)
  }

  /**
   * Whoever is told of an uncertain order looks at the exchange, and says what he sees there: that the order is not there
   * only once it cannot come any more. `activeMs`: for how long he looks, in between.
   */
  lookAfter(untilMs: number): void {
    const { time, judge, ledger, executor } = this.#world
    if (time.now - START > untilMs) return
    time.after(PERSON_LOOKS_MS, () => { this.lookAfter(untilMs) })
    for (const id of judge.unsettled) {
      const order = judge.orders.get(id)?.order
      if (order === undefined || this.#world.isLost(order.botId) || !order.needsPerson || this.#chance.hits(0.5)) continue
      const [placed] = ledger.withId(this.#world.accountOf(order.connectionId), order.clientOrderId)
      const answer = placed === undefined ? executor.wire.under.includes(order.clientOrderId) ? 'check' : 'absent' : this.#chance.pick(['exists', 'check'] as const)
      this.#world.servers.ask(`says of ${order.clientOrderId}: ${answer}`, (execution) => (
        execution.resolve(id, order.botId, { answer, exchangeOrderId: answer === 'exists' ? placed?.number ?? null : null, by: 'its owner' })
      ))
    }
  }

  /** Compares the books of every connection with its exchange, once all is quiet. */
  compareBooks(): void {
    const { servers, tables } = this.#world
    for (const connectionId of new Set([...tables.bots.values()].map(({ bot }) => bot.connectionId ?? ''))) {
      this.busy += 1
      servers.ask(`compares the books of ${connectionId}`, (execution) => execution.reconcile(connectionId).finally(() => { this.busy -= 1 }))
    }
  }

  /** A press of a button: close, cancel, a changed or paused bot, an adjustment. */
  #press(): void {
    const { tables, servers, judge } = this.#world
    const chance = this.#chance
    const record = chance.pick([...tables.bots.values()])
    const { bot } = record
    switch (chance.weighted({ close: 4, cancel: 3, pause: 2, amount: 1, adjust: 1, freeze: 2 })) {
      case 'close': servers.ask(`closes ${bot.id}`, (execution) => execution.close(bot.id)); return
      case 'cancel': {
        const orders = [...judge.unsettled]
        if (orders.length === 0) return
        const id = chance.pick(orders)
        servers.ask(`cancels ${judge.orders.get(id)?.order.clientOrderId ?? ''}`, (execution) => execution.cancel(id, judge.orders.get(id)?.order.botId ?? ''))
        return
      }
      case 'freeze': this.#freeze(bot.connectionId, bot.userId); return
      case 'pause': this.#change(record, { paused: !bot.paused }); return
      case 'amount': this.#change(record, { amount: bot.amountIn === 'quote' ? chance.pick(['60', '700']) : bot.amount }); return
      case 'adjust': {
        const quantity = chance.pick(['0.01', '-0.01', '0.002'])
        if (bot.market === 'futures' && !this.#world.handled.has(this.#world.accountOf(bot.connectionId ?? '').id)) return
        servers.ask(`adjusts ${bot.id} by ${quantity}`, (execution) => execution.adjust(bot.id, quantity, COUNTED_ANEW))
      }
    }
  }

  /** Stops everybody, a user or a connection, and lets it go on some seconds later. */
  #freeze(connectionId: string | null, userId: string): void {
    const { servers, time } = this.#world
    const chance = this.#chance
    const scope = chance.pick(['all', 'user', 'connection'] as const)
    const id = scope === 'all' ? null : scope === 'user' ? userId : connectionId
    const mode = chance.pick(['entries', 'all'] as const)
    servers.ask(`freezes ${scope} ${id ?? ''} (${mode})`, (execution) => execution.freeze({ scope, id, mode, reason: 'a doubt', by: userId }))
    time.after(chance.between(500, 15_000), () => { servers.ask(`thaws ${scope} ${id ?? ''}`, (execution) => execution.thaw(scope, id, 'no doubt', userId)) })
  }

  #change(record: { bot: { id: string } }, more: object): void {
    const { tables, servers, time } = this.#world
    const { bot: { id } } = record
    servers.ask(`changes ${id} to ${JSON.stringify(more)}`, async (execution, life) => {
      tables.changeBot(id, more)
      tables.tell({ at: time.now, origin: life.origin, events: [], changes: [`bot:${id}`] })
      await execution.botChanged(id)
    })
  }

  #tradeByHand(): void {
    const { ledger, handled, tables } = this.#world
    const chance = this.#chance
    const bots = [...tables.bots.values()].map((one) => one.bot).filter((bot) => handled.has(this.#world.accountOf(bot.connectionId ?? '').id))
    if (bots.length === 0) return
    const bot = chance.pick(bots)
    const account = this.#world.accountOf(bot.connectionId ?? '')
    const hedge = account.positionMode === 'hedge'
    const side = chance.pick(['buy', 'sell'] as const)
    ledger.take(account, {
      clientOrderId: `by hand ${Math.round(this.#world.time.now - START)}`, symbol: bot.symbol, side, quantity: chance.pick(bot.base === 'DOGE' ? ['100', '1000'] : ['0.001', '0.02']),
      quoteQuantity: null, reduceOnly: false, positionSide: hedge ? chance.pick(['long', 'short']) : 'both',
    }, true)
  }
}
