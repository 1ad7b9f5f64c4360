import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  envelopeInfo, generateMasterKeys, openEnvelope, rewrapEnvelope, sealEnvelope, VaultError, withNewMasterKey, type EnvelopeBinding,
} from '#vault'
import { encodeBinding } from './envelope-binding.ts'

const keys = generateMasterKeys()
const binding: EnvelopeBinding = { userId: 'user-1', connectionId: 'connection-1', exchange: 'binance', market: 'spot', rowVersion: 3 }
const SECRET = 'TEST-secret-that-must-not-appear'
const plaintext = Buffer.from(JSON.stringify({ apiKey: 'TEST-key', secret: SECRET }))
const envelope = sealEnvelope(keys, binding, plaintext)

const text = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((value) => Buffer.byteLength(value) <= 128)
const bindings = fc.record({
  userId: text, connectionId: text, exchange: text, market: text, rowVersion: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
})

const same = (a: EnvelopeBinding, b: EnvelopeBinding): boolean => a.userId === b.userId && a.connectionId === b.connectionId
  && a.exchange === b.exchange && a.market === b.market && a.rowVersion === b.rowVersion

/** Anything but a VaultError (or success) here is a bug that storage could trigger. */
function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    expect(error.cause).toBeUndefined()
    return error.code
  }
  return 'opened'
}

describe('an envelope', () => {
  test('gives back what was sealed, for any binding and any bytes', () => {
    fc.assert(fc.property(bindings, fc.uint8Array({ minLength: 1, maxLength: 8192 }), (where, bytes) => {
      expect(openEnvelope(keys, where, sealEnvelope(keys, where, bytes)).equals(bytes)).toBe(true)
    }), { numRuns: 50 })
  })

  test('does not open under any other binding', () => {
    fc.assert(fc.property(bindings, bindings, (sealedFor, openedAs) => {
      fc.pre(!same(sealedFor, openedAs))
      expect(codeOf(() => openEnvelope(keys, openedAs, sealEnvelope(keys, sealedFor, plaintext)))).toBe('wrong_binding_or_tampered')
    }), { numRuns: 50 })
  })

  test('does not open with any one of its bits flipped', () => {
    for (let bit = 0; bit < envelope.length * 8; bit++) {
      const changed = envelope.map((byte, at) => at === bit >> 3 ? byte ^ 1 << (bit & 7) : byte)
      expect(codeOf(() => openEnvelope(keys, binding, changed)), `bit ${bit}`).not.toBe('opened')
    }
  })

  test('does not open cut at any length, nor with anything behind it', () => {
    for (let length = 0; length < envelope.length; length++) {
      expect(codeOf(() => openEnvelope(keys, binding, envelope.subarray(0, length))), `${length} bytes`).toBe('malformed_envelope')
    }
    expect(codeOf(() => openEnvelope(keys, binding, Uint8Array.of(...envelope, 0)))).toBe('malformed_envelope')
  })

  test('cannot be put together from the parts of two', () => {
    const other = sealEnvelope(keys, binding, Buffer.from(plaintext).fill(0x41))
    for (const [from, to] of [[14, 74], [74, 106], [106, 118], [118, 134], [134, envelope.length], [74, envelope.length]] as const) {
      const mixed = Uint8Array.of(...envelope.subarray(0, from), ...other.subarray(from, to), ...envelope.subarray(to))
      expect(codeOf(() => openEnvelope(keys, binding, mixed)), `${from}-${to}`).toBe('wrong_binding_or_tampered')
    }
  })

  test('is never the same twice, and shows nothing of its content', () => {
    const again = sealEnvelope(keys, binding, plaintext)
    expect(Buffer.from(again).equals(envelope)).toBe(false)
    expect(Buffer.from(again).includes(SECRET.slice(0, 8))).toBe(false)
  })
})

describe('corrupted storage', () => {
  test('is refused with a VaultError, never an internal exception', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (junk) => {
      expect(codeOf(() => openEnvelope(keys, binding, junk))).not.toBe('opened')
    }))
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(envelope.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 }), (changes) => {
      const changed = envelope.slice()
      for (const [at, value] of changes) changed[at] = value
      fc.pre(!Buffer.from(changed).equals(envelope))
      expect(codeOf(() => openEnvelope(keys, binding, changed))).not.toBe('opened')
      expect(codeOf(() => openEnvelope(keys, binding, rewrapEnvelope(keys, binding, changed)))).not.toBe('opened')
    }))
  })

  test('of another kind than bytes is refused as well', () => {
    for (const odd of [null, undefined, 'VEZF', {}, [0x54, 0x46, 0x45, 1]]) {
      expect(codeOf(() => openEnvelope(keys, binding, odd as Uint8Array))).toBe('malformed_envelope')
    }
  })

  test('too large is refused before it is read', () => {
    const large = new Uint8Array(10_000)
    large.set(envelope)
    expect(codeOf(() => openEnvelope(keys, binding, large))).toBe('too_large')
    expect(codeOf(() => sealEnvelope(keys, binding, new Uint8Array(8193)))).toBe('too_large')
    expect(codeOf(() => sealEnvelope(keys, binding, new Uint8Array(0)))).toBe('too_large')
  })
})

describe('errors', () => {
  test('hold neither the content nor the binding nor bytes of the envelope', () => {
    const flipped = envelope.map((byte, at) => at === 140 ? byte ^ 1 : byte)
    for (const run of [() => openEnvelope(keys, binding, flipped), () => openEnvelope(generateMasterKeys(), binding, envelope)]) {
      try {
        run()
        expect.unreachable()
      } catch (error) {
        const shown = `${String(error)} ${(error as Error).stack ?? ''} ${JSON.stringify(error)}`
        for (const part of [SECRET, 'TEST-key', 'user-1', 'connection-1', Buffer.from(envelope).toString('base64').slice(30, 60)]) {
          expect(shown).not.toContain(part)
        }
      }
    }
  })
})

describe('a binding', () => {
  test('has an encoding that no other binding has', () => {
    fc.assert(fc.property(bindings, bindings, (a, b) => {
      expect(encodeBinding('d', 1, a).equals(encodeBinding('d', 1, b))).toBe(same(a, b))
    }))
    const [a, b] = [{ ...binding, exchange: 'ab', market: 'c' }, { ...binding, exchange: 'a', market: 'bc' }]
    expect(encodeBinding('d', 1, a).equals(encodeBinding('d', 1, b))).toBe(false)
  })

  test.each([
    { userId: '' }, { exchange: 'x'.repeat(129) }, { market: '東'.repeat(50) }, { connectionId: '\ud800' },
    { rowVersion: 0 }, { rowVersion: 1.5 }, { rowVersion: 2 ** 53 },
  ])('that is not clean is refused: %j', (change) => {
    expect(codeOf(() => sealEnvelope(keys, { ...binding, ...change }, plaintext))).toBe('invalid_binding')
    expect(codeOf(() => openEnvelope(keys, { ...binding, ...change }, envelope))).toBe('invalid_binding')
  })
})

describe('rotation', () => {
  const rotated = withNewMasterKey(keys)

  test('old ciphertext still opens, new ciphertext needs the new key', () => {
    expect(openEnvelope(rotated, binding, envelope).equals(plaintext)).toBe(true)
    expect(codeOf(() => openEnvelope(keys, binding, sealEnvelope(rotated, binding, plaintext)))).toBe('unknown_master_key')
  })

  test('re-wrapping leaves the encrypted credentials as they are and needs the old key no more', () => {
    const wrapped = rewrapEnvelope(rotated, binding, envelope)
    expect(envelopeInfo(envelope)).toEqual({ formatVersion: 1, masterKeyId: keys.current.id })
    expect(envelopeInfo(wrapped)).toEqual({ formatVersion: 1, masterKeyId: rotated.current.id })
    expect(Buffer.from(wrapped.subarray(74)).equals(envelope.subarray(74))).toBe(true)
    const onlyNew = { ...rotated, versions: [rotated.current] }
    expect(openEnvelope(onlyNew, binding, wrapped).equals(plaintext)).toBe(true)
  })

  test('can be repeated: what is already re-wrapped is left as it is', () => {
    const wrapped = rewrapEnvelope(rotated, binding, envelope)
    expect(rewrapEnvelope(rotated, binding, wrapped)).toEqual(wrapped)
  })

  test('does not move an envelope to another row', () => {
    expect(codeOf(() => rewrapEnvelope(rotated, { ...binding, connectionId: 'connection-2' }, envelope))).toBe('wrong_binding_or_tampered')
  })
})
