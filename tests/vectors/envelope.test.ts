import { describe, expect, test } from 'vitest'
import { envelopeInfo, fromBase64url, openEnvelope, parseMasterKeys, rewrapEnvelope, VaultError, type MasterKeys } from '#vault'
import { openIndependently } from './independent-open.ts'
import { readVectors, type EnvelopeVectors } from './vector-files.ts'

const vectors = readVectors<EnvelopeVectors>('envelope-v1.json')
const ringHex = (name: string): string => vectors.keyRings[name] ?? ''
const ring = (name: string): MasterKeys => parseMasterKeys(Buffer.from(ringHex(name), 'hex'))
const bytes = (base64url: string): Uint8Array => fromBase64url(base64url, 10_000, 'malformed_envelope')

test('the vectors are all there', () => {
  expect(vectors.valid).toHaveLength(7)
  expect(vectors.invalid).toHaveLength(25)
})

describe('an envelope of format 1 opens for ever', () => {
  test.each(vectors.valid)('$name', ({ keyRing, binding, envelope, plaintext }) => {
    expect(openEnvelope(ring(keyRing), binding, bytes(envelope)).toString('hex')).toBe(plaintext)
    expect(envelopeInfo(bytes(envelope)).formatVersion).toBe(1)
  })

  test.each(vectors.valid)('read by a second implementation: $name', async ({ keyRing, binding, envelope, plaintext }) => {
    const sealed = bytes(envelope)
    const version = ring(keyRing).versions.findIndex((key) => key.id === envelopeInfo(sealed).masterKeyId)
    const secret = Buffer.from(ringHex(keyRing), 'hex').subarray(37 + 36 * version + 4).subarray(0, 32)
    expect(Buffer.from(await openIndependently(secret, binding, sealed)).toString('hex')).toBe(plaintext)
  })

  test.each(vectors.valid)('re-wrapped, it opens as before: $name', ({ binding, envelope, plaintext }) => {
    const rotated = ring('rotated')
    const wrapped = rewrapEnvelope(rotated, binding, bytes(envelope))
    expect(envelopeInfo(wrapped).masterKeyId).toBe(rotated.current.id)
    expect(openEnvelope(rotated, binding, wrapped).toString('hex')).toBe(plaintext)
  })
})

describe('what must not open does not', () => {
  test.each(vectors.invalid)('$name: $code', ({ keyRing, binding, envelope, code }) => {
    expect(() => openEnvelope(ring(keyRing), binding, bytes(envelope))).toThrow(expect.objectContaining({ name: 'VaultError', code }))
  })

  // A rotation does not decrypt credentials: damage in them it passes on, still unreadable.
  test.each(vectors.invalid)('nor after a re-wrap: $name', ({ keyRing, binding, envelope }) => {
    const keys = ring(keyRing)
    expect(() => openEnvelope(keys, binding, rewrapEnvelope(keys, binding, bytes(envelope)))).toThrow(VaultError)
  })
})
