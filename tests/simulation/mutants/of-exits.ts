import type { Focus } from '../world/faults.ts'
import type { Mutant } from './mutants.ts'

const CLOSE_AGAIN = 'src/execution/close-again.ts'
const TASK = 'src/execution/task.ts'
const DECIDING = 'src/execution/deciding.ts'
const TOLD = 'src/execution/exit-told.ts'

/** Worlds in which nothing but the mishap happens. */
const CALM: Focus = { crash: 0, storageAway: 0, storageSlow: 0, executorRestart: 0, queue: 0, serverStops: 0, read: 0, submit: {} }

/** Mutants of exits that end the position, or are told, and of books that follow the account. */
export const EXITS: readonly Mutant[] = [
  {
    name: 'a close ends with its first order', breaks: 'what the exchange did not fill of an exit stays, and nobody is told', seed: 2, focus: { ...CALM, mishaps: ['partlyClosed'] },
    changes: [{ file: CLOSE_AGAIN, find: "if (stored.settled || leftAfter(lane, stored, lane.position).isZero()) {", put: "if (stored.settled || ended.kind === 'done') {" }],
  },
  {
    name: 'only the first part of a new plan', breaks: 'of a close that has to be split anew one order goes out', seed: 2, focus: { ...CALM, mishaps: ['rulesTighten'] },
    changes: [{ file: TASK, find: '      more.push(...others.map((stored) => track(stored)))\n', put: '' }],
  },
  {
    name: 'gives up silently', breaks: 'an exit that comes to nothing is settled, and no person is told', seed: 1, focus: { ...CALM, mishaps: ['keyRefused'] },
    changes: [{ file: TASK, find: '  const unheld = decimal(lane.position.quantity).isZero() ||', put: '  const unheld = code !== \'\' ||' }],
  },
  {
    name: 'a refused exit is silent', breaks: 'an exit that sends nothing is a decision among others', seed: 3, focus: { ...CALM, mishaps: ['marketCloses'] },
    changes: [{ file: DECIDING, find: 'if (!asked || !closes(lane, signal) ||', put: 'if (asked || !closes(lane, signal) ||' }],
  },
  {
    name: 'what is locked is gone', breaks: 'coins in an order by hand are booked away, and the bot buys again', seed: 1, focus: { ...CALM, mishaps: ['coinsLocked'] },
    changes: [{ file: 'src/execution/reconcile/follow-account.ts', find: 'return { total: decimal(total), free: decimal(free) }', put: 'return { total: decimal(total === \'\' ? total : free), free: decimal(free) }' }],
  },
  {
    name: 'an exit waits for fills', breaks: 'an exit stands behind an opening of which only the list of trades is missing', seed: 7, focus: { ...CALM, mishaps: ['lookupsFail'] },
    changes: [{ file: 'src/execution/submit.ts', find: '  return exitIn(lane, order) !== undefined\n', put: '  return exitIn(lane, order) === null\n' }],
  },
  {
    name: 'the executor believes in the mode', breaks: 'a close of hedge mode opens where the exchange ignores its side', seed: 12, focus: { ...CALM, mishaps: ['modeChanges', 'soldByHand'] },
    changes: [{ file: 'tests/simulation/exchange/executor.ts', find: "if (!conditions.ignoresSides.has(account.id) || request.order.positionSide === 'both') { go(); return }", put: 'if (conditions.ignoresSides.size >= 0) { go(); return }' }],
  },
  {
    name: 'books do not follow', breaks: 'what its owner sold by hand stays in a bot\'s books', seed: 6, focus: { ...CALM, mishaps: ['soldByHand'] },
    changes: [{ file: 'src/execution/reconcile/follow-account.ts', find: 'const gone = quantity.abs().minus(held)', put: 'const gone = quantity.abs().minus(quantity.abs())' }],
  },
  {
    name: 'a halt is a refusal for good', breaks: 'an exit is given up although its market trades again in a moment', seed: 3, focus: { ...CALM, mishaps: ['marketHalts'] },
    changes: [{ file: CLOSE_AGAIN, find: 'if (ended.passing !== true && tries.refusals >= REFUSALS_LIMIT) {', put: 'if (ended.passing === true || tries.refusals >= REFUSALS_LIMIT) {' }],
  },
  {
    name: 'all that is left is dust', breaks: 'a rest that could be closed is called dust and forgotten', seed: 1, focus: { ...CALM, mishaps: ['partlyClosed'] },
    changes: [{ file: 'src/execution/dust.ts', find: '!isDust(position.quantity, rules, averagePrice)', put: 'isDust(position.quantity, rules, averagePrice)' }],
  },
  {
    name: 'told late', breaks: 'an exit is tried for half a minute before a person knows', seed: 2, focus: { ...CALM, mishaps: ['marketHalts'] },
    changes: [{ file: 'src/execution/exit-watch.ts', find: 'const TELL_AFTER_MS = 8000', put: 'const TELL_AFTER_MS = 30_000' }],
  },
  {
    name: 'what waits stands for ever', breaks: 'it is said that an exit waits when it is long over', seed: 1, focus: { venue: 'kraken', submit: { lost: 1, fine: 1 }, crash: 0 },
    changes: [{ file: TOLD, find: "(resting && (code === 'exit_waits' ||", put: "(!resting && (code === 'exit_waits' ||" }, { file: 'src/execution/exit-told.ts', find: 'flat ||', put: 'flat && !resting ||' }],
  },
  {
    name: 'numbers begin again at the opening', breaks: 'an exit that its market\'s closing interrupted is stored under an id that is there already', seed: 1, focus: { ...CALM, mishaps: ['marketCloses', 'marketHalts', 'partlyClosed'], venue: 'alpaca', market: 'spot' },
    changes: [{ file: 'src/execution/at-open.ts', find: 'decidedAs(context, lane, opened, exit, {}, firstLeg)', put: 'decidedAs(context, lane, opened, exit, {}, firstLeg * 0)' }],
  },
  {
    name: 'the size of a flipping bot', breaks: 'after a restart a flipping bot closes what its signal was to open', seed: 239, focus: { venue: 'gate', market: 'futures', fills: 1, crash: 0.03 },
    changes: [{ file: 'src/execution/closing.ts', find: " || bot.onOpposite === 'flip'", put: '' }],
  },
]
