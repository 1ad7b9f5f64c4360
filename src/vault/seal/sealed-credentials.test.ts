import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { sealCredentials } from './index.ts'
import { sealingKey, sealingSuite } from './sealed-credentials.ts'

const vector = JSON.parse(readFileSync(new URL('../../../tests/vectors/rfc9180.json', import.meta.url), 'utf8')) as Record<string, string>
const bytes = (name: string): ArrayBuffer => new Uint8Array(Buffer.from(vector[name] ?? '', 'hex')).buffer
const hex = (buffer: ArrayBuffer): string => Buffer.from(buffer).toString('hex')

describe('our suite gives the answers of RFC 9180', () => {
  test('sealing, with the ephemeral key of the vector', async () => {
    const suite = sealingSuite()
    expect([suite.kem.id, suite.kdf.id, suite.aead.id]).toEqual([vector.kem_id, vector.kdf_id, vector.aead_id])
    const recipientPublicKey = await suite.kem.deserializePublicKey(bytes('pkRm'))
    const sender = await suite.createSenderContext({ recipientPublicKey, info: bytes('info'), ekm: bytes('ikmE') })
    expect(hex(sender.enc)).toBe(vector.enc)
    expect(hex(await sender.seal(bytes('pt'), bytes('aad')))).toBe(vector.ct)
  })

  test('opening', async () => {
    const suite = sealingSuite()
    const recipientKey = await suite.kem.deriveKeyPair(bytes('ikmR'))
    expect(hex(await suite.kem.serializePublicKey(recipientKey.publicKey))).toBe(vector.pkRm)
    expect(hex(await suite.open({ recipientKey, enc: bytes('enc'), info: bytes('info') }, bytes('ct'), bytes('aad')))).toBe(vector.pt)
  })
})

test('a public key of small order is refused as a sealing key', async () => {
  const zero = await sealingKey(new Uint8Array(32))
  await expect(sealCredentials(zero, { userId: 'u', exchange: 'x', market: 'spot' }, { secret: 'TEST' }))
    .rejects.toMatchObject({ name: 'VaultError', code: 'invalid_sealing_key' })
})

test('the sealing half imports nothing of the opening half and nothing of Node, so a browser can use it', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  expect(files).toHaveLength(5)
  for (const name of files) {
    const source = readFileSync(new URL(name, import.meta.url), 'utf8')
    for (const [, from] of source.matchAll(/from '([^']+)'/g)) expect(from, name).toMatch(/^(\.\/[a-z0-9-]+\.ts|@hpke\/core)$/)
    expect(source, name).not.toMatch(/\bBuffer\b|\bprocess\b|\brequire\b|import\(/)
  }
})
