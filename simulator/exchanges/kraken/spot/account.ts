import { fixed } from '../../../amount.ts'
import type { Held } from '../../../engine/exchange.ts'
import type { Key } from '../../../engine/keys.ts'
import { codeOf } from '../names.ts'

/** `AA88 N84G WOAK NMOI`, one for each account. */
export const ibanOf = (key: Key): string => `AA${String(key.account.uid % 100).padStart(2, '0')} N84G ${String(key.account.uid).padStart(8, '0').slice(-8).replace(/(.{4})/, '$1 ')}`

/** Source: docs.kraken.com get-api-key-info. */
export const keyInfo = (key: Key): unknown => ({
  apiKeyName: 'simulated', apiKey: key.apiKey, nonce: '0', nonceWindow: key.flags.get('nonceWindow') ?? 0, permissions: [...key.rights].filter((right) => !right.includes(':')),
  iban: ibanOf(key), validUntil: key.expiresAt === undefined ? '0' : String(Math.floor(key.expiresAt / 1000)), queryFrom: key.flags.get('queryFrom') ?? '0', queryTo: '0',
  createdTime: String(Math.floor(key.createdAt / 1000)), modifiedTime: String(Math.floor(key.createdAt / 1000)), ipAllowlist: [...key.ipAllowlist ?? []], lastUsed: '0',
})

/** Source: docs.kraken.com get-account-balance. */
export const balance = (_x: Held, key: Key): unknown =>
  Object.fromEntries([...key.account.spot].map(([asset, { free, locked }]) => [codeOf(asset), fixed(free + locked, 8)]))

/** Source: docs.kraken.com get-extended-balance. */
export const balanceEx = (_x: Held, key: Key): unknown =>
  Object.fromEntries([...key.account.spot].map(([asset, { free, locked }]) => [codeOf(asset), { balance: fixed(free + locked, 8), hold_trade: fixed(locked, 8) }]))
