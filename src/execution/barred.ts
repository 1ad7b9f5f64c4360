import type { SubmitOutcome } from '#contract'
import type { Lane } from './book.ts'
import type { Context } from './context.ts'
import type { Tracked } from './ledger.ts'
import type { Linked } from './linked.ts'

type NotSent = SubmitOutcome & { kind: 'not_sent' }

/**
 * The guards, read again right before sending: between the decision and this moment lies a commit, or a wait. Null: the
 * order may go. A close is stopped by an explicit freeze of `all` alone.
 */
export function barredNow(context: Context, lane: Lane, linked: Linked, { stored: { order } }: Tracked): NotSent | null {
  const freeze = context.freezes.on(linked.connection.id, linked.connection.userId)
  if (freeze !== null && (freeze.mode === 'all' || order.kind === 'open')) return notSent('frozen', `frozen before it was sent: ${freeze.reason}`)
  if (order.kind === 'close') return null
  if (context.adopting.any) return notSent('frozen', 'orders sent since the restored backup are still being looked for')
  if (lane.bot.paused) return notSent('bot_paused', 'the bot was paused before it was sent')
  const known = context.book.connection(linked.connection.id)
  return known?.connection.status === 'unhealthy' ? notSent('connection_unhealthy', 'the exchange refuses the connection\'s key') : null
}

const notSent = (code: string, text: string): NotSent => ({ kind: 'not_sent', code, text, retryAfterMs: null })
