import { createSecretKey } from 'node:crypto'
import { fieldOf } from '../credential-field.ts'
import { openWire, type Request } from '../desk.ts'
import type { Wire } from '../http.ts'
import type { Key } from '../port.ts'

/** `apiKey` and `secret`, both as text. Throws `Problem` `invalid_input`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API Key ID')
  const secret = fieldOf(fields, 'secret', 'API Secret Key')
  return { apiKey: Buffer.from(apiKey), secret: createSecretKey(secret), passphrase: null, site: null }
}

/**
 * A request with key and secret in two headers: Alpaca has no signatures. [docs.alpaca.markets, "Authentication"]
 * So here the secret itself becomes a string, which nobody can wipe; it lasts as long as the request.
 */
export function sign(request: Request, key: Key): Wire {
  const secret = key.secret.export()
  const headers = ['apca-api-key-id', key.apiKey.toString('latin1'), 'apca-api-secret-key', secret.toString('latin1')]
  secret.fill(0)
  if (request.body === undefined) return { ...openWire(request), headers }
  return { ...openWire(request), headers: [...headers, 'content-type', 'application/json'], body: JSON.stringify(request.body) }
}
