import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { generateMasterKeys, parseMasterKeys, serialiseMasterKeys, VaultError, withNewMasterKey } from '#vault'

const malformed = expect.objectContaining({ name: 'VaultError', code: 'malformed_key_ring' })

test('a ring survives the way through bytes', () => {
  const keys = withNewMasterKey(withNewMasterKey(generateMasterKeys()))
  const read = parseMasterKeys(serialiseMasterKeys(keys))
  expect(read.versions.map(({ version, id }) => ({ version, id }))).toEqual(keys.versions.map(({ version, id }) => ({ version, id })))
  expect(read.current.version).toBe(3)
  expect(read.current.secret.equals(keys.current.secret)).toBe(true)
  expect(read.fingerprintRoot.equals(keys.fingerprintRoot)).toBe(true)
})

test('two rings share nothing: there is no default key', () => {
  const [a, b] = [generateMasterKeys(), generateMasterKeys()]
  expect(a.current.id).not.toBe(b.current.id)
  expect(a.fingerprintRoot.equals(b.fingerprintRoot)).toBe(false)
})

test('reading wipes the bytes, whether they were good or not', () => {
  const good = serialiseMasterKeys(generateMasterKeys())
  const bad = Buffer.from(good)
  bad[20] = (bad[20] ?? 0) ^ 1
  parseMasterKeys(good)
  expect(() => parseMasterKeys(bad)).toThrow(malformed)
  expect([...good, ...bad].every((byte) => byte === 0)).toBe(true)
})

test('changed, cut or lengthened bytes are no ring', () => {
  const good = serialiseMasterKeys(generateMasterKeys())
  for (let at = 0; at < good.length; at++) {
    expect(() => parseMasterKeys(Buffer.from(good.map((byte, i) => i === at ? byte ^ 1 : byte)))).toThrow(malformed)
    expect(() => parseMasterKeys(Buffer.from(good.subarray(0, at)))).toThrow(malformed)
  }
  expect(() => parseMasterKeys(Buffer.concat([good, Buffer.from([0])]))).toThrow(malformed)
})

test('any bytes give a ring or a VaultError', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
    expect(() => parseMasterKeys(Buffer.concat([Buffer.from('TFK\x01'), junk]))).toThrow(VaultError)
  }))
})

test('a buffer of zeros, as one wiped too early would be, is no ring', () => {
  expect(() => parseMasterKeys(Buffer.alloc(serialiseMasterKeys(generateMasterKeys()).length))).toThrow(malformed)
})

test('printing a ring shows no secret', () => {
  const keys = generateMasterKeys()
  const secret = keys.current.secret.export()
  const shown = inspect(keys, { depth: 9, showHidden: true }) + JSON.stringify(keys)
  for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) expect(shown).not.toContain(secret.toString(encoding).slice(0, 16))
})

test('a ring has room for 32 versions and says when it is full', () => {
  let keys = generateMasterKeys()
  for (let i = 1; i < 32; i++) keys = withNewMasterKey(keys)
  expect(parseMasterKeys(serialiseMasterKeys(keys)).current.version).toBe(32)
  expect(() => withNewMasterKey(keys)).toThrow(expect.objectContaining({ code: 'key_ring_full' }))
})
