import { describe, expect, test } from 'vitest'
import { openingKeys, openSealed, parseMasterKeys, readCredentialFields } from '#vault'
import { readVectors, type SealedVectors } from './vector-files.ts'

const vectors = readVectors<SealedVectors>('sealed-v1.json')
const keys = await openingKeys(parseMasterKeys(Buffer.from(vectors.keyRing, 'hex')))

test('the vectors are all there', () => {
  expect(vectors.valid).toHaveLength(2)
  expect(vectors.invalid).toHaveLength(10)
})

test('the same ring gives the same sealing key for ever', () => {
  expect(keys.current).toEqual(vectors.sealingKey)
})

describe('a sealed submission opens for ever', () => {
  test.each(vectors.valid)('$name', async ({ target, sealed, credentials }) => {
    const opened = await openSealed(keys, target, sealed)
    expect(JSON.parse(opened.toString())).toEqual(credentials)
    expect(Object.fromEntries([...readCredentialFields(opened)].map(([name, value]) => [name, value.toString()]))).toEqual(credentials)
  })
})

describe('what must not open does not', () => {
  test.each(vectors.invalid)('$name: $code', async ({ target, sealed, code }) => {
    await expect(openSealed(keys, target, sealed)).rejects.toMatchObject({ name: 'VaultError', code })
  })
})
