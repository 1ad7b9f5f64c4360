import { beforeAll, describe, expect, test } from 'vitest'
import {
  generateMasterKeys, openingKeys, openSealed, sealCredentials, SEALING_SUITE, withNewMasterKey,
  type OpeningKeys, type SealedCredentials, type SealingKey,
} from '#vault'

const ring = generateMasterKeys()
const target = { userId: 'user-1', exchange: 'binance', market: 'spot' }
const credentials = { apiKey: 'TEST-api-key', secret: 'TEST-secret' }
let keys: OpeningKeys
let sealed: SealedCredentials

beforeAll(async () => {
  keys = await openingKeys(ring)
  sealed = await sealCredentials(keys.current, target, credentials)
})

const refused = (code: string) => expect.objectContaining({ name: 'VaultError', code })

describe('a sealed submission', () => {
  test('opens at the executor, for the user, exchange and market that it was made for', async () => {
    expect(JSON.parse((await openSealed(keys, target, sealed)).toString())).toEqual(credentials)
  })

  test.each([{ userId: 'user-2' }, { exchange: 'bybit' }, { market: 'futures' }])('opens for nobody else: %j', async (change) => {
    await expect(openSealed(keys, { ...target, ...change }, sealed)).rejects.toThrow(refused('wrong_binding_or_tampered'))
  })

  test('does not open with any bit of enc or ciphertext flipped', async () => {
    for (const field of ['enc', 'ciphertext'] as const) {
      const bytes = Buffer.from(sealed[field], 'base64url')
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes)
        changed[at] = (bytes[at] ?? 0) ^ 1 << at % 8
        // RFC 7748, 5: the top bit of a public key is ignored on reading; HPKE's key schedule still takes enc as it came.
        await expect(openSealed(keys, target, { ...sealed, [field]: changed.toString('base64url') }), `${field} ${at}`)
          .rejects.toThrow(refused('wrong_binding_or_tampered'))
      }
    }
  })

  test('to a key that is not ours is named as such', async () => {
    const other = await openingKeys(generateMasterKeys())
    await expect(openSealed(keys, target, await sealCredentials(other.current, target, credentials))).rejects.toThrow(refused('unknown_sealing_key'))
    await expect(openSealed(keys, target, { ...sealed, kid: '__proto__' })).rejects.toThrow(refused('unknown_sealing_key'))
  })

  test.each([
    { enc: '' }, { enc: 'AAAA' }, { enc: 'A'.repeat(44) }, { ciphertext: '' }, { ciphertext: 'A'.repeat(21) }, { ciphertext: 'AA==' },
    { ciphertext: 'A+/A'.repeat(10) }, { ciphertext: `${'A'.repeat(42)}B` }, { enc: 7 }, { ciphertext: null },
  ])('that is not well-formed is refused: %j', async (change) => {
    await expect(openSealed(keys, target, { ...sealed, ...change } as SealedCredentials)).rejects.toThrow(refused('malformed_sealed'))
  })

  test('has a limit to its size, on both sides', async () => {
    await expect(openSealed(keys, target, { ...sealed, ciphertext: 'A'.repeat(20_000) })).rejects.toThrow(refused('too_large'))
    await expect(sealCredentials(keys.current, target, { secret: 'x'.repeat(8192) })).rejects.toThrow(refused('too_large'))
  })

  test.each(['', 'a\nb', '\ud800', 'x'.repeat(129)])('names its target unambiguously: %j is refused on both sides', async (userId) => {
    await expect(sealCredentials(keys.current, { ...target, userId }, credentials)).rejects.toThrow(refused('invalid_binding'))
    await expect(openSealed(keys, { ...target, userId }, sealed)).rejects.toThrow(refused('invalid_binding'))
  })
})

describe('the sealing key', () => {
  test('survives a restart and changes with a rotation, after which the old one still opens', async () => {
    expect((await openingKeys(ring)).current).toEqual(keys.current)
    const rotated = await openingKeys(withNewMasterKey(ring))
    expect(rotated.current.kid).not.toBe(keys.current.kid)
    expect(JSON.parse((await openSealed(rotated, target, sealed)).toString())).toEqual(credentials)
  })

  test('is a plain document of public data', () => {
    expect(keys.current).toEqual({
      kid: expect.stringMatching(/^[\w-]{12}$/), suite: SEALING_SUITE, publicKey: expect.stringMatching(/^[\w-]{43}$/),
    })
    for (const { privateKey } of keys.pairs.values()) expect(privateKey.extractable).toBe(false)
  })

  test.each<Partial<SealingKey>>([
    { kid: 'AAAAAAAAAAAA' }, { suite: 'another' }, { publicKey: 'AAAA' }, { publicKey: 'A'.repeat(43) }, { publicKey: '' },
  ])('that was tampered with is not sealed to: %j', async (change) => {
    await expect(sealCredentials({ ...keys.current, ...change }, target, credentials)).rejects.toThrow(refused('invalid_sealing_key'))
  })
})
