import type { Held } from '../../engine/exchange.ts'
import type { WireReply, WireRequest } from '../../venue.ts'
import { carryOut } from './actions.ts'
import { admit } from './gate.ts'
import { answer } from './info.ts'
import { Refusal, Unreadable } from './refusal.ts'

/** Answers one request: questions are open to everybody, actions are signed. */
export function serveHyperliquid(x: Held, request: WireRequest): WireReply {
  try {
    if (request.method !== 'POST') throw new Unreadable()
    const body = bodyOf(request.body)
    switch (request.path) {
      case '/info': return json(answer(x, body))
      case '/exchange': return json({ status: 'ok', response: carryOut(x, admit(x, body), request.receivedAt) })
      default: return { status: 404, body: '' }
    }
  } catch (error) {
    if (error instanceof Refusal) return json({ status: 'err', response: error.message })
    if (!(error instanceof Unreadable)) throw error
    return { status: 422, body: error.message, headers: ['content-type', 'text/plain'] }
  }
}

const json = (value: unknown): WireReply => ({ status: 200, body: JSON.stringify(value) })

function bodyOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  } catch {
    // Answered below.
  }
  throw new Unreadable()
}
