import type { Mutant } from './mutants.ts'

const SUBMIT = 'src/execution/submit.ts'
const RESOLVE = 'src/execution/resolve.ts'
const LOOKUP = 'src/execution/lookup.ts'
const GATES = 'src/execution/gates.ts'
const MAKE = 'src/execution/make-order.ts'

/** Mutants of how orders are sent, looked up, and sent again. */
export const SENDING: readonly Mutant[] = [
  {
    name: 'resends after a time-out', breaks: 'an order that got no answer is sent anew without looking', seed: 2, focus: { submit: { answerLost: 1, fine: 1 } },
    changes: [{
      file: SUBMIT,
      find: 'return settleUncertain(context, lane, linked, await take(context, lane, uncertain))',
      put: "return { kind: 'absent', tracked: await take(context, lane, uncertain), why: outcome.reason, code: 'timeout', retryAfterMs: 0 }",
    }],
  },
  {
    name: 'takes silence for a refusal', breaks: 'an order that got no answer ends as rejected', seed: 4, focus: { submit: { answerLost: 1, fine: 1 } },
    changes: [{
      file: SUBMIT, find: "state: 'uncertain', events: [...sentEvents(storedAt, outcome.sentAt), { event: 'uncertain', at: context.clock.now(), detail: outcome.reason }],",
      put: "state: 'rejected', rejectCode: 'timeout', rejectText: '', settled: true,",
    }, {
      file: SUBMIT, find: 'return settleUncertain(context, lane, linked, await take(context, lane, uncertain))',
      put: "return { kind: 'rejected', tracked: await take(context, lane, uncertain), stale: null }",
    }],
  },
  {
    name: 'resumes by sending', breaks: 'after a restart an order that was on its way is sent instead of looked up', seed: 26,
    changes: [{ file: SUBMIT, find: "if (state === 'submitting' || state === 'uncertain') {", put: "if (state === 'submitting') return sendOrder(context, lane, linked, tracked)\n  if (state === 'uncertain') {" }],
  },
  {
    name: 'sends before it is stored', breaks: 'an order leaves while its commit is under way', seed: 1,
    changes: [{ file: 'src/execution/lanes.ts', find: '      await this.#commit(signal, [{ lane, decided }])\n', put: '      void this.#commit(signal, [{ lane, decided }])\n' }],
  },
  {
    name: 'ids from the clock', breaks: 'the client order id is not derived from the signal: nobody finds the order again', seed: 2,
    changes: [{ file: MAKE, find: 'context.clientOrderId({ cause: task.cause,', put: 'context.clientOrderId({ cause: String(now),' }],
  },
  {
    name: 'the same id for every resend', breaks: 'a resend has the id of the order that it replaces', seed: 4,
    changes: [{ file: MAKE, find: 'leg: at.leg, resend: at.resend }, facts', put: 'leg: at.leg, resend: 0 }, facts' }],
  },
  {
    name: 'no deadline', breaks: 'an order may leave minutes after it was stored', seed: 3,
    changes: [{ file: MAKE, find: 'notAfter: Math.min(now + SUBMIT_DEADLINE_MS, sendUntil ?? Infinity)', put: 'notAfter: now + 600_000' }],
  },
  {
    name: 'a deadline beyond the age limit', breaks: 'an order may leave after its signal has become too old', seed: 4, focus: { queue: 0.5 },
    changes: [{ file: MAKE, find: 'notAfter: Math.min(now + SUBMIT_DEADLINE_MS, sendUntil ?? Infinity)', put: 'notAfter: now + SUBMIT_DEADLINE_MS' }],
  },
  {
    name: 'age not checked before a resend', breaks: 'an order is stored anew after its signal has become too old', seed: 4,
    changes: [
      { file: 'src/execution/redecide.ts', find: 'if (sendUntil !== null && context.clock.now() >= sendUntil) return { kind', put: 'if (sendUntil === 0) return { kind' },
      { file: 'src/execution/close-again.ts', find: 'if (context.clock.now() < (sendUntil ?? since + TRIES_LIMIT_MS)) return null', put: 'if (sendUntil !== -1 || since > 0) return null' },
    ],
  },
  {
    name: 'ignores the echoed id', breaks: 'another order\'s answer is taken for ours', seed: 7,
    changes: [{ file: LOOKUP, find: 'reported.clientOrderId === stored.order.clientOrderId', put: "reported.clientOrderId !== '' && stored.order.clientOrderId !== ''" }],
  },
  {
    name: 'a failed look-up counts as absent', breaks: 'no answer to a look-up is taken for "not there"', seed: 4, focus: { submit: { answerLost: 1, fine: 1 }, read: 0.8 },
    changes: [{
      file: LOOKUP, find: "return answer.kind === 'found' && !echoes(",
      put: "if (answer.kind === 'unknown') return { kind: 'absent', checked: ['by client order id', 'open orders', 'all orders since it was sent'], exchangeNow: context.clock.now(), withinMemory: true }\n    return answer.kind === 'found' && !echoes(",
    }],
  },
  {
    name: 'one not-found is proof', breaks: 'a list that lags behind is taken for the truth', seed: 26, focus: { submit: { late: 1 }, fills: 1, read: 0, crash: 0 },
    changes: [{ file: RESOLVE, find: 'if (state.firstAbsentAt !== null && clock.now() - state.firstAbsentAt >= APART_MS) return', put: 'return' }],
  },
  {
    name: 'ignores the look-ups\' memory', breaks: 'what an exchange has forgotten counts as never taken', seed: 7, focus: { venue: 'gate', submit: { answerLost: 1, cut: 1 }, fills: 0.8, read: 0.93, crash: 0 },
    changes: [{ file: RESOLVE, find: '.length === 0 && answer.withinMemory', put: '.length === 0' }],
  },
  {
    name: 'does not wait for the exchange\'s bound', breaks: 'absence is believed while the exchange may still take the order', seed: 4, focus: { submit: { late: 1 }, read: 0, crash: 0 },
    changes: [{ file: RESOLVE, find: 'answer.exchangeNow > order.notAfter + facts.lateAcceptMs + MARGIN_MS', put: 'answer.exchangeNow > 0' }],
  },
  {
    name: 'no bound is a bound of nothing', breaks: 'absence is believed where the exchange names no end', seed: 2, focus: { venue: 'kraken', submit: { late: 1 }, read: 0, crash: 0 },
    changes: [{
      file: RESOLVE, find: 'facts.lateAcceptMs !== null && answer.exchangeNow > order.notAfter + facts.lateAcceptMs + MARGIN_MS',
      put: 'answer.exchangeNow > order.notAfter + (facts.lateAcceptMs ?? 0) + MARGIN_MS',
    }],
  },
  {
    name: 'nobody is told', breaks: 'an order stays uncertain for ever, and no person knows', seed: 2, focus: { venue: 'kraken', submit: { lost: 1, fine: 1 } },
    changes: [{ file: RESOLVE, find: 'personAt: Math.max(since + PERSON_AFTER_MS, now + LOOK_FIRST_MS),', put: 'personAt: Infinity,' }],
  },
  {
    name: 'a person is told too late', breaks: 'more than a minute passes before somebody knows of an uncertain order', seed: 7, focus: { venue: 'kraken', submit: { lost: 1, fine: 1 }, crash: 0, storageAway: 0 },
    changes: [{ file: RESOLVE, find: 'const PERSON_AFTER_MS = 45_000', put: 'const PERSON_AFTER_MS = 70_000' }],
  },
  {
    name: 'sends while a person speaks', breaks: 'an order goes out again and is then declared absent, on the word of somebody who looked before', seed: 263,
    focus: { venue: 'okx', submit: { lost: 3, answerLost: 2, taken5xx: 2 }, read: 0.4, crash: 0, activeMs: 200_000 },
    changes: [{ file: RESOLVE, find: 'await lookOnce(context, state, facts, said === null)', put: 'await lookOnce(context, state, facts, said !== undefined)' }],
  },
  {
    name: 'entries push ahead', breaks: 'after a pause that the exchange asked for, openings go before closes', seed: 7, focus: { venue: 'binance', submit: { paused: 1, fine: 2 }, read: 0, crash: 0, storageAway: 0, storageSlow: 0, executorRestart: 0, queue: 0 },
    changes: [
      { file: GATES, find: 'exits + exitsOut === 0 && entries.indexOf(ticket)', put: 'exits + exitsOut >= 0 && entries.indexOf(ticket)' },
      { file: GATES, find: 'if (now >= closed && (exit || gates', put: 'if (now >= closed + (exit ? 40 : 0) && (exit || gates' },
      { file: GATES, find: 'Math.min(now < closed ? closed : Infinity,', put: 'Math.min(now < closed + (exit ? 40 : 0) ? closed + (exit ? 40 : 0) : Infinity,' },
    ],
  },
  {
    name: 'the same id where it is not refused', breaks: 'an order is sent again under its id at an exchange that takes it twice', seed: 2, focus: { venue: 'kraken', submit: { lost: 1, fine: 1 } },
    changes: [{ file: 'src/execution/same-id.ts', find: "facts.repeatedId !== 'P' || ", put: '' }],
  },
]
