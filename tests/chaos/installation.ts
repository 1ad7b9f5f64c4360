import type { Chance } from './chance.ts'
import { setUp, type Desk, type Hook } from './desk.ts'
import { Faults } from './faults.ts'
import { pause } from './http.ts'
import { readJournal, type Journal, type JournalSignal } from './journal.ts'
import { Judge, type Violation } from './judge.ts'
import type { Ledger } from './ledger.ts'
import { VICTIMS, type ChaosOptions, type Tally, type Victim } from './options.ts'
import { startPlace, type Killed, type Place } from './place.ts'
import { Alerts, send, type Sent } from './sender.ts'
import { STUCK_MS, stuckIn, unfinished } from './stuck.ts'

/** What all installations of a campaign share. */
export interface Ground {
  readonly options: ChaosOptions
  readonly exchangeUrl: string
  readonly ledger: Ledger
  readonly tally: Tally
  /** What every process of the installations is started with besides its settings. */
  readonly env: Readonly<Record<string, string>>
  /** Whether the campaign ends early: something was found that was looked for, or an installation could not go on. */
  stopping(): boolean
  /** The latter: what others have under way is then no evidence any more. */
  failed(): boolean
  /** Whether nothing more is to be begun: what was done comes to its end, and is judged. */
  enough(): boolean
  report(violation: Violation | { readonly kind: 'stuck' | 'needsPerson'; readonly text: string; readonly evidence: unknown }, place: Place): void
}

/** This installation's part of the campaign. */
export interface Quota { kills: number; accepted: number }

const RECOVERY_LIMIT_MS = 180_000
const LOOK_EVERY_MS = 10_000
const BURST = 6
const PROBE_EVERY_LOOKS = 50
const RATES = { least: 4, most: 40 } as const
/** Signals of a round in which nothing is killed. */
const CALM_ROUND = 500
/** Of a client order id, what installation and bot have in common. */
const TAG_LENGTH = 11
const FAULT_EVERY_MS = [300, 2000] as const

const WEIGHTS: Readonly<Record<Victim, number>> = { server: 32, executor: 26, both: 18, supervisor: 8, postgres: 16, stopped: 20 }

/** One installation under fire: rounds of alerts, faults and kills, each followed by calm and judgement. */
export async function torment(name: string, ground: Ground, chance: Chance, quota: Quota, ports: readonly number[]): Promise<void> {
  const probeMarket = chance.pick<'spot' | 'futures'>([[1, 'spot'], [1, 'futures']])
  const place = await startPlace(name, ground, chance.split(), ports)
  let clean = true
  try {
    const desk = await setUp(place, ground.exchangeUrl, probeMarket)
    const one = new Installation(place, desk, ground, chance, quota)
    await one.prepare()
    while ((quota.kills > 0 || quota.accepted > 0) && !ground.stopping() && !ground.enough()) clean = await one.round() && clean
  } finally {
    await place.stop()
  }
  if (clean) place.remove()
}

class Installation {
  readonly #place: Place
  readonly #desk: Desk
  readonly #ground: Ground
  readonly #chance: Chance
  readonly #quota: Quota
  readonly #alerts: Alerts
  readonly #judge: Judge
  #faults: Faults
  /** Alerts of the round, and those of them that are not answered yet. */
  #sent: Sent[] = []
  readonly #sending = new Set<Promise<void>>()
  readonly #victims: readonly Victim[]
  #secondsPerKill = 3

  constructor(place: Place, desk: Desk, ground: Ground, chance: Chance, quota: Quota) {
    this.#place = place
    this.#desk = desk
    this.#ground = ground
    this.#chance = chance
    this.#quota = quota
    this.#alerts = new Alerts(chance.split())
    this.#judge = new Judge(desk)
    const { database, servers } = ground.options
    this.#victims = VICTIMS.filter((victim) => (victim !== 'postgres' || database === 'postgres') && (victim !== 'stopped' || servers > 1))
    this.#faults = new Faults(ground.exchangeUrl, { any: [], storms: [] }, chance)
  }

  /** One order for each bot: from their client ids the faults take what tells a bot's orders. */
  async prepare(): Promise<void> {
    const since = Date.now()
    const { hooks, probe } = this.#desk
    for (const hook of [...hooks, probe]) this.#send(hook, 'BUY')
    await Promise.all(this.#sending)
    const journal = await this.#calm(since)
    await this.#judgeNow(journal)
    const tags = hooks.flatMap(({ bots }) => bots).map(({ id, market }) => {
      const order = journal.orders.find(({ botId }) => botId === id)
      if (order === undefined) throw new Error(`${this.#place.name}: the first alerts did not lead to an order of each bot; see ${this.#place.logFile}`)
      return { market, tag: order.clientOrderId.slice(0, TAG_LENGTH) }
    })
    const [probed] = probe.bots
    this.#faults = new Faults(this.#ground.exchangeUrl, {
      any: tags.map(({ tag }) => tag), storms: tags.filter(({ market }) => market !== probed?.market).map(({ tag }) => tag),
    }, this.#chance.split())
  }

  /** Answers whether nothing was found. */
  async round(): Promise<boolean> {
    const since = Date.now()
    const kills = Math.min(this.#ground.options.killsPerRound, this.#quota.kills)
    let over = false
    const until = (): boolean => over
    const background = Promise.all([this.#sendOn(until), this.#spoil(until)])
    background.catch(() => { over = true }) // told below
    try {
      if (kills > 0) await this.#kill(kills)
      else await this.#sendMore()
    } finally {
      over = true
      await background
      await this.#faults.clear()
      await Promise.all(this.#sending)
    }
    const journal = await this.#calm(since)
    return this.#ground.failed() || this.#judgeNow(journal)
  }

  async #kill(kills: number): Promise<void> {
    const began = performance.now()
    let open: Killed | null = null
    for (let done = 0; done < kills && !this.#ground.enough(); done += 1) {
      await pause(this.#chance.pick([[3, this.#chance.between(20, 400)], [5, this.#chance.between(400, 2500)], [1, this.#chance.between(2500, 5000)]]))
      if (this.#ground.enough()) break
      if (this.#chance.next() < 0.5) {
        for (let index = 0; index < BURST; index += 1) this.#send(this.#anyHook())
        await pause(this.#chance.between(0, 40))
      }
      const victim = this.#chance.pick(this.#victims.map((one) => [WEIGHTS[one], one]))
      const killed = await this.#place.kill(victim)
      this.#ground.tally.kills[victim] += 1
      this.#quota.kills -= 1
      // Some kills come while the one before is not yet recovered from; its time then does not count.
      if (victim !== 'supervisor' && done + 1 < kills && this.#chance.next() < (victim === 'stopped' ? 0.7 : 0.15)) {
        open = killed
        continue
      }
      open = null
      await this.#recovered(killed)
    }
    await open?.back()
    this.#secondsPerKill = (performance.now() - began) / 1000 / kills
  }

  /**
   * From the kill until everything runs and answers, and an alert that came afterwards is an order at the exchange. A bot
   * of its own is asked, since others may have to wait for the proof of what became of the order that they had under way.
   */
  async #recovered(killed: Killed): Promise<void> {
    await killed.back()
    const { ledger, tally } = this.#ground
    const { probe } = this.#desk
    const count = (): number => ledger.of(probe.bots[0]?.apiKey ?? '').length
    await ledger.refresh()
    const before = count()
    const limit = performance.now() + RECOVERY_LIMIT_MS
    for (let look = 0; count() === before; look += 1) {
      if (performance.now() > limit) throw new Error(`${this.#place.name}: no order within ${RECOVERY_LIMIT_MS / 1000} s after a kill of ${killed.victim}; see ${this.#place.logFile}`)
      if (look % PROBE_EVERY_LOOKS === 0) this.#send(probe)
      await pause(10)
      await ledger.refresh()
    }
    tally.recoveries.push({ victim: killed.victim, ms: Math.round(performance.now() - killed.at) })
  }

  async #sendOn(over: () => boolean): Promise<void> {
    while (!over()) {
      const { accepted, kills } = this.#quota
      const rate = Math.min(RATES.most, Math.max(RATES.least, Math.max(0, accepted) / Math.max(1, kills * this.#secondsPerKill)))
      await pause(Math.min(3000, -Math.log(1 - this.#chance.next()) * 1000 / rate))
      this.#send(this.#anyHook())
    }
  }

  async #sendMore(): Promise<void> {
    const wanted = this.#quota.accepted - Math.min(CALM_ROUND, this.#quota.accepted)
    while (this.#quota.accepted > wanted && !this.#ground.enough()) await pause(50)
  }

  async #spoil(over: () => boolean): Promise<void> {
    for (;;) {
      await pause(this.#chance.between(...FAULT_EVERY_MS))
      if (over()) return
      await this.#faults.add()
      this.#ground.tally.faults += 1
    }
  }

  #send(hook: Hook, side?: 'BUY' | 'SELL'): void {
    const alert = this.#alerts.next(hook, side)
    this.#sent.push(alert)
    const sending = send(this.#place.anyUrl() + hook.path, alert, this.#ground.options.resendAfterMs, this.#ground.tally).then(() => {
      this.#sending.delete(sending)
      if (alert.accepted !== null) this.#quota.accepted -= 1
    })
    this.#sending.add(sending)
  }

  #anyHook(): Hook { return this.#chance.pick(this.#desk.hooks.map((hook) => [1, hook])) }

  /** Waits until every signal is decided and every order has come to its end; what stands still for 30 s is stuck. */
  async #calm(since: number): Promise<Journal> {
    await this.#place.ready()
    const hooks = new Map(this.#sent.map((alert) => [alert.label, alert.hook]))
    const hookOf = ({ label }: JournalSignal): Hook | undefined => hooks.get(label ?? '')
    const [began, calmSince] = [performance.now(), Date.now()]
    const said = new Set<string>()
    for (let lookAt = began + STUCK_MS; ;) {
      const { lanes } = await this.#desk.call<{ lanes: { waiting: number; uncertain: number } }>('GET', '/stats')
      const late = performance.now() > lookAt
      if (lanes.waiting + lanes.uncertain === 0 || late) {
        const journal = await readJournal(this.#desk, since - 1000)
        const { orders, signals } = unfinished(journal, hookOf)
        if (orders.length + signals.length === 0 || performance.now() - began > this.#ground.options.calmLimitMs) return journal
        if (late) {
          lookAt = performance.now() + LOOK_EVERY_MS
          for (const { id, text, evidence } of stuckIn(journal, hookOf, calmSince, Date.now())) {
            if (!said.has(id)) this.#ground.report({ kind: 'stuck', text, evidence }, this.#place)
            said.add(id)
          }
        }
        if (this.#ground.stopping()) return journal
      }
      await pause(250)
    }
  }

  async #judgeNow(journal: Journal): Promise<boolean> {
    const { ledger, tally } = this.#ground
    await ledger.refresh()
    const violations = this.#judge.judge(this.#sent, journal, ledger)
    this.#sent = []
    tally.orders = ledger.length
    for (const violation of violations) this.#ground.report(violation, this.#place)
    tally.told += journal.orders.filter((order) => !order.needsPerson && order.timeline.some(({ event }) => event === 'needs_person')).length
    const persons = journal.orders.filter((order) => order.needsPerson)
    for (const order of persons) this.#ground.report({ kind: 'needsPerson', text: `order ${order.clientOrderId} needs a person`, evidence: order }, this.#place)
    return violations.length + persons.length === 0
  }
}
