import { createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'

// What comes over the wire is held against expectations right away; a test needs no more of a type than this.
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

export type Reply = { readonly status: number; readonly headers: Headers; readonly body: Json; readonly text: string }

/** The control routes of one simulated exchange. */
export class Control {
  readonly base: string

  constructor(base: string) {
    this.base = base
  }

  /** Any control request; answers whatever came. */
  async ask(method: string, path: string, body?: unknown): Promise<Reply> {
    const response = await fetch(`${this.base}/__sim${path}`, {
      method,
      ...(body === undefined ? undefined : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return read(response)
  }

  /** A control request that must be served. */
  async tell(method: string, path: string, body?: unknown): Promise<Json> {
    const reply = await this.ask(method, path, body)
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`)
    return reply.body
  }

  async orders(): Promise<Json[]> {
    return await this.tell('GET', '/orders')
  }
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text()
  const json = (response.headers.get('content-type') ?? '').includes('json') && text !== ''
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : undefined, text }
}

export type Credentials = { readonly apiKey: string; readonly secret: string }

/** What a signed request may differ in from the usual: parameters in the body, another time, a spoilt signature. */
export type Twist = {
  readonly timestamp?: number | string | null
  readonly inBody?: boolean
  readonly signature?: string | null
  readonly apiKey?: string | null
}

/** A signed Binance request, written from the documentation alone. */
export async function binance(
  base: string,
  { apiKey, secret }: Credentials,
  method: string,
  path: string,
  params: Readonly<Record<string, string>> = {},
  twist: Twist = {},
): Promise<Reply> {
  const all = new URLSearchParams(params)
  if (twist.timestamp !== null) all.set('timestamp', String(twist.timestamp ?? Date.now()))
  const payload = all.toString()
  const signature =
    twist.signature === undefined ? createHmac('sha256', secret).update(payload).digest('hex') : twist.signature
  const signed = signature === null ? payload : `${payload}&signature=${signature}`
  const key = twist.apiKey === undefined ? apiKey : twist.apiKey
  const headers = { ...(key === null ? undefined : { 'X-MBX-APIKEY': key }) }
  if (twist.inBody === true) {
    return read(
      await fetch(base + path, {
        method,
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: signed,
      }),
    )
  }
  return read(await fetch(`${base}${path}?${signed}`, { method, headers }))
}

/** An Alpaca request. */
export async function alpaca(
  base: string,
  { apiKey, secret }: Credentials,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply> {
  const response = await fetch(base + path, {
    method,
    headers: { 'APCA-API-KEY-ID': apiKey, 'APCA-API-SECRET-KEY': secret },
    ...(body === undefined ? undefined : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return read(response)
}

/** A GET from a chosen local address; fetch cannot choose one. */
export async function getFrom(
  localAddress: string,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { localAddress, headers, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', reject)
    request.end()
  })
}
