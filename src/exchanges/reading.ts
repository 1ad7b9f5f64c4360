import type { SubmitOutcome } from '#contract'
import { Problem, type ProblemCode } from '#model'
import { parseJson } from './answer.ts'
import { dateOf, words, type Reply } from './http.ts'
import { DEFAULT_PAUSE_MS, type Hold } from './limits.ts'
import type { Clock } from '#clock'
import type { Key } from './port.ts'
import type { Code } from './refusal.ts'

export type Answered = Reply & { readonly kind: 'answered' }

/** An answer to a request that may be asked again: everything but an order. */
export type Answer =
  | { readonly kind: 'ok'; readonly body: unknown; readonly reply: Answered }
  /** The exchange's own refusal; `code` null where the body has none. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: Code | null; readonly text: string; readonly reply: Answered }
  /** No usable answer. */
  | { readonly kind: 'none'; readonly problem: ProblemCode; readonly text: string; readonly retryAfterMs: number | null }

/** How one exchange words its errors. */
export interface Wording {
  /** For people: `Binance`. */
  readonly name: string
  /** Code and text of an error's body. */
  errorOf(body: unknown): { readonly code: Code | null; readonly text: string | null }
  /** Whether a body that came with HTTP 200 is a refusal all the same. Absent: this exchange refuses by HTTP status. */
  isRefusal?(body: unknown): boolean
  /** Whether a code means "too many requests", whatever the HTTP status. */
  isPause(code: Code): boolean
  problemOf(code: Code | null, status: number): ProblemCode
}

/** How long a reading request may take, ms, and a large list. */
export const READ_DEADLINE_MS = 8000
export const LIST_DEADLINE_MS = 30_000

/** Lists are longer than that; what is shorter may be a refusal. */
const SHORT = 4096
const GOOD = new Set([200, 201])

/** Sorts a reply. `isList`: a good body is left as text (`body` null), for `parseLongList`. */
export function readReply(reply: Reply, key: Key | null, wording: Wording, isList = false): Answer {
  if (reply.kind === 'not_sent') {
    const problem = reply.reason === 'rate_limited' ? 'rate_limited' : reply.reason === 'unreachable' ? 'exchange_unreachable' : 'exchange_timeout'
    return { kind: 'none', problem, text: reply.text, retryAfterMs: reply.retryAfterMs }
  }
  if (reply.kind === 'lost') return { kind: 'none', problem: reply.reason === 'timeout' ? 'exchange_timeout' : 'exchange_unreachable', text: reply.text, retryAfterMs: null }
  const good = GOOD.has(reply.status)
  if (good && isList && (wording.isRefusal === undefined || reply.text.length > SHORT)) return { kind: 'ok', body: null, reply }
  const body = parseJson(reply.text)
  const refuses = good && body !== undefined && wording.isRefusal?.(body) === true
  if (good && body !== undefined && !refuses) return { kind: 'ok', body: isList ? null : body, reply }
  if (reply.status === 204) return { kind: 'ok', body: null, reply }
  const { code, text } = refusalText(body, reply, key, wording)
  if (reply.status === 429 || reply.status === 418 || (code !== null && wording.isPause(code))) return { kind: 'none', problem: 'rate_limited', text, retryAfterMs: null }
  if (!refuses && (reply.status < 400 || reply.status >= 500)) return { kind: 'none', problem: 'exchange_unreachable', text: `HTTP ${reply.status}: ${text}`, retryAfterMs: null }
  return { kind: 'refused', status: reply.status, code, text, reply }
}

/** What an error says, fit to be shown; where it is not the exchange's own, what can be said of it. */
export function refusalText(body: unknown, reply: Answered, key: Key | null, wording: Wording): { code: Code | null; text: string } {
  const { code, text } = wording.errorOf(body)
  return { code, text: words(text ?? (body === undefined ? `an answer that is not JSON (HTTP ${reply.status})` : `HTTP ${reply.status}`), key) }
}

/** The body of an answer that had to be a good one. Throws `Problem`. */
export function bodyOf(answer: Answer, wording: Wording): unknown {
  if (answer.kind === 'ok') return answer.body
  throw problemIn(answer, wording)
}

/** What to throw where there is no good answer. */
export function problemIn(answer: Exclude<Answer, { kind: 'ok' }>, wording: Wording): Problem {
  return answer.kind === 'none'
    ? new Problem(answer.problem, `${wording.name}: ${answer.text}`) : new Problem(wording.problemOf(answer.code, answer.status), reasonOf(answer, wording))
}

/** The server does not serve such a request: a gateway that knows only part of the exchange. */
export const isMissing = (answer: Answer): boolean => answer.kind === 'refused' && answer.status === 404

/** Why there is no good answer, for people. */
export const reasonOf = (answer: Exclude<Answer, { kind: 'ok' }>, wording: Wording): string =>
  (answer.kind === 'none' ? answer.text : `${wording.name} answered ${withCode(answer)}`)

/** An exchange's words and its code; of an exchange whose codes are its words, once. */
export function withCode(
  { text, code, status }: { readonly text: string; readonly code: Code | null; readonly status: number },
): string {
  const named = String(code ?? `HTTP ${status}`)
  return text === named || text.endsWith(`(${named})`) ? text : `${text} (${named})`
}

/**
 * An instant that has passed on the exchange's clock as well as on ours: the earlier of its `Date` (to the second, never
 * ahead) and our now. Deadlines are counted on ours and enforced on theirs; what is later than both is later than either.
 */
export const exchangeNow = (clock: Clock, reply: Answered): number => Math.min(dateOf(reply.headers) ?? Infinity, clock.now())

/** An order that provably did not leave, in an outcome's words. */
export const notSentOutcome = ({ reason, text, retryAfterMs, scope }: Reply & { kind: 'not_sent' }): SubmitOutcome =>
  ({ kind: 'not_sent', code: reason, text, retryAfterMs, ...scope === undefined ? {} : { scope } })

/** An order that the exchange turned away because of a limit: `pause` is what its answer asked for. */
export const rateLimited = (text: string, pause: Hold | null): SubmitOutcome =>
  ({ kind: 'not_sent', code: 'rate_limited', text, retryAfterMs: pause?.waitMs ?? DEFAULT_PAUSE_MS, scope: pause?.scope ?? 'address' })
