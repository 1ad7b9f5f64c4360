import { cutToStep, decimal, text, type Bot } from '#model'
import { closesFuture } from '../exchange/ledger.ts'
import { planPart } from '../exchange/fill-plan.ts'
import { Chance } from './chance.ts'
import type { Focus } from './faults.ts'
import { Hands } from './hands.ts'
import type { People } from './people.ts'
import { START } from './virtual-time.ts'
import type { World } from './world.ts'

/** What befalls accounts and markets, beyond requests that get lost. */
export const MISHAPS = [
  'partlyClosed', 'rulesTighten', 'coinsLocked', 'soldByHand', 'lookupsFail', 'keyRefused', 'modeChanges', 'marketHalts', 'marketCloses',
] as const
export type Mishap = (typeof MISHAPS)[number]

/** How many worlds have one, and how many several. */
const ONE = 0.3
const SEVERAL = 0.05
/** Bots that hold something early on, where something may befall it; a crowd need not. */
const HOLDERS = 0.7
const HOLDERS_LIMIT = 6
const HELD_LOOKS_MS = 700
/** Worlds in which no machine fails, so that a mishap is not lost among worse. */
const CALM: Focus = { crash: 0, storageAway: 0, storageSlow: 0, executorRestart: 0, queue: 0, serverStops: 0 }
/** After a mishap somebody often wants out, and then in again. */
const EXITS = 0.8
const ENTRIES = 0.5

/** Which mishaps a world has. Most have none: what always comes with all others never shows what it does alone. */
export class Mishaps {
  /** What is still to come of those that have begun. */
  pending = 0
  /** How often each had an effect. */
  readonly seen = new Map<Mishap, number>()
  readonly #world: World
  readonly #chance: Chance
  readonly #drawn: ReadonlySet<Mishap>
  readonly #hands: Hands
  readonly #calm: boolean
  readonly #plain: boolean
  readonly #activeMs: number

  constructor(world: World, focus: Focus) {
    this.#world = world
    this.#chance = new Chance(world.seed, 'mishaps')
    const share = this.#chance.unit()
    const count = share < SEVERAL ? this.#chance.whole(2, 3) : share < SEVERAL + ONE ? 1 : 0
    this.#drawn = new Set(focus.mishaps ?? Array.from({ length: count }, () => this.#chance.pick(MISHAPS)))
    this.#calm = this.#drawn.size > 0 && this.#chance.hits(0.7)
    this.#plain = this.#calm && this.#chance.hits(0.5)
    this.#activeMs = this.#chance.pick([30_000, 30_000, 90_000])
    this.#hands = new Hands(world, new Chance(world.seed, 'hands'), this)
  }

  /** The worlds in which what was drawn can happen at all. */
  get focus(): Focus {
    const where: Focus = this.has('marketCloses') ? { venue: 'alpaca', market: 'spot' }
      : this.has('coinsLocked') ? { market: 'spot' } : this.has('modeChanges') ? { market: 'futures' } : {}
    return { ...where, ...this.#calm ? CALM : {}, ...this.#plain ? { submit: {}, read: 0 } : {}, ...this.#drawn.size > 0 ? { activeMs: this.#activeMs } : {} }
  }

  /** Does something later on; until then the world has not come to rest. */
  later(ms: number, act: () => void): void {
    this.pending += 1
    this.#world.time.after(ms, () => { this.pending -= 1; act() })
  }

  has(mishap: Mishap): boolean { return this.#drawn.has(mishap) }

  saw(mishap: Mishap): void { this.seen.set(mishap, (this.seen.get(mishap) ?? 0) + 1) }

  /** Plans all that befalls this world while its people are active, ms. */
  plan(people: People, activeMs: number): void {
    const chance = this.#chance
    for (const mishap of this.#drawn) {
      for (let act = chance.whole(1, 3); act > 0; act -= 1) {
        this.#world.time.after(chance.unit() * 0.8 * activeMs, () => { this.#befall(mishap, people, activeMs) })
      }
    }
    if (this.#drawn.size > 0) {
      for (const { bot } of [...this.#world.tables.bots.values()].slice(0, HOLDERS_LIMIT)) {
        if (chance.hits(HOLDERS)) this.#world.time.after(chance.unit() * 0.3 * activeMs, () => { people.signal(bot, bot.direction === 'short' ? 'sell' : 'buy') })
      }
    }
    if (this.has('partlyClosed')) this.#closePartly(activeMs)
    if (this.has('marketCloses')) {
      this.#world.conditions.hours.set('alpaca', true)
      const { tables } = this.#world
      for (const id of tables.bots.keys()) tables.changeBot(id, { exitAtOpen: chance.hits(0.5) })
    }
    if (this.has('modeChanges') && chance.hits(0.5)) for (const account of this.#world.ledger.accounts.values()) this.#world.conditions.ignoresSides.add(account.id)
  }

  #befall(mishap: Mishap, people: People, activeMs: number): void {
    switch (mishap) {
      case 'partlyClosed': this.#whenHeld(activeMs, () => true, (bot) => { this.#wantOut(people, bot) }); return
      case 'rulesTighten': this.#whenHeld(activeMs, () => true, (bot) => { this.#tighten(bot); this.#wantOut(people, bot) }); return
      case 'coinsLocked': this.#whenHeld(activeMs, (bot) => bot.market === 'spot', (bot) => { this.#hands.lock(bot); this.#wantOut(people, bot) }); return
      case 'soldByHand': this.#whenHeld(activeMs, () => true, (bot) => { this.#hands.sell(bot); this.#wantOut(people, bot) }); return
      case 'lookupsFail': this.#failLookups(people, activeMs); return
      case 'keyRefused': this.#whenHeld(activeMs, () => true, (bot) => { this.#refuseKey(bot); this.#wantOut(people, bot) }); return
      case 'modeChanges': this.#hands.changeMode(activeMs, (bot) => { this.#wantOut(people, bot) }); return
      case 'marketHalts': this.#whenHeld(activeMs, () => true, (bot) => { this.#halt(bot); this.#wantOut(people, bot) }); return
      case 'marketCloses': this.#whenHeld(activeMs, (bot) => bot.exchange === 'alpaca', (bot) => { this.#shut(bot); this.#wantOut(people, bot) })
    }
  }

  /** Waits for a bot that holds something, on an account on which nobody trades at will. */
  #whenHeld(activeMs: number, fits: (bot: Bot) => boolean, act: (bot: Bot) => void): void {
    const { time, tables, judge, handled } = this.#world
    if (time.now - START > activeMs) return
    const bots = [...tables.bots.values()].map((one) => one.bot).filter((bot) => (
      fits(bot) && !judge.heldBy(bot.id).real.isZero() && !handled.has(this.#world.accountOf(bot.connectionId ?? '').id)
    ))
    if (bots.length > 0) act(this.#chance.pick(bots))
    else time.after(HELD_LOOKS_MS, () => { this.#whenHeld(activeMs, fits, act) })
  }

  /** An exit by signal or by button, perhaps another one, and perhaps an entry after it. */
  #wantOut(people: People, bot: Bot): void {
    const { time, judge, servers } = this.#world
    const chance = this.#chance
    const long = !judge.heldBy(bot.id).real.isNegative()
    const exit = (): void => {
      if (chance.hits(0.3)) servers.ask(`closes ${bot.id}`, (execution) => execution.close(bot.id))
      else people.signal(bot, long ? 'sell' : 'buy')
    }
    if (!chance.hits(EXITS)) return
    const exitAt = chance.between(0, chance.pick([50, 3000]))
    time.after(exitAt, exit)
    if (chance.hits(0.3)) time.after(exitAt + chance.between(500, 8000), exit)
    if (chance.hits(ENTRIES)) time.after(exitAt + chance.between(500, 15_000), () => { people.signal(bot, long ? 'buy' : 'sell') })
  }

  /** Closes are filled in part, and the exchange ends the rest. */
  #closePartly(activeMs: number): void {
    const { time, ledger } = this.#world
    const chance = new Chance(this.#world.seed, 'partly closed')
    const rate = chance.pick([0.3, 0.6, 1])
    ledger.endsPartly = ({ account, instruction, target, byHand }, step) => {
      const closes = account.market === 'spot' ? instruction.side === 'sell' : closesFuture(account, instruction)
      if (byHand || !closes || time.now - START > activeMs || !chance.hits(rate)) return null
      this.saw('partlyClosed')
      return planPart(chance, target, step)
    }
  }

  /** The largest order becomes smaller than what is held, or the smallest one larger. */
  #tighten(bot: Bot): void {
    const { conditions, judge, prices } = this.#world
    const chance = this.#chance
    const rules = conditions.rules(bot)
    if (rules === undefined) return
    const held = judge.heldBy(bot.id).real.abs()
    const part = cutToStep(held.times(chance.pick(['0.2', '0.35', '0.55'])), decimal(rules.quantityStep))
    const how = chance.weighted({ maximum: 4, minimum: 1, notional: 1 })
    if (how === 'maximum' && part.greaterThanOrEqualTo(decimal(rules.minQuantity))) conditions.change(bot, { maxQuantity: text(part) })
    else if (how === 'minimum') conditions.change(bot, { minQuantity: text(cutToStep(held.times(chance.pick(['0.5', '1.5'])), decimal(rules.quantityStep)).plus(decimal(rules.quantityStep))) })
    else if (how === 'notional') conditions.change(bot, { minNotional: text(held.times(prices.of(bot.exchange, bot.market, bot.symbol)).times(chance.pick(['0.5', '1.5'])).toDecimalPlaces(0)) })
    this.saw('rulesTighten')
    this.#world.log('exchange', () => `${bot.exchange} changes its rules for ${bot.symbol}: ${JSON.stringify(conditions.rules(bot))}`)
    if (how !== 'maximum' && chance.hits(0.5)) this.later(chance.between(5000, 40_000), () => { conditions.change(bot, rules) })
  }

  #failLookups(people: People, activeMs: number): void {
    const { conditions, time, tables } = this.#world
    const chance = this.#chance
    conditions.unanswered = chance.pick(['look-ups', 'look-ups and accounts'])
    conditions.bareAnswers = chance.hits(0.5)
    this.#world.log('exchange', () => `answers no ${conditions.unanswered}${conditions.bareAnswers ? ', and orders barely' : ''}`)
    const until = Math.min(chance.between(5000, 40_000), Math.max(0, START + activeMs - time.now))
    this.later(until, () => { conditions.unanswered = 'none'; conditions.bareAnswers = false; this.#world.log('exchange', 'answers questions again') })
    // An entry just now, and the exit right behind it.
    const bot = chance.pick([...tables.bots.values()]).bot
    const long = bot.direction !== 'short'
    time.after(chance.between(0, 2000), () => { people.signal(bot, long ? 'buy' : 'sell') })
    time.after(chance.between(2000, 6000), () => { people.signal(bot, long ? 'sell' : 'buy') })
  }

  /** A key is revoked, and often given back. */
  #refuseKey(bot: Bot): void {
    const { conditions, lost } = this.#world
    const chance = this.#chance
    const connectionId = bot.connectionId ?? ''
    conditions.refusedKeys.add(connectionId)
    this.saw('keyRefused')
    this.#world.log('exchange', `refuses the key of ${connectionId}`)
    if (chance.hits(0.3)) { lost.add(connectionId); return }
    this.later(chance.between(3000, 40_000), () => {
      if (lost.has(connectionId)) return
      conditions.refusedKeys.delete(connectionId)
      this.#world.log('exchange', `takes the key of ${connectionId} again`)
    })
  }

  #halt(bot: Bot): void {
    const { conditions } = this.#world
    conditions.halt(bot, this.#chance.hits(0.5))
    this.saw('marketHalts')
    this.#world.log('exchange', `${bot.exchange} halts ${bot.symbol}`)
    this.later(this.#chance.between(1000, 60_000), () => {
      conditions.resume(bot)
      this.#world.log('exchange', `${bot.exchange} trades ${bot.symbol} again`)
    })
  }

  #shut({ exchange }: Bot): void {
    const { conditions } = this.#world
    conditions.hours.set(exchange, false)
    this.saw('marketCloses')
    this.#world.log('exchange', `${exchange} closes`)
    if (this.#chance.hits(0.8)) this.later(this.#chance.between(2000, 90_000), () => {
      conditions.hours.set(exchange, true)
      this.#world.log('exchange', `${exchange} opens`)
    })
  }
}
