import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import { Refusal, Unreadable } from './refusal.ts'
import { signerOf } from './signer.ts'

const ONE_DAY_MS = 86_400_000
const KEPT_NONCES = 100

/** The highest nonces of each signer. "Hyperliquid stores the 100 highest nonces per address." */
const nonces = new WeakMap<Key, number[]>()

export type Signed = { readonly key: Key; readonly action: Readonly<Record<string, unknown>> }

/**
 * A signed action: its signer is recovered and has to be an agent that an account authorized; nonce new, above the smallest
 * kept one and near the exchange's time; not past its end. Source: hyperliquid-docs exchange-endpoint, nonces-and-api-wallets.
 */
export function admit(x: Held, body: Readonly<Record<string, unknown>>): Signed {
  const { action, nonce, signature, expiresAfter } = body
  if (!isObject(action) || typeof nonce !== 'number' || !isObject(signature) || !Number.isSafeInteger(nonce)) throw new Unreadable()
  const { r, s, v } = signature
  if (typeof r !== 'string' || typeof s !== 'string' || typeof v !== 'number') throw new Unreadable()
  const signer = signerOf(action, nonce, typeof expiresAfter === 'number' ? expiresAfter : undefined, { r, s, v })
  const key = signer === undefined ? undefined : agentOf(x, signer)
  if (key === undefined) throw new Refusal(`User or API Wallet ${signer} does not exist.`)
  const now = timeAt(x)
  const known = nonces.get(key) ?? []
  if (nonce <= now - 2 * ONE_DAY_MS || nonce >= now + ONE_DAY_MS) throw new Refusal(`Invalid nonce: ${nonce} is too far from the time`)
  if (known.includes(nonce) || (known.length === KEPT_NONCES && nonce < (known[0] ?? 0))) throw new Refusal(`Invalid nonce: duplicate or too low nonce ${nonce}`)
  nonces.set(key, [...known, nonce].toSorted((a, b) => a - b).slice(-KEPT_NONCES))
  // How that is worded is not documented.
  if (typeof expiresAfter === 'number' && now > expiresAfter) throw new Refusal('Action expired')
  return { key, action }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The key whose agent has that address and is still valid. A key is registered under its account's address, with its agent's. */
export function agentOf(x: Held, address: string): Key | undefined {
  for (const key of x.keys.values()) if (key.secret.toLowerCase() === address && !hasEnded(x, key)) return key
  return undefined
}

/** The key of an account, by its address. */
export function keyOf(x: Held, address: string): Key | undefined {
  for (const key of x.keys.values()) if (key.apiKey.toLowerCase() === address.toLowerCase()) return key
  return undefined
}

export const hasEnded = (x: Held, key: Key): boolean => key.expiresAt !== undefined && timeAt(x) >= key.expiresAt
