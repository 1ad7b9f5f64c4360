import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import {
  credentialFingerprint, fromBase64url, openingKeys, parseMasterKeys, sealCredentials, sealEnvelope, toBase64url,
  type EnvelopeBinding, type MasterKeys, type SealTarget, type VaultCode,
} from '#vault'
import { pathOf, type EnvelopeCase, type EnvelopeVectors, type KeyRingVectors, type SealedVectors } from './vector-files.ts'

// Makes vectors for a NEW format version: `node tests/vectors/generate.ts`. Committed vectors are never made again (a
// file that exists is left alone): that the old ones still open is what they are for.

const ABOUT = 'Test data made by tests/vectors/generate.ts. No key or credential in it was ever used anywhere.'
const CREDENTIALS = { apiKey: 'TEST-api-key-0123456789', secret: 'TEST-secret-never-used-anywhere' }

const pattern = (start: number): Buffer => Buffer.from(Array.from({ length: 32 }, (_, i) => (start + i) % 256))

/** A ring as bytes, laid out by hand from the format's description. */
function ringBytes(fingerprintRoot: Buffer, versions: readonly (readonly [number, Buffer])[]): Buffer {
  const number = (value: number): Buffer => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value); return bytes }
  const body = Buffer.concat([
    Buffer.from('TFK\x01'), Buffer.from([versions.length]), fingerprintRoot,
    ...versions.flatMap(([version, secret]) => [number(version), secret]),
  ])
  return Buffer.concat([body, createHash('sha256').update(body).digest().subarray(0, 8)])
}

const RINGS = {
  first: ringBytes(pattern(0xa0), [[1, pattern(0x00)]]),
  rotated: ringBytes(pattern(0xa0), [[1, pattern(0x00)], [2, pattern(0x20)]]),
  foreign: ringBytes(pattern(0xc0), [[1, pattern(0x40)]]),
}
const ring = (name: keyof typeof RINGS): MasterKeys => parseMasterKeys(Buffer.from(RINGS[name]))
const BINDING: EnvelopeBinding = { userId: 'test-user-1', connectionId: 'test-connection-1', exchange: 'binance', market: 'spot', rowVersion: 1 }

function envelopeVectors(): EnvelopeVectors {
  const json = Buffer.from(JSON.stringify(CREDENTIALS))
  const seal = (name: string, keyRing: keyof typeof RINGS, binding: EnvelopeBinding, plaintext: Buffer): EnvelopeCase =>
    ({ name, keyRing, binding, envelope: toBase64url(sealEnvelope(ring(keyRing), binding, plaintext)), plaintext: plaintext.toString('hex') })
  const plain = seal('credentials as JSON', 'first', BINDING, json)
  const other = seal('another connection of the same user', 'first', { ...BINDING, connectionId: 'test-connection-2' }, json)
  const rotated = seal('under the second master key', 'rotated', BINDING, json)
  const sealedBytes = (item: EnvelopeCase): Uint8Array => fromBase64url(item.envelope, 10_000, 'malformed_envelope')
  const bytes = sealedBytes(plain)
  const bad = (name: string, code: VaultCode, change: Partial<EnvelopeCase>) => {
    const { plaintext: _, ...rest } = plain
    return { ...rest, ...change, name, code }
  }
  const changed = (at: number): string => toBase64url(bytes.map((byte, i) => i === at ? byte ^ 1 : byte))
  return {
    about: ABOUT,
    keyRings: { first: RINGS.first.toString('hex'), rotated: RINGS.rotated.toString('hex'), foreign: RINGS.foreign.toString('hex') },
    valid: [
      plain, other, rotated,
      { ...plain, name: 'an envelope of the first master key after a rotation', keyRing: 'rotated' },
      seal('one byte', 'first', BINDING, Buffer.from([0])),
      seal('names beyond ASCII, a large row version', 'first', { ...BINDING, userId: 'tëst-üser-東京', rowVersion: 2 ** 40 + 7 }, json),
      seal('the largest content', 'first', { ...BINDING, exchange: 'okx', market: 'futures' }, Buffer.alloc(8192, 'TEST')),
    ],
    invalid: [
      bad('another user', 'wrong_binding_or_tampered', { binding: { ...BINDING, userId: 'test-user-2' } }),
      bad('another connection', 'wrong_binding_or_tampered', { binding: { ...BINDING, connectionId: 'test-connection-2' } }),
      bad('another exchange', 'wrong_binding_or_tampered', { binding: { ...BINDING, exchange: 'bybit' } }),
      bad('another market', 'wrong_binding_or_tampered', { binding: { ...BINDING, market: 'futures' } }),
      bad('another row version', 'wrong_binding_or_tampered', { binding: { ...BINDING, rowVersion: 2 } }),
      bad('fields shifted into one another', 'wrong_binding_or_tampered', { binding: { ...BINDING, exchange: 'binancespot', market: 's' } }),
      bad('the envelope of another row', 'wrong_binding_or_tampered', { envelope: other.envelope }),
      bad('the wrapped data key of another row', 'wrong_binding_or_tampered', {
        envelope: toBase64url(Uint8Array.of(...bytes.subarray(0, 14), ...sealedBytes(other).subarray(14, 74), ...bytes.subarray(74))),
      }),
      bad('another installation', 'unknown_master_key', { keyRing: 'foreign' }),
      bad('a master key that the ring does not hold', 'unknown_master_key', { envelope: rotated.envelope }),
      bad('bit flipped: magic', 'malformed_envelope', { envelope: changed(0) }),
      bad('bit flipped: format version', 'unsupported_version', { envelope: changed(3) }),
      bad('bit flipped: master key id', 'unknown_master_key', { envelope: changed(4) }),
      bad('bit flipped: length', 'malformed_envelope', { envelope: changed(13) }),
      bad('bit flipped: nonce of the wrapped key', 'wrong_binding_or_tampered', { envelope: changed(14) }),
      bad('bit flipped: wrapped key', 'wrong_binding_or_tampered', { envelope: changed(26) }),
      bad('bit flipped: tag of the wrapped key', 'wrong_binding_or_tampered', { envelope: changed(58) }),
      bad('bit flipped: commitment', 'wrong_binding_or_tampered', { envelope: changed(74) }),
      bad('bit flipped: nonce', 'wrong_binding_or_tampered', { envelope: changed(106) }),
      bad('bit flipped: tag', 'wrong_binding_or_tampered', { envelope: changed(118) }),
      bad('bit flipped: ciphertext', 'wrong_binding_or_tampered', { envelope: changed(134) }),
      bad('cut by one byte', 'malformed_envelope', { envelope: toBase64url(bytes.subarray(0, -1)) }),
      bad('longer by one byte', 'malformed_envelope', { envelope: toBase64url(Uint8Array.of(...bytes, 0)) }),
      bad('header only', 'malformed_envelope', { envelope: toBase64url(bytes.subarray(0, 134)) }),
      bad('nothing', 'malformed_envelope', { envelope: '' }),
    ],
  }
}

async function sealedVectors(): Promise<SealedVectors> {
  const target: SealTarget = { userId: 'test-user-1', exchange: 'binance', market: 'spot' }
  const keys = await openingKeys(ring('first'))
  const sealed = await sealCredentials(keys.current, target, CREDENTIALS)
  const passphrase = { ...CREDENTIALS, passphrase: 'TEST "quoted" \\ pässphräse 東京' }
  const flip = (text: string): string => { const bytes = Buffer.from(text, 'base64url'); bytes[5] = (bytes[5] ?? 0) ^ 1; return bytes.toString('base64url') }
  return {
    about: ABOUT,
    keyRing: RINGS.first.toString('hex'),
    sealingKey: keys.current,
    valid: [
      { name: 'key and secret', target, sealed, credentials: CREDENTIALS },
      { name: 'with a passphrase', target, sealed: await sealCredentials(keys.current, target, passphrase), credentials: passphrase },
    ],
    invalid: [
      { name: 'another user', target: { ...target, userId: 'test-user-2' }, sealed, code: 'wrong_binding_or_tampered' },
      { name: 'another exchange', target: { ...target, exchange: 'bybit' }, sealed, code: 'wrong_binding_or_tampered' },
      { name: 'another market', target: { ...target, market: 'futures' }, sealed, code: 'wrong_binding_or_tampered' },
      { name: 'changed enc', target, sealed: { ...sealed, enc: flip(sealed.enc) }, code: 'wrong_binding_or_tampered' },
      { name: 'changed ciphertext', target, sealed: { ...sealed, ciphertext: flip(sealed.ciphertext) }, code: 'wrong_binding_or_tampered' },
      { name: 'another kid', target, sealed: { ...sealed, kid: flip(sealed.kid) }, code: 'unknown_sealing_key' },
      { name: 'enc of small order', target, sealed: { ...sealed, enc: toBase64url(new Uint8Array(32)) }, code: 'wrong_binding_or_tampered' },
      { name: 'enc too short', target, sealed: { ...sealed, enc: toBase64url(new Uint8Array(31)) }, code: 'malformed_sealed' },
      { name: 'not base64url', target, sealed: { ...sealed, ciphertext: `${sealed.ciphertext}=` }, code: 'malformed_sealed' },
      { name: 'no ciphertext', target, sealed: { ...sealed, ciphertext: '' }, code: 'malformed_sealed' },
    ],
  }
}

function keyRingVectors(): KeyRingVectors {
  const keys = ring('rotated')
  const apiKey = CREDENTIALS.apiKey
  return {
    about: ABOUT,
    keyRing: RINGS.rotated.toString('hex'),
    keyFile: `# a comment\ntowerflow-master-key v1\n${RINGS.rotated.toString('base64url')}\n`,
    masterKeyIds: keys.versions.map((key) => key.id),
    fingerprints: ['binance', 'okx'].map((exchange) => ({ exchange, apiKey, fingerprint: credentialFingerprint(keys, exchange, Buffer.from(apiKey)) })),
  }
}

function write(name: string, vectors: unknown): void {
  const path = pathOf(name)
  if (existsSync(path)) { process.stderr.write(`${name} is there and stays as it is\n`); return }
  writeFileSync(path, `${JSON.stringify(vectors, null, 2)}\n`)
}

write('envelope-v1.json', envelopeVectors())
write('sealed-v1.json', await sealedVectors())
write('key-ring-v1.json', keyRingVectors())
