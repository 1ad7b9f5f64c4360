import { credentialFingerprint, openSealed, readCredentialFields, sealEnvelope, toBase64url, VaultError, wipeFields, withCredentialField, type OpeningKeys } from '#vault'
import type { CheckAnswer, ExecutorRequest } from '#contract'
import { destroyKey, type Caller, type Exchange, type OnCheck } from '#exchanges'
import { Problem } from '#model'
import { writeDown, type KeyRoom } from './keys.ts'

type CheckCredentials = ExecutorRequest & { verb: 'checkCredentials' }

/**
 * Opens what was submitted, makes the test request (`onCheck` hears how it goes), and, where the key is good, seals it
 * into an envelope for the row it will have (version 1). Throws `Problem`: `invalid_input`, `passphrase_required`, `unavailable`.
 */
export async function checkCredentials(
  room: KeyRoom, openingKeys: OpeningKeys, exchange: Exchange, request: CheckCredentials, caller: Caller, onCheck?: OnCheck,
): Promise<CheckAnswer> {
  const { userId, connectionId, exchange: exchangeId, market } = request
  const entry = await writeDown(room, { event: 'check', connectionId, userId, reason: `new connection: ${exchangeId} ${market}` })
  const plaintext = await submitted(openingKeys, request)
  try {
    const fields = fieldsOf(plaintext)
    try {
      refuseUnknownFields(exchange, fields)
      const key = exchange.readKey(fields)
      try {
        const verdict = await exchange.check({ key, market, caller }, request.consent, onCheck)
        room.audit.outcome({ event: 'outcome', of: entry.seq, connectionId, outcome: verdict.ok ? 'accepted' : `refused: ${verdict.code}` })
        if (!verdict.ok) return verdict
        const fingerprint = credentialFingerprint(room.masterKeys, exchangeId, key.apiKey)
        // What belongs to the key from now on goes in with it: bound, encrypted, and nobody else's business.
        const { site, ...found } = verdict
        const kept = site === undefined ? plaintext : withCredentialField(plaintext, 'site', site)
        try {
          const envelope = sealEnvelope(room.masterKeys, { userId, connectionId, exchange: exchangeId, market, rowVersion: 1 }, kept)
          return { ...found, accountId: verdict.accountId ?? ownAccount(fingerprint), fingerprint, envelope: toBase64url(envelope) }
        } finally {
          kept.fill(0)
        }
      } finally {
        destroyKey(key)
      }
    } finally {
      wipeFields(fields)
    }
  } finally {
    plaintext.fill(0)
  }
}

/** Stands in for an account id that the exchange does not tell: then each key counts as an account of its own. */
export const ownAccount = (fingerprint: string): string => `key:${fingerprint}`

/** The JSON of the credential fields, as bytes. */
async function submitted(openingKeys: OpeningKeys, { userId, exchange, market, sealed, credentials }: CheckCredentials): Promise<Buffer> {
  if (sealed !== undefined && credentials === undefined) {
    try {
      return await openSealed(openingKeys, { userId, exchange, market }, sealed)
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
      throw new Problem('invalid_input', SEALED_WRONG[error.code] ?? 'The sealed credentials cannot be opened', { errors: [{ path: 'sealed', message: error.message }] })
    }
  }
  // Plaintext came through JSON, so strings of it exist already; whether it is allowed at all, the server decides.
  if (credentials !== undefined && sealed === undefined) return Buffer.from(JSON.stringify(credentials))
  throw new Problem('invalid_input', 'Either sealed or plaintext credentials are needed', { errors: [{ path: 'sealed', message: 'missing' }] })
}

const SEALED_WRONG: Readonly<Record<string, string>> = {
  unknown_sealing_key: 'The credentials were sealed to a key that is not ours any more: fetch the sealing key again, and seal anew',
  wrong_binding_or_tampered: 'The sealed credentials do not open: they were sealed for another user, exchange or market, or changed on the way',
}

function fieldsOf(plaintext: Buffer): Map<string, Buffer> {
  try {
    return readCredentialFields(plaintext)
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    throw new Problem('invalid_input', 'The credentials are not an object of texts', { errors: [{ path: 'credentials', message: error.message }] })
  }
}

function refuseUnknownFields(exchange: Exchange, fields: ReadonlyMap<string, Buffer>): void {
  const known = exchange.description.credentials.map(({ name }): string => name)
  const unknown = [...fields.keys()].find((name) => !known.includes(name))
  if (unknown === undefined) return
  // Named only where it looks like a field's name: whoever swaps name and value must not find the secret in the answer.
  const named = /^[a-z][a-zA-Z]{0,14}$/.test(unknown)
  throw new Problem('invalid_input', `${exchange.description.name} has no ${named ? `credential field "${unknown}"` : 'such credential field'}; it has ${known.join(', ')}`,
    { errors: [{ path: named ? `credentials.${unknown}` : 'credentials', message: 'unknown field' }] })
}
