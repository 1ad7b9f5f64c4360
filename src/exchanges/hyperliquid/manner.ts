import { list, member, time, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Answer } from '../reading.ts'
import type { Code } from '../refusal.ts'
import { isClockSkew, problemOf } from './errors.ts'
import { isPauseText } from './limits.ts'
import { sign } from './sign.ts'

export const manner: Manner = {
  // `{"status": "err", "response": "…"}`, or of one order among several `{"status": "ok", "response": {"data": {"statuses": [{"error": "…"}]}}}`.
  wording: {
    name: 'Hyperliquid',
    errorOf: (body) => {
      const text = member(body, 'status') === 'err' ? word(body, 'response') : word(statusOf(body), 'error')
      return { code: text, text }
    },
    isRefusal: (body) => member(body, 'status') === 'err' || word(statusOf(body), 'error') !== null,
    isPause: (code: Code) => typeof code === 'string' && isPauseText(code),
    problemOf,
  },
  windowMs: 5000,
  sign,
  clock: { request: () => ({ method: 'POST', path: '/info', body: { type: 'exchangeStatus' } }), read: (body) => time(body, 'time') },
  isClockSkew,
}

/** What became of the one order that an action was about. */
export const statusOf = (body: unknown): unknown => list(member(member(member(body, 'response'), 'data'), 'statuses'))?.[0]

/** A question about an account: open to everybody, so without a signature. */
export const ask = (desk: Desk, asker: Asker, body: Readonly<Record<string, unknown>>): Promise<Answer> =>
  desk.ask(asker, desk.host('hyperliquid'), { method: 'POST', path: '/info', body })

/** A signed action. */
export const act = (desk: Desk, asker: Asker, action: Readonly<Record<string, unknown>>): Promise<Answer> =>
  desk.ask(asker, desk.host('hyperliquid'), { method: 'POST', path: '/exchange', body: { action } })
