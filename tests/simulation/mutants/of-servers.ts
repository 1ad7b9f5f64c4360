import type { Mutant } from './mutants.ts'

const CONTEXT = 'src/execution/context.ts'
const LANES_FILE = 'src/execution/lanes.ts'
const BARRED = 'src/execution/barred.ts'

/** Mutants of servers that share a database, and of what is frozen. */
export const SERVERS: readonly Mutant[] = [
  {
    name: 'forgets the fencing token', breaks: 'the executor cannot tell a server that lost its lanes from their owner', seed: 1, focus: { servers: 'two' },
    changes: [{ file: CONTEXT, find: 'return !context.tenure.leased || lane.token === null ? {} : {', put: 'return context.tenure.leased ? {} : {' }],
  },
  {
    name: 'sends beyond its lease', breaks: 'an order may leave when the lane has another owner', seed: 3, focus: { servers: 'two', storageAway: 0.15 },
    changes: [{ file: 'src/execution/submit.ts', find: 'if (!context.tenure.lasts(notAfter)) return', put: 'if (notAfter === 0) return' }],
  },
  {
    name: 'stores without a lease', breaks: 'a server that was stopped writes into lanes that are another\'s by now', seed: 5, focus: { servers: 'two', serverStops: 0.1 },
    changes: [{ file: CONTEXT, find: '{ ...batch, held: heldBy(context, all) }', put: 'batch' }],
  },
  {
    name: 'a stopped server concludes', rare: true, breaks: 'what a server compared with its old view of the books is stored', seed: 10496,
    focus: { servers: 'two', serverStops: 0.1, venue: 'binance', market: 'futures', mishaps: [] },
    changes: [{ file: 'src/execution/reconcile/reconcile.ts', find: ', held: heldBy(context, onAccount.filter((lane) => lane.token !== null)) })', put: ' })' }],
  },
  {
    name: 'a lane that left is forgotten', rare: true, breaks: 'a fan-out ends although a lane that went to another server has not decided', seed: 4152,
    focus: { servers: 'two', serverStops: 0.1, storageAway: 0.1, storageSlow: 0.3, crash: 0.004, executorRestart: 0, mishaps: [] },
    changes: [{ file: LANES_FILE, find: '    if (left !== undefined) left.whole = false\n', put: '' }],
  },
  {
    name: 'one signal for each server', breaks: 'two servers store the same delivery as two signals', seed: 54, focus: { servers: 'two', storageSlow: 0.5 },
    changes: [{ file: 'src/execution/intake.ts', find: '...unseen === null ? {} : { unseen: [unseen] },', put: '...unseen === null ? {} : {},' }],
  },
  {
    name: 'misses a new bot', breaks: 'a signal does not reach a bot that another server has just made', seed: 93, focus: { servers: 'two' },
    changes: [{ file: 'src/execution/intake.ts', find: '    await this.#context.upToDate()\n', put: '' }],
  },
  {
    name: 'a new bot is nobody\'s', breaks: 'a bot that was made while lanes were taken up is decided by no server', seed: 1659, focus: { servers: 'two', storageSlow: 0.3, storageAway: 0.1 },
    changes: [{ file: 'src/execution/ownership.ts', find: 'else if (!before.has(lane)) lane.token = this.tenure.tokenOf(lane.shard)', put: 'else if (before.size < 0) lane.token = 0' }],
  },
  {
    name: 'own bots come late', rare: true, breaks: 'a signal that another server took for a bot made here misses it', seed: 14413, focus: { servers: 'two', storageSlow: 0.3, mishaps: [] },
    changes: [{ file: 'src/execution/log-reader.ts', find: "if (own && kind !== 'bot' && kind !== 'connection') continue", put: 'if (own) continue' }],
  },
  {
    name: 'makes bots behind the others\' backs', breaks: 'a server that was stopped past its lease makes a bot, and the other believes to be alone', seed: 17520, focus: { servers: 'two', serverStops: 0.1 },
    changes: [{ file: 'src/execution/index.ts', find: 'if (this.#started && !tenure.lasts(clock.now())) await tenure.refresh()', put: 'if (!this.#started) await tenure.refresh()' }],
  },
  {
    name: 'busy lanes leave first', breaks: 'an order that only a person can settle keeps its owner\'s other bots from deciding while lanes are shared anew', seed: 1158,
    focus: { servers: 'two', mishaps: ['keyRefused'] },
    changes: [{ file: 'src/execution/tenure.ts', find: 'new Set([...busy, ...idle].slice', put: 'new Set([...idle, ...busy].slice' }],
  },
  {
    name: 'frozen only when it is decided', breaks: 'what was decided before a freeze is handed over after it', seed: 5, focus: { storageSlow: 0.5, submit: { unreachable: 1, fine: 1 } },
    changes: [{ file: BARRED, find: "if (freeze !== null && (freeze.mode === 'all' || order.kind === 'open')) return", put: "if (freeze !== null && freeze.reason === '?') return" }],
  },
  {
    name: 'nothing is ever frozen', breaks: 'a freeze stops nothing', seed: 1,
    changes: [{ file: 'src/execution/freezes.ts', find: "    return held === null || (held.mode === 'entries' && wanted?.mode === 'all') ? wanted ?? held : held\n", put: "    return held === null || wanted === null ? null : null\n" }],
  },
]
