import { createSecretKey } from 'node:crypto'
import { Problem } from '#model'
import { member } from '../answer.ts'
import { fieldOf, siteOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import { NotAllowed, type Host } from '../host.ts'
import type { Wire } from '../http.ts'
import type { Key } from '../port.ts'
import { isPrivateKey, signAction } from './wallet.ts'

const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const SECRET_BYTES = 32

/** `apiKey`: the account's address; `secret`: an API wallet's private key, 64 hexadecimal digits. Throws `Problem` `invalid_input`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = Buffer.from(fieldOf(fields, 'apiKey', 'Account address'))
  if (!ADDRESS.test(apiKey.toString('latin1'))) throw wrong('apiKey', 'This is no address of an account: 0x and 40 hexadecimal digits')
  const bytes = hexBytes(fieldOf(fields, 'secret', 'Private key of an API wallet'))
  try {
    if (bytes === null || !isPrivateKey(bytes)) throw wrong('secret', 'This is no private key of an API wallet: 64 hexadecimal digits, with or without 0x')
    return { apiKey, secret: createSecretKey(bytes), passphrase: null, site: siteOf(fields) }
  } finally {
    bytes?.fill(0)
  }
}

/** Bytes in, bytes out, so that no string of the secret comes to be. */
function hexBytes(field: Buffer): Buffer | null {
  const digits = field[0] === 0x30 && (field[1] === 0x78 || field[1] === 0x58) ? field.subarray(2) : field
  if (digits.length !== 2 * SECRET_BYTES) return null
  const bytes = Buffer.alloc(SECRET_BYTES)
  for (const [at, code] of digits.entries()) {
    const value = code >= 0x30 && code <= 0x39 ? code - 0x30 : (code | 0x20) >= 0x61 && (code | 0x20) <= 0x66 ? (code | 0x20) - 0x57 : -1
    if (value < 0) {
      bytes.fill(0)
      return null
    }
    bytes[at >> 1] = (bytes[at >> 1] ?? 0) << 4 | value
  }
  return bytes
}

const wrong = (field: string, message: string): Problem => new Problem('invalid_input', message, { errors: [{ path: `credentials.${field}`, message }] })

/** The account that a key trades for. Addresses are compared in small letters. */
export const accountOf = (key: Pick<Key, 'apiKey'>): string => key.apiKey.toString('latin1').toLowerCase()

/** All that is ever signed. Withdrawals and transfers go to the same address, so that here is the list that keeps them out. */
const ACTIONS: ReadonlySet<unknown> = new Set(['order', 'cancelByCloid', 'updateLeverage'])

/** The last nonce of this process: "each nonce once", in ms. [D nonces-and-api-wallets] */
const nonces = new WeakMap<Host, number>()

/**
 * Questions are open to everybody. An action is signed with its nonce and its end; what is not on the list of actions throws
 * `NotAllowed`.
 */
export function sign({ method, path, body = {} }: Request, key: Key, { at, windowMs }: Stamp, host: Host): Wire {
  const headers = ['content-type', 'application/json']
  if (path === '/info') return { method, path, headers, body: JSON.stringify(body) }
  const type = member(body['action'], 'type')
  if (!ACTIONS.has(type)) throw new NotAllowed(method, host.name, `${path} (${String(type).slice(0, 40)})`)
  const nonce = Math.max(at, (nonces.get(host) ?? 0) + 1)
  nonces.set(host, nonce)
  const expiresAfter = at + windowMs
  const signature = signAction(key.secret, body['action'], nonce, expiresAfter)
  return { method, path, headers, body: JSON.stringify({ action: body['action'], nonce, signature, vaultAddress: null, expiresAfter }) }
}
