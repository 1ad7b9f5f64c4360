import { linesOf } from './lines.ts'
import type { Connection, Problem, Routes, TestLine } from './schema.ts'

export type Route = keyof Routes
/** Those that test a key, and answer in lines too. */
export type TestRoute = 'POST /connections' | 'POST /connections/{id}/check'
export type Answer<R extends Route> = Routes[R]['answer']
export type Given<R extends Route> = Omit<Routes[R], 'answer'>
/** What a request may carry beside what its route asks for. */
export interface Extras {
  readonly signal?: AbortSignal
  /** Makes sure that a repeated request counts once. */
  readonly idempotencyKey?: string
}
/** What a route asks for is to be given; where it asks for nothing, nothing. */
export type Arguments<R extends Route> = Partial<Given<R>> extends Given<R> ? [given?: Given<R> & Extras] : [given: Given<R> & Extras]

/** For `idempotencyKey`. Browsers have `randomUUID` only under https. */
export const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

const LINES = { accept: 'application/x-ndjson' } as const
/** The longest that the server itself takes, and some more. */
const DEADLINE_MS = 75_000

/** The server refused, or did not answer (`unreachable`, `timeout`). `message` is for people, and says what to do. */
export class ApiError extends Error {
  readonly code: Problem['code'] | 'unreachable' | 'timeout'
  readonly status: number
  readonly problem: Partial<Problem>

  constructor(code: ApiError['code'], status: number, message: string, problem: Partial<Problem> = {}) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.problem = problem
  }

  /** What is wrong with one field of the request. */
  field(path: string): string | undefined {
    return this.problem.errors?.find((one) => one.path === path)?.message
  }
}

interface Hooks {
  /** Asks the person to prove who he is; answers whether he did. */
  prove(kind: 'password' | 'second_factor'): Promise<boolean>
  /** The session has ended. */
  signedOut(): void
}
let hooks: Hooks = { prove: () => Promise.resolve(false), signedOut: () => undefined }

/** Tells what is to happen when a request needs a fresh proof, or the session is over. */
export function onRefusal(wanted: Hooks): void { hooks = wanted }

/**
 * A request to our own server, with the session's cookie. Where a route asks for a fresh proof, the person is asked and
 * the request sent again. Throws `ApiError`.
 */
export async function call<R extends Route>(route: R, ...given: Arguments<R>): Promise<Answer<R>> {
  const wanted = given[0] ?? {} as Given<R> & Extras
  return proven(route, () => send(route, wanted))
}

/**
 * The same for a route that answers with the test of a key in lines, which are handed to `heard` as they come, but for the last one: that is the answer.
 * Throws `ApiError`; `unreachable` and `timeout` where the lines break off, and then nobody knows yet what came of it.
 */
export async function follow<R extends TestRoute>(route: R, given: Given<R> & Extras, heard: (line: TestLine) => void): Promise<Connection> {
  return proven(route, async () => {
    const response = await fetched(route, given, LINES)
    if (!response.ok) throw refusal(response, jsonOf(await textOf(response, given.signal)))
    try {
      for await (const line of linesOf<TestLine>(response)) {
        if ('connection' in line) return line.connection
        if ('problem' in line) throw refusal(line.problem, line.problem)
        heard(line)
      }
    } catch (error) {
      throw error instanceof ApiError ? error : unanswered(error, given.signal)
    }
    throw unanswered(null, given.signal)
  })
}

async function proven<T>(route: Route, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const kind = PROOFS[error.code]
    if (kind !== undefined && await hooks.prove(kind)) return run()
    if (error.code === 'unauthenticated' && !route.includes('/session') && !route.includes('/setup')) hooks.signedOut()
    throw error
  }
}

const PROOFS: Readonly<Record<string, 'password' | 'second_factor'>> = { second_factor_required: 'second_factor', password_required: 'password' }

async function send<R extends Route>(route: R, given: Given<R> & Extras): Promise<Answer<R>> {
  const response = await fetched(route, given)
  if (response.status === 204) return undefined
  const answer = jsonOf(await textOf(response, given.signal))
  if (response.ok) return answer as Answer<R>
  throw refusal(response, answer)
}

/** The answer as it begins. `headers`: more of them. Throws `ApiError` `unreachable`, `timeout`. */
async function fetched<R extends Route>(route: R, given: Given<R> & Extras, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const [method = 'GET', address = ''] = route.split(' ')
  const { path = {}, query = {}, body, signal, idempotencyKey } = given as Extras & {
    path?: Record<string, string>; query?: Record<string, string | number | boolean | undefined>; body?: unknown
  }
  const place = address.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(path[name] ?? ''))
  const search = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]])))
  const deadline = AbortSignal.timeout(DEADLINE_MS)
  return fetch(`/api/v1${place}${search.size === 0 ? '' : `?${search.toString()}`}`, {
    method, credentials: 'same-origin', redirect: 'error', signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    headers: {
      ...headers, ...(method === 'GET' ? {} : { 'x-towerflow': '1' }), ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => { throw unanswered(error, signal) })
}

const textOf = (response: Response, signal: AbortSignal | undefined): Promise<string> =>
  response.text().catch((error: unknown) => { throw unanswered(error, signal) })

function refusal({ status }: { readonly status: number }, answer: unknown): ApiError {
  const problem = (answer ?? {}) as Partial<Problem>
  return new ApiError(problem.code ?? 'unreachable', status, problem.detail ?? `The server answered ${status}.`, problem)
}

function unanswered(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return error
  if (error instanceof DOMException && error.name === 'TimeoutError') return new ApiError('timeout', 0, 'The server did not answer in time. Try again.')
  return new ApiError('unreachable', 0, 'The server cannot be reached. Is it running, and are you online?')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // something between us and the server answered
  }
}
