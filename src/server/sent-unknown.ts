import { entriesBackwards, type AuditEntry } from '#audit'
import type { SentOrder } from '#execution'
import type { Store } from '#store'

const IDS_AT_ONCE = 500

/**
 * Orders that the executor's audit names as sent and the store does not know, oldest first. An order is stored before it
 * is sent, so there is none, unless the store was restored from a backup, or an older copy of its file was put in its
 * place. Only the audit's end is read: what came after the last entry that the store has a copy of.
 */
export async function sentAndUnknown(store: Pick<Store, 'keyUses' | 'orders'>, auditFile: string): Promise<readonly SentOrder[]> {
  const last = await store.keyUses.last()
  const outcomes = new Map<number, string>()
  const submits: AuditEntry[] = []
  for await (const entry of entriesBackwards(auditFile)) {
    if (entry.seq === last?.seq && entry.hash === last.hash) break
    if (entry.event === 'outcome' && entry.of !== undefined && entry.outcome !== undefined) outcomes.set(entry.of, entry.outcome)
    if (entry.event === 'submit') submits.push(entry)
  }
  const unknown = new Set<string>()
  for (let from = 0; from < submits.length; from += IDS_AT_ONCE) {
    for (const id of await store.orders.unknown(submits.slice(from, from + IDS_AT_ONCE).flatMap((entry) => entry.orderId ?? []))) unknown.add(id)
  }
  // The same order twice: sent again with the same id. The first time is when it may have reached the exchange.
  const found = new Map<string, SentOrder>()
  for (const entry of submits.reverse()) {
    const { orderId, clientOrderId, connectionId, userId, botId } = entry
    if (orderId === undefined || clientOrderId === undefined || connectionId === undefined || userId === undefined || botId === undefined) continue
    if (!unknown.has(orderId) || (found.has(orderId) && mayBeThere(found.get(orderId)?.outcome ?? null))) continue
    found.set(orderId, {
      orderId, clientOrderId, connectionId, userId, botId, signalId: entry.signalId ?? null, leg: entry.leg ?? 0, at: Date.parse(entry.at),
      outcome: outcomes.get(entry.seq) ?? null, sent: entry.sent ?? null,
    })
  }
  return [...found.values()]
}

const mayBeThere = (outcome: string | null): boolean => outcome === null || !/^(?:rejected|not_sent|refused)/.test(outcome)
