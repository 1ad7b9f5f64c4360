import { createHash, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto'
import { randomBytes } from './random.ts'
import { VaultError } from './seal/index.ts'

/** One version of the master key. Holds `KeyObject`s only, so printing or serialising it shows nothing. */
export interface MasterKey {
  /** Counts up from 1 within an installation. */
  readonly version: number
  /** 16 hex digits derived from the secret: names the key in envelopes, tells nothing of it. */
  readonly id: string
  /** The root from which this version's other keys are derived. */
  readonly secret: KeyObject
  /** Wraps data keys. */
  readonly wrapping: KeyObject
}

/** The key ring: the current master key, the older ones that still open, and the root of the fingerprints. */
export interface MasterKeys {
  readonly current: MasterKey
  /** All versions, ascending; the last is the current one. */
  readonly versions: readonly MasterKey[]
  /**
   * A secret of its own that no rotation changes: fingerprints are compared with stored ones, and a rotation that
   * changed them all would stop recognising keys that are already connected.
   */
  readonly fingerprintRoot: KeyObject
}

const SECRET_BYTES = 32
const MAX_VERSIONS = 32
const NO_SALT = Buffer.alloc(0)

/** A fresh ring of one version. There is no default key, and none can be typed in. */
export function generateMasterKeys(): MasterKeys {
  return ring(takeSecret(randomBytes(SECRET_BYTES)), [masterKey(1, takeSecret(randomBytes(SECRET_BYTES)))])
}

/** The same ring with a new current version. What older versions sealed still opens. Throws `key_ring_full`. */
export function withNewMasterKey(masterKeys: MasterKeys): MasterKeys {
  if (masterKeys.versions.length >= MAX_VERSIONS) throw new VaultError('key_ring_full')
  const next = masterKey(masterKeys.current.version + 1, takeSecret(randomBytes(SECRET_BYTES)))
  return ring(masterKeys.fingerprintRoot, [...masterKeys.versions, next])
}

/** 32 bytes for one purpose, derived from a root secret. The caller wipes them. */
export function deriveSecret(root: KeyObject, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha512', root, NO_SALT, `towerflow v1: ${purpose}`, SECRET_BYTES))
}

// The ring as bytes, for the pipe to the executor and the key file: 'TFK' 1, number of versions (1 byte), fingerprint
// root (32), then for each version its number (4, big-endian) and secret (32), and 8 bytes of SHA-256 over it all.
const MAGIC = Buffer.from('TFK\x01')
const PREFIX_BYTES = 4 + 1 + SECRET_BYTES
const VERSION_BYTES = 4 + SECRET_BYTES
const CHECK_BYTES = 8
export const MAX_RING_BYTES = PREFIX_BYTES + MAX_VERSIONS * VERSION_BYTES + CHECK_BYTES

/** The ring as bytes. They hold every secret: the caller wipes them once they are written. */
export function serialiseMasterKeys(masterKeys: MasterKeys): Buffer {
  const count = masterKeys.versions.length
  const out = Buffer.alloc(PREFIX_BYTES + count * VERSION_BYTES + CHECK_BYTES)
  MAGIC.copy(out)
  out.writeUInt8(count, 4)
  putSecret(out, 5, masterKeys.fingerprintRoot)
  let at = PREFIX_BYTES
  for (const key of masterKeys.versions) {
    at = out.writeUInt32BE(key.version, at)
    at = putSecret(out, at, key.secret)
  }
  checkOf(out.subarray(0, at)).copy(out, at)
  return out
}

/** Reads a ring and wipes the bytes, whatever comes of it. Throws `malformed_key_ring`. */
export function parseMasterKeys(bytes: Uint8Array): MasterKeys {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return parse(view)
  } finally {
    view.fill(0)
  }
}

function parse(bytes: Buffer): MasterKeys {
  const malformed = () => new VaultError('malformed_key_ring')
  if (bytes.length < PREFIX_BYTES || !bytes.subarray(0, 4).equals(MAGIC)) throw malformed()
  const count = bytes.readUInt8(4)
  const end = PREFIX_BYTES + count * VERSION_BYTES
  if (count < 1 || count > MAX_VERSIONS || bytes.length !== end + CHECK_BYTES) throw malformed()
  if (!timingSafeEqual(checkOf(bytes.subarray(0, end)), bytes.subarray(end))) throw malformed()
  const versions: MasterKey[] = []
  for (let at = PREFIX_BYTES; at < end; at += VERSION_BYTES) {
    const version = bytes.readUInt32BE(at)
    if (version <= (versions.at(-1)?.version ?? 0)) throw malformed()
    versions.push(masterKey(version, takeSecret(bytes.subarray(at + 4, at + VERSION_BYTES))))
  }
  return ring(takeSecret(bytes.subarray(5, PREFIX_BYTES)), versions)
}

function ring(fingerprintRoot: KeyObject, versions: readonly MasterKey[]): MasterKeys {
  const current = versions.at(-1)
  if (current === undefined) throw new VaultError('malformed_key_ring')
  return { current, versions, fingerprintRoot }
}

function masterKey(version: number, secret: KeyObject): MasterKey {
  const id = deriveSecret(secret, 'master key id').toString('hex', 0, 8)
  return { version, id, secret, wrapping: takeSecret(deriveSecret(secret, 'wrapping key')) }
}

/** A buffer that was wiped before it was written would otherwise become a key that everybody knows. */
function takeSecret(bytes: Buffer): KeyObject {
  if (bytes.every((byte) => byte === 0)) throw new VaultError('malformed_key_ring')
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return key
}

function putSecret(out: Buffer, at: number, secret: KeyObject): number {
  const raw = secret.export()
  raw.copy(out, at)
  raw.fill(0)
  return at + SECRET_BYTES
}

const checkOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest().subarray(0, CHECK_BYTES)
