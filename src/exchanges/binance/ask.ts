import type { Clock } from '#clock'
import type { Market } from '#model'
import { member, parseJson, time, word } from '../answer.ts'
import type { Host } from '../host.ts'
import { pauseOf, type Http, type Reply, type Wire } from '../http.ts'
import type { Call, Caller } from '../port.ts'
import { bodyOf as readBody, LIST_DEADLINE_MS, READ_DEADLINE_MS, readReply, type Answer, type Wording } from '../reading.ts'
import { CLOCK_SKEW, problemOf, TOO_MANY_ORDERS, TOO_MANY_REQUESTS } from './errors.ts'
import { signed, unsigned, type Params } from './sign.ts'

/** What the functions of this folder work with. */
export interface Binance {
  readonly http: Http
  readonly clock: Clock
  readonly spot: Host
  readonly futures: Host
}

export const hostOf = (binance: Binance, market: Market): Host => (market === 'spot' ? binance.spot : binance.futures)

/** recvWindow: recommended 5,000 or less. [rest-api.md, "Timing security"] */
export const MAX_WINDOW_MS = 5000
const TIME_PATH = { spot: '/api/v3/time', futures: '/fapi/v1/time' } as const
const NOBODY: Caller = { gone: false }

/** The exchange's time now, whole ms, as a timestamp to sign with. */
export const stampOf = (binance: Binance, host: Host): number => Math.floor(binance.clock.now() + host.offsetMs)

/** A signed reading request; a clock that differs is set right once. */
export async function ask(binance: Binance, call: Pick<Call, 'key' | 'caller'>, host: Host, path: string, params: Params = {}): Promise<Answer> {
  return request(binance, call, host, 'GET', path, params)
}

/** The same for any method; not for orders, which have rules of their own. */
export async function request(
  binance: Binance, call: Pick<Call, 'key' | 'caller'>, host: Host, method: Wire['method'], path: string, params: Params,
): Promise<Answer> {
  const once = async (): Promise<Answer> => {
    const wire = signed(host, method, path, params, call.key, { timestamp: stampOf(binance, host), recvWindow: MAX_WINDOW_MS })
    return readReply(await send(binance, host, wire, call.caller), call.key, WORDING)
  }
  const answer = await once()
  if (answer.kind !== 'refused' || answer.code !== CLOCK_SKEW || !await compareClocks(binance, host, READ_DEADLINE_MS)) return answer
  return once()
}

/** A request without a key. */
export async function askOpenly(binance: Binance, host: Host, path: string, params: Params = {}): Promise<Answer> {
  return readReply(await send(binance, host, unsigned(path, params), NOBODY), null, WORDING)
}

/** The same for a large list, compressed; its text is not parsed yet. */
export async function askList(binance: Binance, host: Host, path: string, maxBytes: number): Promise<Answer> {
  const wire = { ...unsigned(path), headers: ['accept-encoding', 'gzip'] }
  return readReply(await send(binance, host, wire, NOBODY, maxBytes), null, WORDING, true)
}

/**
 * Asks for the exchange's time and keeps the difference, unless it is beyond `mostMs`: without a complaint of the
 * exchange a large one is more likely a server that does not tell its time. False: no answer.
 */
export async function compareClocks(binance: Binance, host: Host, withinMs: number, mostMs = Infinity): Promise<boolean> {
  const began = binance.clock.now()
  const path = host === binance.spot ? TIME_PATH.spot : TIME_PATH.futures
  const reply = await binance.http.send(host, unsigned(path), { startBy: began + withinMs, deadline: began + withinMs, caller: NOBODY })
  const serverTime = reply.kind === 'answered' ? time(parseJson(reply.text), 'serverTime') : null
  if (reply.kind !== 'answered' || serverTime === null) return false
  const offset = serverTime - (reply.sentAt + reply.answeredAt) / 2
  if (Math.abs(offset) <= mostMs) host.offsetMs = offset
  return true
}

async function send(binance: Binance, host: Host, wire: Wire, caller: Caller, maxBytes?: number): Promise<Reply> {
  const now = binance.clock.now()
  const deadline = now + (maxBytes === undefined ? READ_DEADLINE_MS : LIST_DEADLINE_MS)
  return binance.http.send(host, wire, { startBy: deadline, deadline, caller, ...maxBytes === undefined ? {} : { maxBytes } })
}

/** `{"code": -1121, "msg": "Invalid symbol."}` */
export const WORDING: Wording = {
  name: 'Binance',
  errorOf: (body) => {
    const code = member(body, 'code')
    return { code: typeof code === 'number' && Number.isSafeInteger(code) ? code : null, text: word(body, 'msg') }
  },
  isPause: (code) => code === TOO_MANY_REQUESTS || code === TOO_MANY_ORDERS,
  problemOf,
}

/** The body of an answer that had to be a good one. Throws `Problem`. */
export const bodyOf = (answer: Answer): unknown => readBody(answer, WORDING)

/** How long to wait before asking again, ms; null: as you like. */
export const waitFor = (binance: Binance, host: Host, caller: Caller): number | null => pauseOf(host, caller, binance.clock.now())?.waitMs ?? null
