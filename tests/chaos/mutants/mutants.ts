/** In which process the change is made. */
export type Zone = 'server' | 'executor'

/** A deliberately broken variant of the program, which the campaign has to catch. */
export interface Mutant {
  readonly name: string
  /** What goes wrong with it. */
  readonly breaks: string
  /** Where it shows on one of the databases only. */
  readonly database?: 'sqlite' | 'postgres'
  readonly changes: readonly { readonly zone: Zone; readonly file: string; readonly find: string; readonly put: string }[]
}

const server = (file: string, find: string, put: string): Mutant['changes'][number] => ({ zone: 'server', file: `src/${file}`, find, put })
const executor = (file: string, find: string, put: string): Mutant['changes'][number] => ({ zone: 'executor', file: `src/${file}`, find, put })

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'resends-unanswered', breaks: 'an order that got no answer is sent anew without looking',
    changes: [server('execution/submit.ts',
      'return settleUncertain(context, lane, linked, await take(context, lane, uncertain))',
      "return { kind: 'absent', tracked: await take(context, lane, uncertain), why: outcome.reason, code: 'timeout', retryAfterMs: 0 }")],
  },
  {
    name: 'answers-before-storing', breaks: 'a signal is answered 202 while it only waits to be stored',
    changes: [server('execution/intake.ts',
      'await this.#storeNew(signal, { bodyHash, idempotencyKey }, unseen)',
      'this.#context.clock.after(50, () => { void this.#storeNew(signal, { bodyHash, idempotencyKey }, unseen) })')],
  },
  {
    name: 'id-only-in-memory', breaks: 'the client order id that an order was sent with is not the one that is stored',
    changes: [server('execution/submit.ts',
      'order: { clientOrderId, symbol, side,',
      'order: { clientOrderId: `${clientOrderId.slice(0, -4)}${Math.random().toString(36).slice(2, 6).toUpperCase()}`, symbol, side,')],
  },
  {
    name: 'sends-again-after-restart', breaks: 'what was in flight when the process ended is sent again instead of looked up',
    changes: [server('execution/submit.ts', 'return settleUncertain(context, lane, linked, uncertain)', 'return sendOrder(context, lane, linked, uncertain)')],
  },
  {
    name: 'one-look-proves-absence', breaks: 'a single not-found answer, however early, counts as proof',
    changes: [server('execution/resolve.ts',
      'if (state.firstAbsentAt !== null && clock.now() - state.firstAbsentAt >= APART_MS) return',
      'return'),
    server('execution/resolve.ts', 'answer.exchangeNow > order.notAfter + facts.lateAcceptMs + MARGIN_MS', 'true')],
  },
  {
    name: 'forgets-waiting-signals', breaks: 'signals that were stored but not decided are not taken up after a restart',
    changes: [server('execution/recover.ts', 'for (const one of work.signals) {', 'for (const one of work.signals.slice(work.signals.length)) {')],
  },
  {
    name: 'forgets-flips', breaks: 'the second half of a flip is not taken up after a restart',
    changes: [server('execution/recover.ts', 'for (const plan of work.plans) {', 'for (const plan of work.plans.slice(work.plans.length)) {')],
  },
  {
    name: 'drops-results', breaks: 'a result that the database cannot take at once is dropped', database: 'postgres',
    changes: [server('execution/context.ts', 'await sleep(context.clock, RETRY_MS[', 'return\n      await sleep(context.clock, RETRY_MS[')],
  },
  {
    name: 'server-error-refuses', breaks: 'a 5xx counts as a refusal',
    changes: [executor('exchanges/submitting.ts',
      'return unknown(`HTTP ${reply.status}: ${text}`)',
      "return { kind: 'rejected', code: 'order_rejected', text, stale: null, sentAt, answeredAt }")],
  },
  {
    name: 'unreadable-is-refused', breaks: 'an answer that cannot be read counts as a refusal',
    changes: [executor('exchanges/submitting.ts',
      "return typeof read === 'string' ? unknown(read)",
      "return typeof read === 'string' ? { kind: 'rejected', code: 'order_rejected', text: read, stale: null, sentAt, answeredAt }")],
  },
  {
    name: 'window-beyond-deadline', breaks: 'the exchange may still accept an order after its absence counts as proven',
    changes: [executor('exchanges/submitting.ts', 'desk.stamp(host, Math.min(left, desk.manner.windowMs))', 'desk.stamp(host, 60_000)')],
  },
]
