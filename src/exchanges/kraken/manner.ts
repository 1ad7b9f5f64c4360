import { list, member, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Params } from '../query.ts'
import type { Answer } from '../reading.ts'
import type { Code } from '../refusal.ts'
import { isClockSkew, problemOf } from './errors.ts'
import { isPauseText } from './limits.ts'
import { FUTURES_HOST, sign } from './sign.ts'

/** Any ticker tells futures' time. */
const SOME_CONTRACT = '/derivatives/api/v3/tickers/PF_XBTUSD'

/** Statuses of a sent order that mean that it was taken. [D send-order] */
const TAKEN: ReadonlySet<string> = new Set(['placed', 'partiallyFilled', 'filled'])

export const manner: Manner = {
  // Spot: `{"error": ["EOrder:Insufficient funds"]}`; what begins with W is a warning. Futures: `{"result": "error", "error":
  // "apiLimitExceeded"}`, or a good answer about an order that was not placed, `{"sendStatus": {"status": "invalidSize"}}`.
  wording: {
    name: 'Kraken',
    errorOf: (body) => {
      const code = codeIn(body)
      return { code, text: code }
    },
    isRefusal: (body) => codeIn(body) !== null || member(body, 'result') === 'error',
    isPause: (code: Code) => typeof code === 'string' && isPauseText(code),
    problemOf,
  },
  // [D add-order] A deadline lies 2 to 60 seconds ahead.
  windowMs: 5000,
  sign,
  clock: {
    request: ({ name }) => ({ method: 'GET', path: name === FUTURES_HOST ? SOME_CONTRACT : '/0/public/Time' }),
    read: (body) => {
      const told = member(member(body, 'result'), 'unixtime')
      // In whole seconds that have begun: what is made of it is at most one second early, never late.
      if (typeof told === 'number') return told * 1000
      const at = Date.parse(word(body, 'serverTime') ?? '')
      return Number.isNaN(at) ? null : at
    },
  },
  isClockSkew,
}

/** What a body refuses with; null: it refuses nothing. */
function codeIn(body: unknown): string | null {
  const errors = list(member(body, 'error'))
  if (errors !== null) return errors.find((each): each is string => typeof each === 'string' && each.startsWith('E')) ?? null
  const status = word(member(body, 'sendStatus'), 'status')
  if (status !== null) return TAKEN.has(status) ? null : status
  return word(body, 'error') ?? word(list(member(body, 'errors'))?.[0], 'message')
}

/** A question with a spot key. They all go by POST. */
export const askSpot = (desk: Desk, asker: Asker, verb: string, params: Params = {}): Promise<Answer> =>
  desk.ask(asker, desk.host('kraken'), { method: 'POST', path: `/0/private/${verb}`, params })

/** A question with a futures key. */
export const askFutures = (desk: Desk, asker: Asker, path: string, params: Params = {}, method: 'GET' | 'POST' | 'PUT' = 'GET'): Promise<Answer> =>
  desk.ask(asker, desk.host(FUTURES_HOST), { method, path, params })
