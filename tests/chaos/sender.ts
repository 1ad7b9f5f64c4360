import { pause, request } from './http.ts'
import type { Tally } from './options.ts'
import type { Hook } from './desk.ts'
import type { Chance } from './chance.ts'

/** One alert, from the sender's side. */
export interface Sent {
  readonly label: string
  readonly hook: Hook
  readonly side: 'BUY' | 'SELL'
  /** As it stands in the payload; unique among the alerts of a hook. */
  readonly size: string | null
  readonly body: string
  /** The signal's id, once it was answered 202. */
  accepted: string | null
}

const PATIENCE_MS = 3000
const RESENDS = 3

/** Makes the alerts of one installation. */
export class Alerts {
  readonly #chance: Chance
  readonly #counts = new Map<Hook, number>()

  constructor(chance: Chance) { this.#chance = chance }

  /**
   * The next alert. Its size is unique on its hook, so that an order at the exchange tells by itself whose it is; and
   * every alert means an order, unless a close finds nothing to close.
   */
  next(hook: Hook, chosen?: 'BUY' | 'SELL'): Sent {
    const number = (this.#counts.get(hook) ?? 0) + 1
    this.#counts.set(hook, number)
    const side = chosen ?? (this.#chance.next() < hook.sells ? 'SELL' : 'BUY')
    const size = side === 'BUY' || hook.sizedSells ? (20 + number / 100).toFixed(2) : null
    const label = `${hook.name} ${number}`
    const body = JSON.stringify({
      symbol: hook.symbol, side, dilution: true, id: label, time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'), ...size === null ? {} : { size },
    })
    return { label, hook, side, size, body, accepted: null }
  }
}

/**
 * Sends an alert as TradingView does: it waits 3 s and does not send again what was not answered; what was answered
 * 5xx (but 504) it sends again, byte for byte, after a pause and up to three times.
 */
export async function send(url: string, alert: Sent, resendAfterMs: number, tally: Tally): Promise<void> {
  tally.sent += 1
  for (let resend = 0; ; resend += 1) {
    const answer = await request('POST', url, alert.body, { timeoutMs: PATIENCE_MS, headers: { 'content-type': 'application/json' } })
    if (answer.kind !== 'answered') { tally.unanswered += 1; return }
    if (answer.status === 202) {
      alert.accepted = (JSON.parse(answer.text) as { signalId: string }).signalId
      tally.accepted += 1
      return
    }
    if (answer.status < 500 || answer.status === 504 || resend >= RESENDS) { tally.refused += 1; return }
    tally.resent += 1
    await pause(resendAfterMs)
  }
}
