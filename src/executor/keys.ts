import type { EnvelopeRef } from '#contract'
import { AuditError, type AuditEntry, type AuditEvent } from '#audit'
import { destroyKey, type Exchange, type Key } from '#exchanges'
import type { Log } from '#log'
import { Problem } from '#model'
import { SafeguardError, type Safeguards } from '#safeguards'
import { openEnvelope, readCredentialFields, VaultError, wipeFields, type EnvelopeBinding, type MasterKeys } from '#vault'
import type { AuditTurns } from './audit-turns.ts'

/** Everything that stands between a request and a key. */
export interface KeyRoom {
  readonly masterKeys: MasterKeys
  readonly audit: AuditTurns
  readonly safeguards: Safeguards
  readonly log: Pick<Log, 'warn'>
}

/** The row that an envelope is bound to. */
export const bindingOf = ({ userId, connectionId, exchange, market, rowVersion }: EnvelopeRef): EnvelopeBinding =>
  ({ userId, connectionId, exchange, market, rowVersion })

/** Resolves once the use of a key stands in the audit. Only then may it be touched. Rejects with `Problem` `unavailable`. */
export async function writeDown(room: KeyRoom, event: AuditEvent): Promise<AuditEntry> {
  try {
    return await room.audit.use(event)
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    throw new Problem('unavailable', `The use of the key could not be written into the audit (${error.code}), so nothing was sent`)
  }
}

/**
 * Writes the use down, opens the envelope, and hands the key to `run`; it is destroyed when that is over. Credentials
 * exist as bytes for the moment between the two, and are overwritten. Throws `Problem`: `unavailable` (audit, safeguards),
 * `envelope_refused` (it does not open in this place: audited and logged), and whatever `run` throws.
 */
export async function withKey<T>(
  room: KeyRoom, exchange: Exchange, connection: EnvelopeRef, event: AuditEvent, run: (key: Key, entry: AuditEntry) => Promise<T>,
): Promise<T> {
  const entry = await writeDown(room, event)
  const key = openOrRefuse(room, exchange, connection, entry)
  try {
    const raising = room.safeguards.raiseVersion(connection.connectionId, connection.rowVersion)
    if (raising !== null) await raising.catch(notKept)
    return await run(key, entry)
  } finally {
    destroyKey(key)
  }
}

function openOrRefuse(room: KeyRoom, exchange: Exchange, connection: EnvelopeRef, { seq }: AuditEntry): Key {
  try {
    return openKey(room, exchange, connection)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { connectionId, userId } = connection
    room.log.warn({ connectionId, userId, code: error.code, detail: error.message }, 'a stored key does not open where it stands: refused')
    room.audit.outcome({ event: 'outcome', of: seq, connectionId, userId, outcome: `refused: ${error.code}` })
    throw error
  }
}

/** The caller destroys the key, and has written its use down before. Throws `Problem` `envelope_refused`. */
export function openKey(room: KeyRoom, exchange: Exchange, connection: EnvelopeRef): Key {
  let plaintext: Buffer | null = null
  try {
    refuseGoneOrOlder(room, connection)
    plaintext = openEnvelope(room.masterKeys, bindingOf(connection), Buffer.from(connection.envelope, 'base64url'))
    return keyOf(exchange, plaintext)
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    throw new Problem('envelope_refused', `The key of this connection cannot be opened (${error.code}): ${error.message}. Nothing was sent`)
  } finally {
    plaintext?.fill(0)
  }
}

/** What a database holds that was brought back: a connection that was deleted since, an envelope that was replaced. */
function refuseGoneOrOlder({ safeguards }: KeyRoom, { connectionId, rowVersion }: EnvelopeRef): void {
  if (safeguards.isGone(connectionId)) {
    throw new Problem('envelope_refused', 'This connection was deleted; its key is not used again, whatever brought the row back. Connect it anew. Nothing was sent')
  }
  const lowest = safeguards.lowestVersion(connectionId)
  if (rowVersion < lowest) {
    throw new Problem('envelope_refused', `The key's row is an older copy (version ${rowVersion}, ${lowest} was seen). After restoring a backup run \`towerflow restore\` on this machine. Nothing was sent`)
  }
}

/** What has to be on disk before anything is sent is not. Throws `Problem` `unavailable`. */
export function notKept(error: unknown): never {
  if (!(error instanceof SafeguardError)) throw error
  throw new Problem('unavailable', `${error.message}; nothing was sent`)
}

/** Reads credentials (the JSON of their fields) into a key. The caller wipes the JSON. Throws `Problem`, `VaultError`. */
export function keyOf(exchange: Exchange, plaintext: Buffer): Key {
  const fields = readCredentialFields(plaintext)
  try {
    return exchange.readKey(fields)
  } finally {
    wipeFields(fields)
  }
}
