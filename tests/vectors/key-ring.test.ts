import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { credentialFingerprint, fileKeyProvider, parseMasterKeys, serialiseMasterKeys } from '#vault'
import { readVectors, type KeyRingVectors } from './vector-files.ts'

const vectors = readVectors<KeyRingVectors>('key-ring-v1.json')
const ring = () => parseMasterKeys(Buffer.from(vectors.keyRing, 'hex'))

test('a key ring of version 1 reads for ever, and names its keys as it always did', () => {
  expect(ring().versions.map((key) => key.id)).toEqual(vectors.masterKeyIds)
  expect(serialiseMasterKeys(ring()).toString('hex')).toBe(vectors.keyRing)
})

test('a key file of version 1 reads for ever', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'key-ring-'))
  try {
    const path = join(folder, 'master.key')
    writeFileSync(path, vectors.keyFile, { mode: 0o600 })
    const keys = await fileKeyProvider(path).load()
    expect(keys?.versions.map((key) => key.id)).toEqual(vectors.masterKeyIds)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('fingerprints stay what they were', () => {
  expect(vectors.fingerprints).toHaveLength(2)
  for (const { exchange, apiKey, fingerprint } of vectors.fingerprints) {
    expect(credentialFingerprint(ring(), exchange, Buffer.from(apiKey))).toBe(fingerprint)
  }
})
