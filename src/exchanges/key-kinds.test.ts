import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto'
import { expect, test } from 'vitest'
import { Problem } from '#model'
import { kindOf, secretOf, type KeyKind } from './key-kinds.ts'

const pem = ({ privateKey }: KeyPairKeyObjectResult): Buffer => Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }))
const RSA = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }))
const EC = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
const SHARED = Buffer.from('a-shared-secret')
const ALL: readonly KeyKind[] = ['HMAC', 'RSA', 'Ed25519', 'EC']

test.each([['HMAC', SHARED], ['RSA', RSA], ['Ed25519', pem(generateKeyPairSync('ed25519'))], ['EC', EC]] as const)('%s is told by its form', (kind, secret) => {
  expect(kindOf(secretOf(secret, ALL, ''))).toBe(kind)
})

test.each([
  ['an RSA key', RSA, ['HMAC', 'Ed25519']], ['an EC key', EC, ['HMAC', 'RSA']], ['a shared secret', SHARED, ['EC']], ['half a key', RSA.subarray(0, 200), ['RSA']],
] as const)('%s where it is not taken is refused on its field, without a trace of it', (_name, secret, kinds) => {
  const read = (): unknown => secretOf(secret, kinds, 'It takes something else')
  expect(read).toThrow(Problem)
  expect(read).toThrow(expect.objectContaining({ code: 'invalid_input', errors: [expect.objectContaining({ path: 'credentials.secret' })] }) as Error)
  expect(read).not.toThrow(secret.toString().slice(3, 15))
})
