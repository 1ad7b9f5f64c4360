import type { Focus } from '../world/faults.ts'
import type { Mutant } from './mutants.ts'

const INTAKE = 'src/execution/intake.ts'
const RECOVER = 'src/execution/recover.ts'

const forgets = (state: string, focus: Focus = { crash: 0.03 }, seed = 1): Mutant => ({
  name: `recovery forgets ${state} orders`, breaks: `an order that is ${state} when the process ends stays so for ever`, seed, focus,
  changes: [{ file: RECOVER, find: '  for (const stored of work.orders) {\n', put: `  for (const stored of work.orders) {\n    if (stored.order.state === '${state}') continue\n` }],
})

/** Mutants of how signals are taken in, decided in their order, and taken up again. */
export const LANES: readonly Mutant[] = [
  {
    name: 'acknowledges before storing', breaks: 'a sender is told 202 before his signal is durable', seed: 1,
    changes: [{ file: INTAKE, find: '    await this.#storeNew(signal, {', put: '    void this.#storeNew(signal, {' }],
  },
  {
    name: 'every delivery is a signal', breaks: 'a delivery that is repeated becomes another signal', seed: 10,
    changes: [{ file: INTAKE, find: '    if (repeats !== null) {', put: "    if (repeats === '') {" }],
  },
  {
    name: 'two deliveries at one instant', breaks: 'a delivery does not wait for its twin that is being stored', seed: 38,
    changes: [{ file: INTAKE, find: 'while (identity !== null && this.#arriving.has(identity)) await', put: "while (identity === '' && this.#arriving.has(identity)) await" }],
  },
  {
    name: 'decisions after the signal', breaks: 'a signal is durable before what its idle bots decided', seed: 61,
    changes: [{
      file: INTAKE, find: '        ...merge({ signals: [{ ...row, fanoutDone: rest.length === 0 }], feed: [signalFed(signal)] }, decidedBatch(decided.map((one) => one.decided))),\n',
      put: '        signals: [{ ...row, fanoutDone: rest.length === 0 }], feed: [signalFed(signal)],\n      })\n      await this.#context.journal.commit({\n        ...decidedBatch(decided.map((one) => one.decided)),\n',
    }],
  },
  {
    name: 'no lane', breaks: 'a signal is decided while the one before it is under way', seed: 6,
    changes: [{ file: INTAKE, find: 'const now = this.#lanes.idle(lane) ? decideNow', put: 'const now = this.#lanes.running >= 0 ? decideNow' }],
  },
  {
    name: 'all decided, too early', breaks: 'a fan-out is marked as done while some of its bots have still to decide', seed: 7, focus: { crash: 0.03 },
    changes: [{ file: INTAKE, find: '...row, fanoutDone: rest.length === 0 }', put: '...row, fanoutDone: rest.length >= 0 }' }],
  },
  {
    name: 'the rest of a fan-out is lost', breaks: 'bots that had not decided when the process ended never do', seed: 1,
    changes: [{ file: RECOVER, find: 'of work.signals) {', put: 'of work.signals.slice(0, 0)) {' }],
  },
  forgets('submitting'), forgets('uncertain', { submit: { lost: 1, fine: 1 }, crash: 0.03 }),
  forgets('open', { fills: 1, crash: 0.03 }), forgets('canceling', { fills: 1, read: 0.8, crash: 0.03 }), forgets('pending', { venue: 'binance', base: 'DOGE', crash: 0.05, storageSlow: 0.3 }, 729),
  {
    name: 'recovery forgets plans', breaks: 'a flip that was between its orders when the process ended stays there', seed: 54, focus: { market: 'futures', venue: 'binance', crash: 0.03 },
    changes: [{ file: RECOVER, find: 'for (const plan of work.plans) {', put: 'for (const plan of work.plans.slice(0, 0)) {' }],
  },
  {
    name: 'an exit loses its lead in a crash', breaks: 'after a restart an uncertain opening comes before the exit that went ahead of it', seed: 37, focus: { venue: 'okx', market: 'futures', submit: { lost: 1, late: 1, fine: 1 }, crash: 0.015, servers: 'embedded' },
    changes: [{ file: RECOVER, find: 'index > 0 && (taskIn(lane, one).closeRest', put: 'index < 0 && (taskIn(lane, one).closeRest' }],
  },
  {
    name: 'results are dropped', breaks: 'what happened at the exchange is forgotten where the database is away', seed: 1,
    changes: [{ file: 'src/execution/context.ts', find: '      context.log.warn({ attempt, code: error.code }, \'a result waits', put: '      if (attempt === 0) return\n      context.log.warn({ attempt, code: error.code }, \'a result waits' }],
  },
]
