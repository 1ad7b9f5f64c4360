import { newId, type Clock } from '#clock'
import type { Finding, JournalBatch, StoredFinding } from '#store'
import { findingFed } from '../feed.ts'

/** Something in which our books and the exchange differ, as one comparison saw it. */
export interface Difference {
  /** Names it, so that it is one and the same finding for as long as it stands. */
  readonly key: string
  readonly code: 'order_differs' | 'order_missing' | 'unknown_order' | 'position_differs' | 'stray_position' | 'balance_short' | 'below_minimum'
    | 'forced_close' | 'key_refused' | 'rights_grown' | 'unknown_rights' | 'key_expiring'
  readonly ours: string
  readonly theirs: string
  readonly detail: string
  readonly botId: string | null
  readonly orderId: string | null
}

/** What one comparison came to. A key that was not judged is neither there nor gone. */
export interface Compared {
  readonly differences: readonly Difference[]
  readonly judged: ReadonlySet<string>
}

/**
 * Brings the findings that stand in line with what was seen: a new difference is a new finding, and told; one whose sides
 * changed is updated, unless somebody acknowledged it as it was: then it is a new one; one that was judged and is not
 * there any more is closed. `standing`: this connection's.
 */
export function settleFindings(
  clock: Clock, owner: { readonly userId: string; readonly connectionId: string }, standing: readonly StoredFinding[], { differences, judged }: Compared,
): JournalBatch {
  const now = clock.now()
  const byKey = new Map(standing.map((finding) => [finding.key, finding]))
  const findings: Finding[] = []
  const updates: NonNullable<JournalBatch['findingUpdates']>[number][] = []
  for (const difference of differences) {
    const known = byKey.get(difference.key)
    if (known !== undefined && known.ours === difference.ours && known.theirs === difference.theirs) continue
    const { detail, ours, theirs } = difference
    if (known?.acknowledgedAt === null) {
      updates.push({ id: known.id, detail, ours, theirs, closedAt: null })
      continue
    }
    if (known !== undefined) updates.push(closed(known, now))
    findings.push({ id: newId(clock), ...owner, at: now, ...difference })
  }
  const seen = new Set<string | null | undefined>(differences.map(({ key }) => key))
  for (const finding of standing) {
    if (typeof finding.key === 'string' && judged.has(finding.key) && !seen.has(finding.key)) updates.push(closed(finding, now))
  }
  return { findings, findingUpdates: updates, feed: findings.map(findingFed) }
}

const closed = ({ id, detail, ours, theirs }: StoredFinding, now: number): NonNullable<JournalBatch['findingUpdates']>[number] => (
  { id, detail, ours, theirs, closedAt: now }
)
