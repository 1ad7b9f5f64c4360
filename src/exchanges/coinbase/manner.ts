import { list, member, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Params } from '../query.ts'
import type { Answer, Answered } from '../reading.ts'
import { isClockSkew, isPause, NOT_JSON, problemOf } from './errors.ts'
import { sign } from './sign.ts'

export const API = '/api/v3/brokerage'
/** Says nothing. */
const UNSAID = /^UNKNOWN_|^$/

export const manner: Manner = {
  // HTTP errors: `{"error": "INVALID_ARGUMENT", "error_details": "…", "message": "…"}`. An order that was not made comes with HTTP
  // 200: `{"success": false, "error_response": {"error": "INSUFFICIENT_FUND", "message": "…", "preview_failure_reason": "PREVIEW_…"}}`.
  wording: {
    name: 'Coinbase',
    errorOf: (body) => {
      if (body === undefined) return { code: NOT_JSON, text: null }
      const order = member(body, 'error_response')
      const said = order === undefined ? body : order
      const reasons = ['new_order_failure_reason', 'preview_failure_reason', 'error'].map((name) => word(said, name) ?? '')
      const code = reasons.find((reason) => !UNSAID.test(reason)) ?? word(said, 'error')
      return { code, text: word(said, 'error_details') ?? word(said, 'message') ?? code }
    },
    isRefusal: (body) => member(body, 'success') === false,
    isPause,
    problemOf,
  },
  // A token may live for 120 s; that of an order ends with its deadline.
  windowMs: 5000,
  sign,
  clock: {
    request: () => ({ method: 'GET', path: `${API}/time` }),
    read: (body) => {
      const at = Number(word(body, 'epochMillis') ?? Number.NaN)
      return Number.isNaN(at) ? null : at
    },
  },
  isClockSkew,
}

/** A question with a key. */
export const get = (desk: Desk, asker: Asker, path: string, params: Params = {}): Promise<Answer> =>
  desk.ask(asker, desk.host('coinbase'), { method: 'GET', path: API + path, params })

const MOST_PAGES = 20

/** All rows of a list in pages; where one of them fails, that answer. `body` null: a page could not be read, or there is no end. */
export async function pages(desk: Desk, asker: Asker, path: string, name: string, params: Params): Promise<{ readonly kind: 'ok'; readonly body: readonly unknown[] | null; readonly reply: Answered } | Exclude<Answer, { kind: 'ok' }>> {
  const rows: unknown[] = []
  for (let page = 0, cursor: string | undefined; ; page += 1) {
    const answer = await get(desk, asker, path, { ...params, cursor })
    if (answer.kind !== 'ok') return answer
    const more = list(member(answer.body, name))
    const next = word(answer.body, 'cursor')
    // Orders and accounts say whether there are more; fills have a cursor as long as there are.
    const goesOn = member(answer.body, 'has_next') ?? (next !== null && (more?.length ?? 0) > 0)
    if (more === null || page === MOST_PAGES || (goesOn === true && (next === null || next === cursor))) return { kind: 'ok', body: null, reply: answer.reply }
    rows.push(...more)
    if (goesOn !== true) return { kind: 'ok', body: rows, reply: answer.reply }
    cursor = next ?? undefined
  }
}
