import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { arrivalTime, exchangeTime, type Clock } from './clock.ts'
import { serveControl, type ControlState } from './control.ts'
import { takeFault, type Fault } from './faults.ts'
import type { Listener, WireReply, WireRequest } from './venue.ts'

const MAXIMUM_BODY_BYTES = 64 * 1024 * 1024
const MAXIMUM_COUNTED_PATHS = 20_000

/** Serves one port of an exchange, control routes and faults included. Resolves when it listens. */
export async function listen(listener: Listener, control: ControlState, port: number, host: string): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 600_000, requestTimeout: 0, noDelay: true }, (incoming, response) => {
    receive(incoming, response, (request) => answer(listener, control, request, response))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return server
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** Reads the whole request, then hands it on. */
function receive(incoming: IncomingMessage, response: ServerResponse, then: (request: WireRequest) => void): void {
  const receivedAt = arrivalTime()
  const chunks: Buffer[] = []
  let size = 0
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > MAXIMUM_BODY_BYTES) incoming.destroy()
    else chunks.push(chunk)
  })
  // A client that hangs up while it is still sending has not asked for anything.
  incoming.on('error', () => response.destroy())
  incoming.on('end', () => {
    const url = incoming.url ?? '/'
    const mark = url.indexOf('?')
    then({
      method: incoming.method ?? 'GET',
      path: mark < 0 ? url : url.slice(0, mark),
      query: mark < 0 ? '' : url.slice(mark + 1),
      body: chunks.length === 0 ? '' : Buffer.concat(chunks).toString('utf8'),
      headers: incoming.headers,
      remoteAddress: bareAddress(incoming.socket.remoteAddress ?? ''),
      receivedAt,
    })
  })
}

/** An IPv4 address that arrives on a dual-stack socket is still an IPv4 address. */
function bareAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}

function answer(listener: Listener, control: ControlState, request: WireRequest, response: ServerResponse): void {
  if (request.path === '/__sim' || request.path.startsWith('/__sim/')) {
    send(response, serveControl(control, request), control.world.clock)
    return
  }
  countRequest(control.requests, `${request.method} ${request.path}`)
  const fault = control.faults.length === 0 ? undefined : takeFault(control.faults, request)
  if (fault === undefined) send(response, listener.handle(request), control.world.clock)
  else misbehave(fault, listener, request, response, control.world.clock)
}

function countRequest(requests: Map<string, number>, key: string): void {
  const known = requests.get(key)
  if (known !== undefined || requests.size < MAXIMUM_COUNTED_PATHS) requests.set(key, (known ?? 0) + 1)
  else requests.set('other', (requests.get('other') ?? 0) + 1)
}

function misbehave(fault: Fault, listener: Listener, request: WireRequest, response: ServerResponse, clock: Clock): void {
  const reply = fault.after ? listener.handle(request) : undefined
  switch (fault.fault) {
    case 'drop-response':
    case 'drop-request':
      response.destroy()
      return
    case 'accept-late':
      // The client knows no more than that its connection broke; the order stands in the exchange's own queue.
      response.destroy()
      setTimeout(() => listener.handle(request), fault.ms).unref()
      return
    case 'hang':
      return
    case 'status':
      send(response, { status: fault.status, body: fault.body, headers: [...typeOf(fault.body), ...Object.entries(fault.headers).flat()] }, clock)
      return
    case 'delay': {
      const timer = setTimeout(() => {
        // The client may have given up; a request that is carried out only now arrives all the same.
        const late = reply ?? listener.handle(request)
        if (!response.destroyed) send(response, late, clock)
      }, fault.ms)
      // A delayed request must not keep the process alive after the server was closed.
      timer.unref()
      return
    }
  }
}

/** What stands in front of an exchange answers with pages, not with JSON. */
function typeOf(body: string): string[] {
  return /^\s*[[{]/.test(body) ? [] : ['content-type', 'text/html']
}

/** Answers are dated on the exchange's own clock. */
function send(response: ServerResponse, reply: WireReply, clock: Clock): void {
  const headers = [
    'content-type',
    'application/json;charset=UTF-8',
    'content-length',
    String(Buffer.byteLength(reply.body)),
    'date',
    new Date(exchangeTime(clock)).toUTCString(),
  ]
  if (reply.headers !== undefined) {
    if (reply.headers.includes('content-type')) headers.splice(0, 2)
    headers.push(...reply.headers)
  }
  response.writeHead(reply.status, headers)
  response.end(reply.body)
}
