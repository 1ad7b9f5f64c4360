import type { Clock } from '#clock'
import { member, word } from '../answer.ts'
import type { Host } from '../host.ts'
import { pauseOf, type Http, type Reply, type Wire } from '../http.ts'
import type { Call, Caller } from '../port.ts'
import { bodyOf as readBody, LIST_DEADLINE_MS, READ_DEADLINE_MS, readReply, type Answer, type Wording } from '../reading.ts'
import { problemOf } from './errors.ts'
import { signed, unsigned, type Params } from './sign.ts'

/** What the functions of this folder work with. */
export interface Alpaca {
  readonly http: Http
  readonly clock: Clock
  readonly live: Host
  readonly paper: Host
  readonly data: Host
}

const NOBODY: Caller = { gone: false }

/** `{"code": 40410000, "message": "order not found"}` */
export const WORDING: Wording = {
  name: 'Alpaca',
  errorOf: (body) => {
    const code = member(body, 'code')
    return { code: typeof code === 'number' && Number.isSafeInteger(code) ? code : null, text: word(body, 'message') }
  },
  isPause: (code) => code === 42_910_000,
  problemOf,
}

/** A request with the key, which may be asked again. */
export async function ask(alpaca: Alpaca, call: Pick<Call, 'key' | 'caller'>, host: Host, path: string, params: Params = {}): Promise<Answer> {
  return readReply(await send(alpaca, host, signed(host, 'GET', path, params, call.key), call.caller), call.key, WORDING)
}

/** The same for a large list, compressed; its text is not parsed yet. */
export async function askList(alpaca: Alpaca, call: Pick<Call, 'key' | 'caller'>, host: Host, path: string, params: Params, maxBytes: number): Promise<Answer> {
  const wire = signed(host, 'GET', path, params, call.key)
  return readReply(await send(alpaca, host, { ...wire, headers: [...wire.headers, 'accept-encoding', 'gzip'] }, call.caller, maxBytes), call.key, WORDING, true)
}

/** Cancels one order by Alpaca's own number. */
export async function remove(alpaca: Alpaca, call: Pick<Call, 'key' | 'caller'>, path: string): Promise<Answer> {
  return readReply(await send(alpaca, alpaca.live, signed(alpaca.live, 'DELETE', path, {}, call.key), call.caller), call.key, WORDING)
}

/** A request without a key. */
export async function askOpenly(alpaca: Alpaca, host: Host, path: string, params: Params): Promise<Answer> {
  return readReply(await send(alpaca, host, unsigned(path, params), NOBODY), null, WORDING)
}

async function send(alpaca: Alpaca, host: Host, wire: Wire, caller: Caller, maxBytes?: number): Promise<Reply> {
  const deadline = alpaca.clock.now() + (maxBytes === undefined ? READ_DEADLINE_MS : LIST_DEADLINE_MS)
  return alpaca.http.send(host, wire, { startBy: deadline, deadline, caller, ...maxBytes === undefined ? {} : { maxBytes } })
}

/** The body of an answer that had to be a good one. Throws `Problem`. */
export const bodyOf = (answer: Answer): unknown => readBody(answer, WORDING)

/** How long to wait before asking again, ms; null: as you like. */
export const waitFor = (alpaca: Alpaca, host: Host, caller: Caller): number | null => pauseOf(host, caller, alpaca.clock.now())?.waitMs ?? null
