import { iso } from '#clock'
import type { CheckAnswer, EnvelopeRef } from '#contract'
import { settleFindings, type Difference } from '#execution'
import { Problem, type Connection, type ProblemCode } from '#model'
import { checked, type OnCheck } from './connect.ts'
import type { ServerParts } from './parts.ts'

type Parts = Pick<ServerParts, 'store' | 'executor' | 'execution' | 'clock'>

/** These say nothing about the key. */
const UNANSWERED: ReadonlySet<string> = new Set([
  'exchange_unreachable', 'exchange_timeout', 'unavailable', 'internal', 'rate_limited', 'clock_skew', 'consent_required',
])
/** It may do more than it did when it was connected. */
const GROWN: ReadonlySet<string> = new Set(['withdraw_permission', 'permission_excess'])
/** Days before the end of a key at which its owner is told. */
const TOLD_DAYS = [14, 3, 1] as const
const DAY_MS = 86_400_000
const KEY_REFUSED = 'key_refused'
const UNKNOWN_RIGHTS = 'unknown_rights'
const expiring = (days: number): string => `key_expiring ${days}`

/**
 * Tests a kept key. A definite refusal, and rights that grew, make its connection unhealthy: nothing is opened, closes
 * pass. A right whose name is not known here is only told of. No answer changes nothing and is the caller's problem.
 * `background`: within the budget of work that nobody waits for. `onCheck` hears how it goes.
 */
export async function recheck(
  parts: Parts, id: string, { background = false, onCheck }: { background?: boolean; onCheck?: OnCheck | undefined } = {},
): Promise<void> {
  const { store, executor } = parts
  const row = await store.connections.row(id)
  if (row === undefined) throw new Problem('not_found', 'There is no such connection.')
  const { connection, envelope } = row
  const { userId, exchange, market, rowVersion } = connection
  const ref: EnvelopeRef = { connectionId: id, userId, exchange, market, rowVersion, envelope }
  // What could not be verified was consented to when the key was connected.
  const consent = connection.checks.some((check) => check.result === 'unverifiable')
  const answer = await checked(() => executor.call(
    { verb: 'checkConnection', connection: ref, consent, background, progress: onCheck !== undefined }, onCheck,
  ))
  if (!answer.ok && UNANSWERED.has(answer.code)) throw new Problem(answer.code, answer.detail, { extra: { checks: answer.checks } })
  if (answer.ok) await store.connections.setAccount(id, { accountId: answer.accountId, positionMode: answer.positionMode })
  await takeOver(parts, connection, answer)
}

/**
 * The same end for a refusal that was met in something else than a test: `code` and `detail` are the exchange's word on the
 * key. False: there is nothing to do, as the connection is unhealthy already, or gone.
 */
export async function refuseKey(
  parts: Parts, id: string, { code, detail }: { readonly code: ProblemCode; readonly detail: string },
): Promise<boolean> {
  const connection = (await parts.store.connections.row(id))?.connection
  if (connection === undefined || connection.status === 'unhealthy') return false
  await takeOver(parts, connection, { ok: false, code, detail, checks: connection.checks })
  return true
}

async function takeOver(parts: Parts, connection: Connection, answer: CheckAnswer): Promise<void> {
  const after = healthAfter(connection, answer)
  await parts.store.connections.setHealth(connection.id, after)
  await parts.execution.connectionChanged(connection.id)
  await tell(parts, connection, after, answer)
}

type Health = Pick<Connection, 'status' | 'statusDetail' | 'checks' | 'expiresAt'>

function healthAfter({ status, statusDetail, expiresAt }: Connection, answer: CheckAnswer): Health {
  const { checks } = answer
  if (answer.ok) return { status: 'active', statusDetail: null, checks, expiresAt: answer.expiresAt }
  if (answer.unknownRights !== undefined) return { status, statusDetail, checks, expiresAt }
  return { status: 'unhealthy', statusDetail: `${answer.code}: ${answer.detail}`, checks, expiresAt }
}

/** What became of the key, as findings: each is told once, and closes itself when it is no longer so. */
async function tell({ store, clock }: Parts, connection: Connection, after: Health, answer: CheckAnswer): Promise<void> {
  const { id, userId, name } = connection
  const differences = [...refusalOf(answer, name), ...expiryOf(after.expiresAt, clock.now(), name)]
  const judged = new Set([KEY_REFUSED, UNKNOWN_RIGHTS, ...TOLD_DAYS.map(expiring)])
  const standing = (await store.journal.standingFindings()).filter((finding) => finding.connectionId === id)
  const batch = settleFindings(clock, { userId, connectionId: id }, standing, { differences, judged })
  const changed = after.status === connection.status ? []
    : [{ type: 'connection' as const, userId, data: { id, name, change: 'checked', status: after.status } }]
  await store.journal.commit({ ...batch, feed: [...changed, ...batch.feed ?? []] })
}

function refusalOf(answer: CheckAnswer, name: string): Difference[] {
  if (answer.ok) return []
  const none = { botId: null, orderId: null }
  if (answer.unknownRights !== undefined) {
    const theirs = answer.unknownRights.join(', ')
    return [{ ...none, key: UNKNOWN_RIGHTS, code: 'unknown_rights', ours: 'reading and trading', theirs, detail: `The key of "${name}" has rights that Towerflow does not know: ${theirs}. It goes on trading; look whether you want that` }]
  }
  const grown = GROWN.has(answer.code)
  return [{
    ...none, key: KEY_REFUSED, code: grown ? 'rights_grown' : 'key_refused', ours: grown ? 'reading and trading' : 'a key that works', theirs: answer.code,
    detail: `"${name}" opens nothing until its key is right again; closes go through. ${answer.detail}`,
  }]
}

function expiryOf(expiresAt: number | null, now: number, name: string): Difference[] {
  const days = expiresAt === null ? undefined : TOLD_DAYS.findLast((limit) => expiresAt - now <= limit * DAY_MS)
  if (expiresAt === null || days === undefined) return []
  const left = Math.max(0, Math.ceil((expiresAt - now) / DAY_MS))
  return [{
    key: expiring(days), code: 'key_expiring', ours: `in use`, theirs: `ends ${iso(expiresAt)}`, botId: null, orderId: null,
    detail: `The key of "${name}" ends in ${left} day${left === 1 ? '' : 's'}, on ${iso(expiresAt)}. Make a new one, connect it, and relink the bots to it.`,
  }]
}
