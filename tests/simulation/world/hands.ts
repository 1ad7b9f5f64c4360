import { cutToStep, decimal, text, type Bot } from '#model'
import { free, type Account } from '../exchange/ledger.ts'
import type { Chance } from './chance.ts'
import type { Mishaps } from './mishaps.ts'
import { START } from './virtual-time.ts'
import type { World } from './world.ts'

const MODE_LOOKS_MS = 400

/** Owners at work at the exchange itself, on what their bots hold: they sell it, lock it in orders, and change the position mode. */
export class Hands {
  readonly #world: World
  readonly #chance: Chance
  readonly #mishaps: Mishaps
  #acts = 0

  constructor(world: World, chance: Chance, mishaps: Mishaps) {
    this.#world = world
    this.#chance = chance
    this.#mishaps = mishaps
  }

  /** Sells a part of what a bot holds, or all of it: on futures reduce-only. */
  sell(bot: Bot): void {
    const { ledger, judge, conditions } = this.#world
    const account = this.#world.accountOf(bot.connectionId ?? '')
    const { real } = judge.heldBy(bot.id)
    const side = real.isNegative() ? 'buy' : 'sell'
    const positionSide = account.positionMode === 'hedge' ? (real.isNegative() ? 'short' : 'long') : 'both'
    const there = bot.market === 'spot' ? free(account, bot.base) : ledger.held(account, bot.symbol, { side, positionSide })
    const wanted = real.abs().times(this.#chance.pick(['0.2', '0.5', '1', '1']))
    const quantity = cutToStep(wanted.greaterThan(there) ? there : wanted, decimal(conditions.rules(bot)?.quantityStep ?? '1'))
    if (quantity.isZero() || this.#busy(account)) return
    this.#world.touched.add(account.id)
    const reduceOnly = bot.market === 'futures' && positionSide === 'both'
    const taken = ledger.take(account, { ...this.#order(bot), side, quantity: text(quantity), quoteQuantity: null, reduceOnly, positionSide }, true)
    if (taken.kind === 'accepted') this.#mishaps.saw('soldByHand')
  }

  /** Puts coins that a bot holds into a resting order, which is canceled later, filled, or stays. */
  lock(bot: Bot): void {
    const { ledger, judge, conditions } = this.#world
    const chance = this.#chance
    const account = this.#world.accountOf(bot.connectionId ?? '')
    const wanted = judge.heldBy(bot.id).real.times(chance.pick(['0.3', '0.7', '1', '1']))
    const there = free(account, bot.base)
    const quantity = cutToStep(wanted.greaterThan(there) ? there : wanted, decimal(conditions.rules(bot)?.quantityStep ?? '1'))
    const placed = this.#busy(account) ? null : ledger.rest(account, this.#order(bot).clientOrderId, bot.symbol, quantity)
    if (placed === null) return
    this.#world.touched.add(account.id)
    this.#mishaps.saw('coinsLocked')
    if (chance.hits(0.2)) return
    const filled = chance.hits(0.3)
    this.#mishaps.later(chance.between(1000, 40_000), () => {
      this.#world.log('exchange', `the order by hand ${placed.clientOrderId} ${filled ? 'is filled' : 'is canceled'}`)
      ledger.release(placed, filled)
    })
  }

  /** Changes the position mode of an account, which exchanges allow while it is flat and nothing is open. */
  changeMode(activeMs: number, then: (bot: Bot) => void): void {
    const { time, tables } = this.#world
    if (time.now - START > activeMs) return
    const accounts = [...this.#world.ledger.accounts.values()].filter((account) => account.market === 'futures' && this.#isFlat(account) && !this.#busy(account) && this.#world.ledger.coming === 0)
    const account = accounts.length === 0 ? undefined : this.#chance.pick(accounts)
    if (account === undefined) { time.after(MODE_LOOKS_MS, () => { this.changeMode(activeMs, then) }); return }
    account.positionMode = account.positionMode === 'hedge' ? 'one-way' : 'hedge'
    this.#mishaps.saw('modeChanges')
    this.#world.log('exchange', `${account.id} is in ${account.positionMode} mode now`)
    const bots = [...tables.bots.values()].map(({ bot }) => bot).filter((bot) => this.#world.accountOf(bot.connectionId ?? '') === account)
    if (bots.length > 0) then(this.#chance.pick(bots))
  }

  #isFlat(account: Account): boolean { return [...account.positions.values()].every((quantity) => quantity.isZero()) }

  /** Whether an order of the account is open, or may be on its way. */
  #busy(account: Account): boolean {
    const { ledger, executor } = this.#world
    return executor.wire.under.length > 0 || ledger.orders.some((placed) => placed.account === account && placed.state === 'open')
  }

  #order({ symbol }: Bot): { clientOrderId: string; symbol: string } { return { clientOrderId: `hand ${this.#acts += 1}`, symbol } }
}
