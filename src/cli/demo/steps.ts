import type { api as contract } from '#contract'
import type { z } from 'zod'
import type { Api } from '../api.ts'

/** An order as the exchange simulator saw it arrive. */
export interface SeenOrder {
  readonly apiKey: string
  readonly market: string
  readonly symbol: string
  readonly side: string
  readonly type: string
  readonly quantity: string | null
  readonly quoteQuantity: string | null
  readonly clientOrderId: string
  readonly exchangeOrderId: string
  readonly state: string
  readonly filled: string
  /** Epoch ms, with fraction. */
  readonly receivedAt: number
}

/** The control routes of a simulator. */
export async function control<T>(exchangeUrl: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${exchangeUrl}/__sim${path}`, {
    method, signal: AbortSignal.timeout(10_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`The simulator answered ${response.status} to ${method} ${path}: ${text.slice(0,
    300)}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/**
 * Sends an alert the way TradingView does: the message as it stands in the alert, as plain text (its own servers say
 * `text/plain; charset=utf-8` where the message is not valid JSON, `application/json` where it is).
 */
export async function sendAlert(address: string, message: string): Promise<z.infer<typeof contract.accepted>> {
  const response = await fetch(address, {
    method: 'POST', body: message, signal: AbortSignal.timeout(10_000),
    headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Go-http-client/1.1' },
  })
  const text = await response.text()
  if (response.status !== 202) throw new Error(`The hook answered ${response.status}: ${text.slice(0, 300)}`)
  return JSON.parse(text) as z.infer<typeof contract.accepted>
}

const FINAL = new Set(['filled', 'canceled', 'partially_filled_then_canceled', 'expired',
  'partially_filled_then_expired', 'rejected', 'failed'])

/** Asks until every order of the signal has ended; fails after `deadlineMs`. */
export async function untilOver(api: Api, signalId: string, deadlineMs: number, pause: (ms: number) => Promise<void>,
  now: () => number): Promise<contract.SignalAnswer> {
  const end = now() + deadlineMs
  for (;;) {
    const signal: contract.SignalAnswer = await api.get(`/signals/${signalId}`)
    const orders = signal.decisions.flatMap((decision) => decision.orders)
    if (signal.decisions.length > 0 && orders.every((order) => 'state' in order
      && FINAL.has(order.state))) return signal
    if (now() > end) throw new Error(`The signal ${signalId} came to no end within ${deadlineMs} ms`)
    await pause(20)
  }
}
