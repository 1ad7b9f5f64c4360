import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

// A passkey device in software, written from the specification (WebAuthn level 2: 6.1, 6.5.1, 8.7), for tests.

interface Options { readonly challenge: string; readonly rp?: { readonly id: string }; readonly rpId?: string; readonly user?: { readonly id: string } }

const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest()
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

/** Enough of CBOR (RFC 8949) for keys and attestations. */
function cbor(value: unknown): Buffer {
  const head = (major: number, count: number): Buffer => {
    if (count < 24) return Buffer.from([major << 5 | count])
    return count < 256 ? Buffer.from([major << 5 | 24, count]) : Buffer.from([major << 5 | 25, count >> 8, count & 255])
  }
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  const entries = [...value as Map<unknown, unknown>]
  return Buffer.concat([head(5, entries.length), ...entries.flatMap(([key, one]) => [cbor(key), cbor(one)])])
}

export class Authenticator {
  readonly credentialId = randomBytes(32)
  readonly #private: KeyObject
  readonly #public: KeyObject
  readonly #origin: string
  /** Whether it asks for a finger or a PIN. */
  verifiesUser = true
  /** 0: it does not count. */
  counter = 0
  userHandle = ''

  constructor(origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#private = privateKey
    this.#public = publicKey
    this.#origin = origin
  }

  /** `navigator.credentials.create`, as JSON. */
  create(options: Options): Record<string, unknown> {
    this.userHandle = options.user?.id ?? ''
    const { x = '', y = '' } = this.#public.export({ format: 'jwk' })
    const key = cbor(new Map<unknown, unknown>([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x, 'base64url')], [-3, Buffer.from(y, 'base64url')]]))
    const length = Buffer.from([0, this.credentialId.length])
    const data = Buffer.concat([this.#data(options.rp?.id ?? '', 0x40), Buffer.alloc(16), length, this.credentialId, key])
    const attestation = cbor(new Map<unknown, unknown>([['fmt', 'none'], ['attStmt', new Map()], ['authData', data]]))
    return this.#answer({ clientDataJSON: text(this.#client('webauthn.create', options.challenge)), attestationObject: text(attestation), transports: ['internal'] })
  }

  /** `navigator.credentials.get`, as JSON. */
  get(options: Options): Record<string, unknown> {
    if (this.counter > 0) this.counter += 1
    const data = this.#data(options.rpId ?? '', 0)
    const client = this.#client('webauthn.get', options.challenge)
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), this.#private)
    return this.#answer({ clientDataJSON: text(client), authenticatorData: text(data), signature: text(signature), userHandle: this.userHandle })
  }

  #data(rpId: string, more: number): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.counter)
    return Buffer.concat([sha256(rpId), Buffer.from([0x01 | (this.verifiesUser ? 0x04 : 0) | more]), counter])
  }

  #client(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.#origin, crossOrigin: false }))
  }

  #answer(response: object): Record<string, unknown> {
    const id = text(this.credentialId)
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response }
  }
}
