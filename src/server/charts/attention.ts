import { iso } from '#clock'
import type { api } from '#contract'
import { Problem } from '#model'
import type { Caller } from '../auth.ts'
import { shownFreeze, visibleFreezes } from '../freezing.ts'
import type { Shared } from '../server.ts'

const DAY_MS = 86_400_000
/** So long before a key expires somebody is told, and told loudly. */
const EXPIRES_SOON_MS = 14 * DAY_MS
const EXPIRES_NOW_MS = 2 * DAY_MS
const MOST = 200
/** Findings that cannot wait: an exit did not end the position; a position is open that nothing here will ever close. */
const GRAVEST: ReadonlySet<string> = new Set(['exit_incomplete', 'exit_refused', 'exit_too_old', 'exit_waits', 'stray_position'])

type Item = Omit<api.AttentionItem, 'at' | 'orderId' | 'findingId' | 'connectionId' | 'botId'> & { readonly at: number } & Partial<Pick<api.AttentionItem, 'orderId' | 'findingId' | 'connectionId' | 'botId'>>

/** What of a user's things a person should look at now. */
export async function attentionOf(shared: Shared, caller: Caller) {
  const { userId } = caller
  const items = (await Promise.all([
    orders(shared, userId), findings(shared, userId), connections(shared, userId), freezes(shared, caller), account(shared, userId),
  ])).flat()
  const rank = { critical: 0, warning: 1, info: 2 }
  const sorted = items.toSorted((a, b) => rank[a.severity] - rank[b.severity] || b.at - a.at)
  const count = (severity: Item['severity']): number => items.filter((one) => one.severity === severity).length
  return {
    items: sorted.slice(0, MOST).map((one) => ({
      orderId: null, findingId: null, connectionId: null, botId: null, ...one, at: iso(one.at),
    })),
    counts: { critical: count('critical'), warning: count('warning'), info: count('info') },
  }
}

async function orders({ store }: Shared, userId: string): Promise<Item[]> {
  const { items } = await store.orders.list(userId, { state: 'uncertain' }, { limit: MOST })
  return items.map(({ order }) => ({
    kind: 'order_uncertain', severity: order.needsPerson ? 'critical' : 'warning', at: order.updatedAt,
    text: order.needsPerson
      ? `Nobody knows whether the order to ${order.side} ${order.symbol} reached the exchange. Look there, then say so.`
      : `The order to ${order.side} ${order.symbol} is being looked up at the exchange.`,
    orderId: order.id, botId: order.botId, connectionId: order.connectionId,
  }))
}

async function findings({ store }: Shared, userId: string): Promise<Item[]> {
  const { items } = await store.findings.list(userId, { acknowledged: false, closed: false }, { limit: MOST })
  return items.map(({ id, code, detail, at, orderId, botId, connectionId }) => ({
    kind: code.startsWith('exit_') ? 'exit_open' : 'finding', severity: GRAVEST.has(code) ? 'critical' : 'warning',
    at, text: detail, findingId: id, orderId, botId, connectionId,
  }))
}

async function connections({ store, clock }: Shared, userId: string): Promise<Item[]> {
  const { items } = await store.connections.list(userId, { limit: MOST })
  const now = clock.now()
  return items.flatMap(({ connection: { id, name, status, statusDetail, expiresAt, createdAt, lastUsedAt } }): Item[] => {
    const unhealthy: Item[] = status === 'active' ? [] : [{
      kind: 'connection_unhealthy', severity: 'critical', at: lastUsedAt ?? createdAt, text: `"${name}": ${statusDetail ?? 'the exchange refuses the key'}`, connectionId: id,
    }]
    if (expiresAt === null || expiresAt - now > EXPIRES_SOON_MS) return unhealthy
    const days = Math.max(0, Math.floor((expiresAt - now) / DAY_MS))
    return [...unhealthy, {
      kind: 'key_expires', severity: expiresAt - now > EXPIRES_NOW_MS ? 'warning' : 'critical', at: now, connectionId: id,
      text: expiresAt <= now ? `The key of "${name}" has expired. Connect a new one and relink its bots.`
        : `The key of "${name}" expires in ${days === 1 ? '1 day' : `${days} days`}. Connect a new one and relink its bots.`,
    }]
  })
}

/** What is frozen, as the executor holds it; where it does not answer, that is what needs attention. */
async function freezes(shared: Shared, caller: Caller): Promise<Item[]> {
  try {
    const all = await visibleFreezes(shared, caller)
    return await Promise.all(all.map(async (one): Promise<Item> => {
      const { name } = await shownFreeze(shared, one)
      const what = one.scope === 'all' ? 'Everything here' : `The ${one.scope} "${name ?? one.id ?? ''}"`
      return {
        kind: 'frozen', severity: 'warning', at: one.at, ...(one.scope === 'connection' ? { connectionId: one.id } : {}),
        text: `${what} is frozen ${one.mode === 'all' ? 'for all orders, closes too' : 'for entries'}: ${one.reason}`,
      }
    }))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return [{
      kind: 'executor_unavailable', severity: 'critical', at: shared.clock.now(), text: 'The executor does not answer: no order can be sent. Look into the log.',
    }]
  }
}

async function account({ store, clock }: Shared, userId: string): Promise<Item[]> {
  const { password, totp, passkeys } = await store.factors.of(userId)
  if (!password || totp || passkeys > 0) return []
  return [{ kind: 'no_second_factor', severity: 'info', at: clock.now(), text: 'Your account has no second factor. Add a passkey or an authenticator app.' }]
}
