import type { Desk } from './desk.ts'

export interface JournalOrder {
  readonly id: string; readonly botId: string; readonly signalId: string | null; readonly leg: number; readonly resend: number; readonly kind: 'open' | 'close'
  readonly clientOrderId: string; readonly state: string; readonly filled: string; readonly rejectCode: string | null; readonly rejectText: string | null
  readonly needsPerson: boolean; readonly createdAt: string; readonly updatedAt: string
  readonly fills: readonly { readonly quantity: string }[]
  readonly timeline: readonly { readonly event: string; readonly at: string; readonly detail?: string }[]
}
export interface JournalSignal {
  readonly id: string; readonly label: string | null; readonly receivedAt: string; readonly duplicates: number
  readonly decisions: readonly { readonly botId: string; readonly outcome: string; readonly code: string; readonly reason: string; readonly at: string }[]
}
/** What an installation says of itself, over its API. */
export interface Journal {
  readonly signals: readonly JournalSignal[]
  readonly orders: readonly JournalOrder[]
  /** Base, by bot. */
  readonly positions: ReadonlyMap<string, string>
}

const FINAL: ReadonlySet<string> = new Set(['filled', 'failed', 'rejected', 'canceled', 'expired', 'partially_filled_then_canceled', 'partially_filled_then_expired'])

/** Everything since a moment (epoch ms), newest first. */
export async function readJournal(desk: Desk, since: number): Promise<Journal> {
  const from = new Date(since).toISOString()
  const [signals, orders, positions] = [
    await readAll<JournalSignal>(desk, `/signals?limit=200&from=${from}`),
    await readAll<JournalOrder>(desk, `/orders?limit=200&from=${from}`),
    await readAll<{ botId: string; quantity: string }>(desk, '/positions?limit=200'),
  ]
  return { signals, orders, positions: new Map(positions.map(({ botId, quantity }) => [botId, quantity])) }
}

async function readAll<T>(desk: Desk, route: string): Promise<T[]> {
  const items: T[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: T[]; next: string | null } = await desk.call('GET', cursor === '' ? route : `${route}&cursor=${encodeURIComponent(cursor)}`)
    items.push(...page.items)
    cursor = page.next
  }
  return items
}

/** An order that has not come to its end: neither final, nor with all its fills booked. */
export const isUnsettled = (order: JournalOrder): boolean => !FINAL.has(order.state)
  || order.fills.reduce((sum, fill) => sum + Number(fill.quantity), 0) < Number(order.filled) * (1 - 1e-9)
