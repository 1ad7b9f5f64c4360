import type { AuditEntry } from '#audit'
import type { Clock } from '#clock'
import type { ExecutorPush } from '#contract'

const GATHER_MS = 50
const MOST_AT_ONCE = 1000

/** Tells of entries of the audit in batches: one frame for a burst of orders, not one for each. */
export function auditNews(clock: Clock, push: (push: ExecutorPush) => void): (entry: AuditEntry) => void {
  let gathered: Readonly<Record<string, unknown>>[] = []
  let stopTimer: (() => void) | null = null
  const tell = (): void => {
    stopTimer?.()
    stopTimer = null
    const entries = gathered
    gathered = []
    push({ push: 'audit', entries })
  }
  return (entry) => {
    gathered.push({ ...entry })
    if (gathered.length >= MOST_AT_ONCE) tell()
    else stopTimer ??= clock.after(GATHER_MS, tell)
  }
}
