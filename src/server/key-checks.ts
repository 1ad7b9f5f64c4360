import { Problem } from '#model'
import type { ServerParts } from './parts.ts'
import { recheck } from './recheck.ts'

type Parts = Pick<ServerParts, 'store' | 'executor' | 'execution' | 'clock' | 'log'>

/** How often an exchange is asked again what a key may do. */
export const EVERY_MS = 4 * 3_600_000
const BEAT_MS = 60_000

/**
 * Tests every kept key each few hours, one after another, each at an instant of its own, which its id decides: so they
 * are spread, and a restart neither skips one nor asks all of them at once. The answer stops it.
 */
export function keepChecking(parts: Parts): () => void {
  const { clock, log } = parts
  let stopped = false
  let stopTimer: () => void = () => undefined
  let last = clock.now()
  const beat = async (): Promise<void> => {
    const now = clock.now()
    try {
      for (const { connection: { id } } of await parts.store.journal.connections()) {
        if (stopped) return
        if (dueBetween(id, last, now)) await checkOne(parts, id)
      }
      last = now
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      log.warn({ code: error.code }, 'keys could not be checked; they are at the next beat')
    }
    if (!stopped) stopTimer = clock.after(BEAT_MS, () => { void beat() })
  }
  stopTimer = clock.after(BEAT_MS, () => { void beat() })
  return () => {
    stopped = true
    stopTimer()
  }
}

/** Whether the instant of this connection lies after `from` and not after `to`, epoch ms. */
export function dueBetween(connectionId: string, from: number, to: number): boolean {
  const phase = Number.parseInt(connectionId.slice(-8), 16) % EVERY_MS
  return Math.floor((to - phase) / EVERY_MS) > Math.floor((from - phase) / EVERY_MS)
}

/** No answer says nothing about a key: it is asked again when its time comes. */
async function checkOne(parts: Parts, id: string): Promise<void> {
  try {
    await recheck(parts, id, { background: true })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    parts.log.info({ connectionId: id, code: error.code }, 'a key could not be checked; nothing is concluded from that')
  }
}
