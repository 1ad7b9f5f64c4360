import type { KeyObject } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 as keccak } from '@noble/hashes/sha3.js'
import { packed } from './msgpack.ts'

// What `node:crypto` does not have: keccak, and signatures that name their signer. The secret leaves its key object as bytes
// for the length of one call, and is wiped.

/** The private key's bytes, for one use. */
function withBytes<T>(secret: KeyObject, use: (bytes: Uint8Array) => T): T {
  const bytes = secret.export()
  try {
    return use(bytes)
  } finally {
    bytes.fill(0)
  }
}

export const isPrivateKey = (bytes: Uint8Array): boolean => secp256k1.utils.isValidSecretKey(bytes)

/** The address of a wallet, in small letters. */
export function addressOf(secret: KeyObject): string {
  const point = withBytes(secret, (bytes) => secp256k1.getPublicKey(bytes, false))
  return `0x${Buffer.from(keccak(point.subarray(1)).subarray(-20)).toString('hex')}`
}

const hashOf = (...parts: readonly Uint8Array[]): Buffer => Buffer.from(keccak(Buffer.concat(parts)))
const textHash = (text: string): Buffer => hashOf(Buffer.from(text))
const word = (value: number): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')

/** [EIP-712; S signing.py l1_payload] The chain is no real one: what is signed is no transaction of any. */
const DOMAIN = hashOf(
  textHash('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'), textHash('Exchange'), textHash('1'), word(1337), word(0),
)
const AGENT = textHash('Agent(string source,bytes32 connectionId)')
/** `a` is the live chain, `b` the test network. */
const LIVE = textHash('a')

export interface Signature { readonly r: string; readonly s: string; readonly v: number }

/**
 * Signs an action: its bytes, nonce, no vault and its end are hashed, and an agent is signed that stands for that hash.
 * [S signing.py action_hash, sign_l1_action] Times in ms.
 */
export function signAction(secret: KeyObject, action: unknown, nonce: number, expiresAfter: number | null): Signature {
  const hash = hashOf(packed(action), eightBytes(nonce), Buffer.of(0), ...expiresAfter === null ? [] : [Buffer.of(0), eightBytes(expiresAfter)])
  const digest = hashOf(Buffer.of(0x19, 0x01), DOMAIN, hashOf(AGENT, LIVE, hash))
  const signed = Buffer.from(withBytes(secret, (bytes) => secp256k1.sign(digest, bytes, { prehash: false, format: 'recovered' })))
  return { r: `0x${signed.toString('hex', 1, 33)}`, s: `0x${signed.toString('hex', 33, 65)}`, v: 27 + (signed[0] ?? 0) }
}

function eightBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
