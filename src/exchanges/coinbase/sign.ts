import { createPrivateKey, sign as signWith, type KeyObject } from 'node:crypto'
import { Problem } from '#model'
import { bytesOfBase64 } from '../base64.ts'
import { fieldOf, siteOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import type { Wire } from '../http.ts'
import { kindOf, secretOf } from '../key-kinds.ts'
import type { Key } from '../port.ts'
import { queryOf, withQuery } from '../query.ts'

/** What a token says it is for, wherever the request goes through. */
const AUDIENCE = 'api.coinbase.com'
const ADVICE = 'Coinbase gives out EC keys (P-256) in PEM form, and Ed25519 keys in base64'

/** `apiKey`: the key's name. `secret`: EC in PEM, or Ed25519 in base64 or PEM. Throws `Problem` `invalid_input`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API key name')
  const secret = secretIn(fieldOf(fields, 'secret', 'Private key'))
  return { apiKey: Buffer.from(apiKey), secret, passphrase: null, site: siteOf(fields) }
}

const PEM = Buffer.from('-----BEGIN')
/** PKCS #8 of an Ed25519 key up to its 32 bytes. [RFC 8410] */
const ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SEED_BYTES = 32

function secretIn(field: Buffer): KeyObject {
  if (field.subarray(0, PEM.length).equals(PEM)) return pemKey(field)
  const bytes = bytesOfBase64(field)
  try {
    // [S] 32 bytes, or 64 with the public half behind; or the whole of PKCS #8.
    if (bytes?.length === ED25519.length + SEED_BYTES && bytes.subarray(0, ED25519.length).equals(ED25519)) return createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
    if (bytes === null || (bytes.length !== SEED_BYTES && bytes.length !== 2 * SEED_BYTES)) throw wrong(`This is no private key of Coinbase's: copy it again, whole. ${ADVICE}`)
    const der = Buffer.concat([ED25519, bytes.subarray(0, SEED_BYTES)])
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    der.fill(0)
    return key
  } finally {
    bytes?.fill(0)
  }
}

/** The file that Coinbase offers writes line ends as `\n`; people copy them as they stand there. */
function pemKey(field: Buffer): KeyObject {
  const pem = Buffer.alloc(field.length)
  let length = 0
  for (let at = 0; at < field.length; at += 1) {
    const isEscape = field[at] === 0x5c && field[at + 1] === 0x6e
    pem[length] = isEscape ? 0x0a : field[at] ?? 0
    length += 1
    if (isEscape) at += 1
  }
  try {
    const key = secretOf(pem.subarray(0, length), ['EC', 'Ed25519'], ADVICE)
    if (kindOf(key) === 'EC' && key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw wrong(`This is an EC key of another curve. ${ADVICE}`)
    return key
  } finally {
    pem.fill(0)
  }
}

const wrong = (message: string): Problem => new Problem('invalid_input', message, { errors: [{ path: 'credentials.secret', message }] })

/**
 * A token of its own for each request: for whom, for which method and path, and until when: no later than the window.
 * Whole seconds. [D api-key-authentication; S jwt_generator.py]
 */
export function sign({ method, path, params = {}, body }: Request, key: Key, { at, windowMs, nonce }: Stamp): Wire {
  const name = key.apiKey.toString('latin1')
  const head = { alg: kindOf(key.secret) === 'EC' ? 'ES256' : 'EdDSA', kid: name, nonce: nonce.toString(16).padStart(32, '0'), typ: 'JWT' }
  // A second back: the exchange's clock may be behind by less than one.
  const claims = { iss: 'cdp', sub: name, nbf: Math.floor(at / 1000) - 1, exp: Math.floor((at + windowMs) / 1000), uri: `${method} ${AUDIENCE}${path.split('?')[0]}` }
  const signed = `${coded(head)}.${coded(claims)}`
  const text = body === undefined ? null : JSON.stringify(body)
  const headers = ['authorization', `Bearer ${signed}.${signatureOf(signed, key.secret)}`]
  if (text !== null) headers.push('content-type', 'application/json')
  return { method, path: withQuery(path, queryOf(params)), headers, body: text }
}

const coded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

function signatureOf(text: string, secret: KeyObject): string {
  const bytes = Buffer.from(text)
  const signature = kindOf(secret) === 'EC' ? signWith('sha256', bytes, { key: secret, dsaEncoding: 'ieee-p1363' }) : signWith(null, bytes, secret)
  return signature.toString('base64url')
}
