import { expect, test } from 'vitest'
import { credentialFingerprint, generateMasterKeys, withNewMasterKey } from '#vault'

const keys = generateMasterKeys()
const apiKey = Buffer.from('TEST-api-key')

test('is short, readable and holds nothing of the key', () => {
  expect(credentialFingerprint(keys, 'binance', apiKey)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
})

test('stays the same across a rotation, so connected keys are still recognised', () => {
  expect(credentialFingerprint(withNewMasterKey(keys), 'binance', apiKey)).toBe(credentialFingerprint(keys, 'binance', apiKey))
})

test('differs by exchange, by key and by installation', () => {
  const all = [
    credentialFingerprint(keys, 'binance', apiKey), credentialFingerprint(keys, 'bybit', apiKey),
    credentialFingerprint(keys, 'binance', Buffer.from('TEST-api-kez')), credentialFingerprint(generateMasterKeys(), 'binance', apiKey),
    credentialFingerprint(keys, 'binanceT', Buffer.from('EST-api-key')),
  ]
  expect(new Set(all).size).toBe(all.length)
})
