import { readClientSettings } from '#config'
import { ApiProblem, Unreachable, type ProblemBody } from './failure.ts'

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly idempotencyKey?: string
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** The HTTP API of a running server,
  as the one whom the token belongs to. Rejects with `ApiProblem` or `Unreachable`. */
export interface Api {
  readonly url: string
  get<T>(path: string, query?: CallOptions['query']): Promise<T>
  send<T>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, options?: CallOptions): Promise<T>
  /** The bare response of a successful request, to be read as a stream. */
  open(method: string, path: string, options?: CallOptions & { headers?: Record<string, string> }): Promise<Response>
}

// A key is tested at its exchange while this waits; the server's own deadlines are shorter.
const DEADLINE_MS = 60_000

/** The API of the server that `TOWERFLOW_URL` and `TOWERFLOW_TOKEN` name. */
export function openApi(settings: { readonly url: string; readonly token: string | null } = readClientSettings()): Api {
  const open: Api['open'] = async (method, path, options = {}) => {
    const url = new URL(`${settings.url}/api/v1${path}`)
    for (const [name, value] of Object.entries(options.query ?? {})) if (value !== undefined) url.searchParams.set(name,
      String(value))
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers }
    if (settings.token !== null) headers['authorization'] = `Bearer ${settings.token}`
    if (options.body !== undefined) headers['content-type'] = 'application/json'
    if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey
    const response = await reach(settings.url, url, {
      method, headers, redirect: 'error',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      signal: options.signal ?? AbortSignal.timeout(options.timeoutMs ?? DEADLINE_MS),
    })
    if (!response.ok) throw await problemOf(response)
    return response
  }
  const read = async <T>(method: string, path: string, options?: CallOptions): Promise<T> => {
    const response = await open(method, path, options)
    const text = await response.text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  return { url: settings.url, open, get: (path, query) => read('GET', path, query === undefined ? {} : { query }),
    send: read }
}

/** Fetches, and says in people's words why a server could not be reached. */
export async function reach(base: string, url: URL | string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    throw new Unreachable(base, reasonOf(error))
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason given'
  if (error.name === 'TimeoutError') return 'no answer in time'
  const cause = error.cause as { code?: string; message?: string } | undefined
  const known: Record<string, string> = {
    ECONNREFUSED: 'nothing listens there', ENOTFOUND: 'there is no such host', ECONNRESET: 'it closed the connection',
    ETIMEDOUT: 'no answer in time', UND_ERR_SOCKET: 'it closed the connection',
  }
  return known[cause?.code ?? ''] ?? cause?.code ?? cause?.message ?? error.message
}

/** A problem body as the server wrote it, or what can be said of an answer that is none. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const text = (await response.text()).slice(0, 100_000)
  try {
    const body = JSON.parse(text) as Partial<ProblemBody>
    if (typeof body.code === 'string') {
      return new ApiProblem({ ...body, status: response.status, title: body.title ?? body.code, detail: body.detail
        ?? '', code: body.code })
    }
  } catch {
    // Not JSON: a proxy's page, most likely.
  }
  return new ApiProblem({
    status: response.status, title: `The answer was HTTP ${response.status}`, code: 'not_towerflow',
    detail: `${response.url.replace(/\?.*/, '')} did not answer as towerflow does. Is TOWERFLOW_URL right?`,
  })
}
