import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'

// Who signed an action: written from the exchange's Python client (signing.py) and EIP-712, apart from the client that is
// tested against it.

const keccak = (bytes: Uint8Array): Buffer => Buffer.from(keccak_256(bytes))
const number32 = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
const number8 = (value: number): Buffer => Buffer.from(BigInt(value).toString(16).padStart(16, '0'), 'hex')
const hashedText = (text: string): Buffer => keccak(Buffer.from(text))

/** MessagePack, in the order of the members. */
export function encode(value: unknown): Buffer {
  if (value === null) return Buffer.from([0xc0])
  switch (typeof value) {
    case 'boolean': return Buffer.from([value ? 0xc3 : 0xc2])
    case 'number': return encodeNumber(value)
    case 'string': {
      const bytes = Buffer.from(value)
      const lead = bytes.length < 32 ? [0xa0 + bytes.length] : bytes.length < 256 ? [0xd9, bytes.length] : [0xda, bytes.length >> 8, bytes.length & 0xff]
      return Buffer.concat([Buffer.from(lead), bytes])
    }
    default: {
      const isList = Array.isArray(value)
      const items = isList ? value.map(encode) : Object.entries(value as object).flatMap(([name, each]) => [encode(name), encode(each)])
      const count = isList ? value.length : items.length / 2
      const lead = count < 16 ? [(isList ? 0x90 : 0x80) + count] : [isList ? 0xdc : 0xde, count >> 8, count & 0xff]
      return Buffer.concat([Buffer.from(lead), ...items])
    }
  }
}

function encodeNumber(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`not a number of an action: ${value}`)
  const sizes = [[0x80, null, 2], [0x100, 0xcc, 2], [0x1_0000, 0xcd, 4], [0x1_0000_0000, 0xce, 8], [Infinity, 0xcf, 16]] as const
  const [, lead, digits] = sizes.find(([below]) => value < below) ?? sizes[4]
  const bytes = Buffer.from(value.toString(16).padStart(digits, '0'), 'hex')
  return lead === null ? bytes : Buffer.concat([Buffer.from([lead]), bytes])
}

/** The address that signed the action, in small letters; undefined: the signature is none. Live chain alone. */
export function signerOf(action: unknown, nonce: number, expiresAfter: number | undefined, signature: { readonly r: string; readonly s: string; readonly v: number }): string | undefined {
  const expires = expiresAfter === undefined ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0]), number8(expiresAfter)])
  const connectionId = keccak(Buffer.concat([encode(action), number8(nonce), Buffer.from([0]), expires]))
  const struct = keccak(Buffer.concat([hashedText('Agent(string source,bytes32 connectionId)'), hashedText('a'), connectionId]))
  const domain = keccak(Buffer.concat([
    hashedText('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'), hashedText('Exchange'), hashedText('1'), number32(1337n), number32(0n),
  ]))
  const digest = keccak(Buffer.concat([Buffer.from([0x19, 0x01]), domain, struct]))
  try {
    const bytes = Buffer.concat([Buffer.from([signature.v - 27]), number32(BigInt(signature.r)), number32(BigInt(signature.s))])
    const point = secp256k1.Point.fromBytes(secp256k1.recoverPublicKey(bytes, digest, { prehash: false })).toBytes(false)
    return `0x${keccak(point.subarray(1)).subarray(12).toString('hex')}`
  } catch {
    return undefined
  }
}
