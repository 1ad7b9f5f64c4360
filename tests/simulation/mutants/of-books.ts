import type { Mutant } from './mutants.ts'

const LEDGER = 'src/execution/ledger.ts'
const DECIDE = 'src/bots/decide.ts'
const RECONCILE = 'src/execution/reconcile/reconcile.ts'

/** Mutants of what is decided and booked. */
export const BOOKS: readonly Mutant[] = [
  {
    name: 'a fill counts twice', breaks: 'a trade that the exchange lists twice is booked twice', seed: 20,
    changes: [{ file: LEDGER, find: 'if (seen.has(tradeId) || fee === null) continue', put: 'if (tracked.booked.has(tradeId) || fee === null) continue' }],
  },
  {
    name: 'late fills are not booked', breaks: 'an ended order is settled before the list of its trades is complete', seed: 4, focus: { fills: 1 },
    changes: [{ file: LEDGER, find: 'const settled = isFinal(state) && bookedQuantity.equals(filled)', put: 'const settled = isFinal(state)' }],
  },
  {
    name: 'what has ended stays as it was', breaks: 'an order that was canceled and has filled after all stays canceled', seed: 4, focus: { fills: 1 },
    changes: [{ file: LEDGER, find: 'return canBecome(known, state) ? state : known', put: 'return canBecome(known, state) && !isFinal(known) ? state : known' }],
  },
  {
    name: 'fees in coins are not booked', breaks: 'a position is larger than what the account holds', seed: 2,
    changes: [{ file: 'src/model/position.ts', find: 'const quantity = after.minus(feeInBase)', put: 'const quantity = after' }],
  },
  {
    name: 'closes more than is held', breaks: 'the size of a signal closes more than the position', seed: 12,
    changes: [{ file: 'src/bots/size.ts', find: 'if (wanted !== undefined && wanted !== null) most = smaller(most, decimal(wanted))', put: 'if (wanted !== undefined && wanted !== null) most = decimal(wanted)' }],
  },
  {
    name: 'a close is not reduce-only', breaks: 'an exit that covers an uncertain opening turns the position around', seed: 10, focus: { venue: 'binance', market: 'futures', submit: { lost: 1, fine: 2 } },
    changes: [{ file: DECIDE, find: "reduceOnly: market === 'futures' && !hedge,", put: 'reduceOnly: false,' }],
  },
  {
    name: 'a flip does not wait to be flat', breaks: 'the other side is opened while the position is still held', seed: 387, focus: { venue: 'binance', market: 'futures', fills: 1 },
    changes: [{ file: DECIDE, find: "if (heldSide(input) !== 'flat') {", put: "if (heldSide(input) === direction) {" }],
  },
  {
    name: 'bots of one account stand against each other', breaks: 'a net account is opened in both directions', seed: 16,
    changes: [{ file: DECIDE, find: "if (bot.market === 'spot' || positionMode === 'hedge') return null", put: "if (bot.market === 'spot' || positionMode !== null) return null" }],
  },
  {
    name: 'two bots decide at one instant', breaks: 'the side that a bot opens is claimed too late: another one opens against it', seed: 26, focus: { venue: 'binance', market: 'futures', read: 0.8 },
    changes: [{ file: 'src/execution/deciding.ts', find: '      claimSide(lane, verdict) // in this very turn', put: '      // in this very turn' }],
  },
  {
    name: 'the side is forgotten in a crash', breaks: 'after a restart a bot opens against an opening that is still on its way', seed: 147, focus: { venue: 'binance', market: 'futures', submit: { late: 1, hang: 1, fine: 1 }, crash: 0.015 },
    changes: [{ file: 'src/execution/recover.ts', find: 'lane.opening = inTurn.map((one) => openingIn(lane, one)).find((direction) => direction !== null) ?? null', put: 'lane.opening = null' }],
  },
  {
    name: 'what lived on is left alone', breaks: 'an order that filled something after its end is never booked', seed: 4, focus: { fills: 1 },
    changes: [{ file: RECONCILE, find: '  for (const stored of lived) {', put: '  for (const stored of lived.slice(0, 0)) {' }],
  },
  {
    name: 'a failed report is an empty one', breaks: 'what a list that failed does not show counts as not there', seed: 241, focus: { read: 0.5, crash: 0, executorRestart: 0, venue: 'binance', activeMs: 300_000 },
    changes: [{ file: 'src/execution/reconcile/compare-orders.ts', find: '  if (told.whole) {', put: '  if (told.whole || told.items.length >= 0) {' }],
  },
  {
    name: 'what is seen once is a finding', breaks: 'a report that is a moment behind makes differences that are none', seed: 13, focus: { fills: 1, market: 'futures', venue: 'binance', crash: 0 },
    changes: [{ file: RECONCILE, find: 'seen.filter(({ key }) => suspects.has(key) || known.has(key))', put: 'seen' }, { file: RECONCILE, find: '!lane.busy && lane.current.size === 0 && lane.touchedAt <= at - QUIET_MS', put: 'at > 0 && lane.touchedAt >= 0' }],
  },
  {
    name: 'what is left is a position', breaks: 'what a close leaves below one step counts as held: the bot can neither close nor open any more', seed: 3,
    changes: [{ file: 'src/execution/dust.ts', find: "if (!settled || order.kind !== 'close' ||", put: "if (!settled || order.kind !== 'open' ||" }],
  },
  {
    name: 'a test is sent', breaks: 'a signal with the flag TEST becomes an order', seed: 12,
    changes: [{ file: DECIDE, find: " || input.signal.flags.includes('TEST')", put: '' }],
  },
  {
    name: 'openings above the largest size', breaks: 'an exit\'s quantity becomes a giant entry', seed: 39,
    changes: [{ file: 'src/bots/size.ts', find: 'if (askedValue !== null && askedValue.greaterThan(decimal(maxSize))) {', put: "if (askedValue !== null && maxSize === '') {" }],
  },
  {
    name: 'rounds up', breaks: 'an amount is raised to the exchange\'s step', seed: 21,
    changes: [{ file: 'src/model/decimal.ts', find: 'return value.toNearest(step, Decimal.ROUND_DOWN)', put: 'return value.toNearest(step, Decimal.ROUND_UP)' }],
  },
]
