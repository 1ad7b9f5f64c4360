import { BadControl } from './venue.ts'
import { asObject, choice, count, flag, text } from './control-body.ts'

/** What is to go wrong with the next matching requests. */
export type Fault = {
  readonly id: number
  /** Matches when the request's path contains it. */
  readonly path: string
  readonly method: string | undefined
  /** Matches when query or body contains it as sent, e.g. "symbol=BTCUSDT". */
  readonly contains: string
  readonly fault: (typeof KINDS)[number]
  readonly status: number
  readonly body: string
  /** Sent with a status, e.g. {"Retry-After": "2"}. */
  readonly headers: Readonly<Record<string, string>>
  readonly ms: number
  /** The request is executed first, then the fault happens. */
  readonly after: boolean
  /** Matching requests to let pass before the first fault. */
  skip: number
  times: number
}

const KINDS = ['drop-response', 'drop-request', 'accept-late', 'status', 'hang', 'delay'] as const
const MAXIMUM_FAULTS = 1000
const MAXIMUM_MS = 600_000

/**
 * Reads a fault from the body of its control route. `after` says whether the request is executed before the fault:
 * always for drop-response, never for drop-request and accept-late, as asked (default: no) for the others.
 */
export function parseFault(body: Readonly<Record<string, unknown>>, id: number): Fault {
  const kind = choice(body, 'fault', KINDS)
  if (kind === undefined) throw new BadControl(`fault must be one of ${KINDS.join(', ')}`)
  const status = count(body, 'status', 100, 599)
  if (kind === 'status' && status === undefined) throw new BadControl('fault "status" needs a status')
  const ms = count(body, 'ms', 0, MAXIMUM_MS)
  if ((kind === 'delay' || kind === 'accept-late') && ms === undefined) throw new BadControl(`fault "${kind}" needs ms`)
  const asked = flag(body, 'after')
  return {
    id,
    path: text(body, 'path') ?? '',
    method: text(body, 'method')?.toUpperCase(),
    contains: text(body, 'contains') ?? '',
    fault: kind,
    status: status ?? 500,
    body: bodyText(body['body']),
    headers: headersOf(body['headers']),
    ms: ms ?? 0,
    after: kind === 'drop-response' || (kind !== 'drop-request' && kind !== 'accept-late' && asked === true),
    skip: count(body, 'skip', 0, 1_000_000) ?? 0,
    times: count(body, 'times', 1, 1_000_000) ?? 1,
  }
}

function bodyText(body: unknown): string {
  if (body === undefined) return ''
  return typeof body === 'string' ? body : JSON.stringify(body)
}

function headersOf(value: unknown): Record<string, string> {
  const headers = Object.entries(asObject(value ?? {}, 'headers'))
  for (const [name, each] of headers) if (typeof each !== 'string') throw new BadControl(`headers.${name} must be a string`)
  return Object.fromEntries(headers) as Record<string, string>
}

export function addFault(faults: Fault[], fault: Fault): void {
  if (faults.length >= MAXIMUM_FAULTS) throw new BadControl(`no more than ${MAXIMUM_FAULTS} faults at once`, 409)
  faults.push(fault)
}

/** Takes a fault back before its uses are up. False: there is none with this id, or it is used up. */
export function removeFault(faults: Fault[], id: string): boolean {
  const at = faults.findIndex((fault) => String(fault.id) === id)
  if (at >= 0) faults.splice(at, 1)
  return at >= 0
}

/** Takes the oldest fault that fits this request, counting down its uses. */
export function takeFault(
  faults: Fault[],
  request: { readonly method: string; readonly path: string; readonly query: string; readonly body: string },
): Fault | undefined {
  for (const [at, fault] of faults.entries()) {
    if (fault.method !== undefined && fault.method !== request.method) continue
    if (!request.path.includes(fault.path)) continue
    if (!request.query.includes(fault.contains) && !request.body.includes(fault.contains)) continue
    if (fault.skip > 0) {
      fault.skip -= 1
      continue
    }
    fault.times -= 1
    if (fault.times === 0) faults.splice(at, 1)
    return fault
  }
  return undefined
}
