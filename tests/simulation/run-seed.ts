import { judgeTheEnd, whatIsUnderWay } from './judge/at-the-end.ts'
import { Chance } from './world/chance.ts'
import type { Focus } from './world/faults.ts'
import type { Mishap } from './world/mishaps.ts'
import { People } from './world/people.ts'
import { furnish } from './world/scenario.ts'
import { START } from './world/virtual-time.ts'
import { World } from './world/world.ts'

/** What came of one seed. */
export interface Outcome {
  readonly seed: number
  /** Of all events: equal on every run of the seed. */
  readonly hash: string
  /** What must not be and was; null: nothing. */
  readonly violation: string | null
  readonly lastEvents: readonly string[]
  /** Virtual ms that passed, timers fired, orders at the exchange, signals stored, lives of the server. */
  readonly virtualMs: number
  readonly fired: number
  readonly orders: number
  readonly signals: number
  readonly lives: number
  /** Which mishaps had an effect, and how often. */
  readonly mishaps: Readonly<Partial<Record<Mishap, number>>>
}

/** How long people are active, ms, and how long afterwards everything may take to come to rest. */
const ACTIVE_MS = [10_000, 30_000, 90_000] as const
const REST_MS = 300_000
const LOOK_EVERY_MS = 500
const WATCH_EVERY_MS = 3000
const EXITS_EVERY_MS = 500
/** The books are compared as often at the end, with a pause in between: what was seen once is looked at again. */
const COMPARISONS = 2
const AFTER_COMPARISON_MS = 6000

/** Runs one world to its end. One at a time in a process: mistakes that escape everywhere belong to the current one. */
export async function runSeed(seed: number, trace: ((line: string) => void) | null = null, focus: Focus = {}): Promise<Outcome> {
  const world = new World(seed, trace, focus)
  const people = new People(world, furnish(world))
  const escaped = (error: unknown): void => { world.servers.crashed(error) }
  process.on('uncaughtException', escaped)
  process.on('unhandledRejection', escaped)
  try {
    const activeMs = world.focus.activeMs ?? new Chance(seed, 'length').pick(ACTIVE_MS)
    let over = false
    let compared = 0
    const look = (): void => {
      const left = whatIsUnderWay(world, people)
      if (left === '' && compared === COMPARISONS) { over = true; return }
      if (left === '') { compared += 1; people.compareBooks() }
      if (world.time.now - START > activeMs + REST_MS) world.violate(`it does not come to rest: ${left}`)
      world.time.after(left === '' ? AFTER_COMPARISON_MS : LOOK_EVERY_MS, look)
    }
    const watch = (): void => { world.judge.lookForUntold(); world.time.after(WATCH_EVERY_MS, watch) }
    const lookAtExits = (): void => { world.judge.exits.look(); world.time.after(EXITS_EVERY_MS, lookAtExits) }
    watch()
    lookAtExits()
    world.servers.start()
    people.plan(activeMs)
    world.mishaps.plan(people, activeMs)
    people.lookAfter(activeMs + REST_MS)
    haveTrouble(world, activeMs)
    world.time.after(activeMs, () => {
      world.log('world', 'the faults end')
      world.faults.end()
      look()
    })
    await world.time.run(() => over || world.violation !== null)
    if (world.violation === null) judgeTheEnd(world, people)
  } finally {
    process.off('uncaughtException', escaped)
    process.off('unhandledRejection', escaped)
  }
  return {
    seed, violation: world.violation, lastEvents: world.events, virtualMs: world.time.now - START, fired: world.time.fired,
    orders: world.ledger.orders.length, signals: world.judge.signals.size, lives: world.servers.lives,
    mishaps: Object.fromEntries(world.mishaps.seen), hash: world.digest(),
  }
}

/** Plans executor restarts, storage outages, and servers that are stopped for a while. */
function haveTrouble(world: World, activeMs: number): void {
  const chance = new Chance(world.seed, 'trouble')
  for (let second = 1; second * 1000 < activeMs; second += 1) {
    if (chance.hits(world.faults.executorRestart)) world.time.after(second * 1000 + chance.between(-999, 0), () => { world.executor.restart() })
    if (chance.hits(world.faults.storageAway)) world.time.after(second * 1000 + chance.between(-999, 0), () => { world.storage.goAway() })
    if (!world.embedded && chance.hits(world.faults.serverStops)) world.time.after(second * 1000 + chance.between(-999, 0), () => { world.servers.pauseOne(chance.pick([3000, 15_000, 30_000])) })
  }
}
